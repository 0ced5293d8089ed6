# Measuring one peer: what it relays and accepts, its processor time, its memory. Sourced by run.

declare -A rate=() # of a peer that is warm

now() { echo "${EPOCHREALTIME/,/.}"; }
calc() { awk "BEGIN { printf \"${2:-%.3f}\", $1 }"; }

# Processor seconds of the process tree below PID $1, its ended children included: a server of short-lived processes is
# accounted as well as one of threads.
tree_cpu() {
  { cat /proc/[0-9]*/stat 2>/dev/null || true; } | awk -v top="$1" -v hz="$(getconf CLK_TCK)" '
    { line = $0; sub(/^.*\) /, "", line); split(line, f, " "); pid = $1; parent[pid] = f[2]; own[pid] = f[12] + f[13]; ended[pid] = f[14] + f[15] }
    function below(p, guard) { guard = 0; while (p in parent && guard++ < 64) { if (p == top) return 1; p = parent[p] } return 0 }
    END { for (p in parent) if (below(p)) sum += own[p] + ended[p]; printf "%.2f", sum / hz }'
}

# Resident memory in MB, summed over the tree below PID $1.
tree_rss() {
  { cat /proc/[0-9]*/stat 2>/dev/null || true; } | awk -v top="$1" -v page="$(getconf PAGESIZE)" '
    { line = $0; sub(/^.*\) /, "", line); split(line, f, " "); pid = $1; parent[pid] = f[2]; rss[pid] = f[22] }
    function below(p, guard) { guard = 0; while (p in parent && guard++ < 64) { if (p == top) return 1; p = parent[p] } return 0 }
    END { for (p in parent) if (below(p)) sum += rss[p]; printf "%.0f", sum * page / 1048576 }'
}

# Samples the memory of the tree below PID $1 until it is told to stop, and leaves the highest in FILE $2.
watch_memory() {
  local most=0 seen
  while [ ! -e "$2.stop" ]; do
    seen=$(tree_rss "$1")
    if ((seen > most)); then most=$seen; echo "$most" >"$2"; fi
    sleep 0.3
  done
}

# The moment of the first line of a node's log that has all of these words, and came after that moment, as it stands there; waits for it.
moment() { # NODE AFTER PATIENCE WORD...
  local node=$1 after=$2 until=$((SECONDS + $3)) at
  shift 3
  while ((SECONDS < until)); do
    at=$(awk -v after="ts=$after" -v words="$*" 'BEGIN { n = split(words, word, " ") }
        { for (i = 1; i <= n; i++) if (!index($0, word[i])) next }
        $1 > after { print substr($1, 4); exit }' "$work/$node/log")
    if [ -n "$at" ]; then
      echo "$at"
      return
    fi
    sleep 0.5
  done
  echo "$node's log has no line with: $*" >&2
  tail -n 5 "$work/$node/log" >&2
  return 1
}

seconds_of() { date -d "$1" +%s.%N; } # TIME

source_mail() { # PORT COUNT SIZE
  "${inside[@]}" smtp-source -4 -d -N -s "$sessions" -l "$3" -m "$2" -M load.test -f sender@load.test -t rcpt@sink.test "127.0.0.1:$1" >"$work/source.out" 2>&1 ||
    { echo "smtp-source failed: $(head -c 200 "$work/source.out")" >&2; return 1; }
}

start_sink() { # COUNT: it ends by itself with the last message
  "${inside[@]}" smtp-sink -4 -u nobody -m 5000 -M "$1" "127.0.0.1:$sink_port" 1000 >"$work/sink.out" 2>&1 &
  sink_pid=$!
  wait_port "$sink_port"
}

# Relays COUNT messages of SIZE through PORT; sets took.
relay_once() { # PORT COUNT SIZE
  local begin
  start_sink "$2"
  begin=$(now)
  source_mail "$1" "$2" "$3"
  wait "$sink_pid"
  took=$(calc "$(now) - $begin")
}

accept_once() { # PORT COUNT SIZE
  local begin
  begin=$(now)
  source_mail "$1" "$2" "$3"
  took=$(calc "$(now) - $begin")
}

# Caches fill, and a JVM compiles what is hot, for two minutes and more: a server that runs for weeks is measured, not its start.
# Leaves in rate[PEER] how many a second it took at the end.
warm_up() { # HOW PEER SIZE
  local batch=2000 until=$((SECONDS + warm))
  while ((SECONDS < until)); do
    "$1_once" "${port_of[$2]}" "$batch" "$3"
    batch=$(calc "int(2000 / $took * 2) + 100" %d)
    ((batch <= 20000)) || batch=20000
  done
  "$1_once" "${port_of[$2]}" 2000 "$3"
  rate[$2]=$(calc "2000 / $took" %.0f)
}

# One round of one peer that is warm: what it relays, what that costs, and its memory meanwhile.
measure_relay() { # PEER SIZE ROUND
  local pid=${pid_of[$1]} count before after watch
  count=$((rate[$1] * seconds + 100))
  rm -f "$work/memory" "$work/memory.stop"
  watch_memory "$pid" "$work/memory" &
  watch=$!
  before=$(tree_cpu "$pid")
  relay_once "${port_of[$1]}" "$count" "$2"
  after=$(tree_cpu "$pid")
  touch "$work/memory.stop"
  wait "$watch"
  tell "$1" "$2" "$3" relayed "$count" "$(calc "($after - $before) * 1000 / $count")" "$(cat "$work/memory")"
}

# The same of what it takes, and keeps.
measure_accept() { # PEER SIZE ROUND
  local pid=${pid_of[$1]} count before
  count=$((rate[$1] * seconds + 100))
  before=$(tree_cpu "$pid")
  accept_once "${port_of[$1]}" "$count" "$2"
  tell "$1" "$2" "$3" accepted "$count" "$(calc "($(tree_cpu "$pid") - $before) * 1000 / $count")" "$(tree_rss "$pid")"
}

print_head() { printf '%-9s %5s  %-5s %-9s %9s %12s %8s\n' "" size round "" /s "CPU s/1000" MB; }

tell() { # PEER SIZE ROUND WHAT COUNT CPU MEMORY
  local per_second
  per_second=$(calc "$5 / $took" %.0f)
  printf '%-9s %5d  %-5d %-9s %9d %12.3f %8d\n' "$1" "$2" "$3" "$4" "$per_second" "$6" "$7"
  echo "$1 $2 $3 $4 $per_second $6 $7" >>"$work/figures"
}

# All peers run at once and are measured in turn: the one that waits costs nothing, and both have been warmed for the same time.
measure_all() { # HOW SIZE: relay or accept
  local peer round
  for peer in $peers; do
    "start_$peer" "$1"
    warm_up "$1" "$peer" "$2"
  done
  for ((round = 1; round <= rounds; round++)); do
    for peer in $peers; do
      "measure_$1" "$peer" "$2" "$round"
    done
  done
  stop_peers
}

# Median of the rounds' ratios of one peer to another.
ratios() { # PEER OTHER SIZE
  awk -v peer="$1" -v other="$2" -v size="$3" '
    $2 == size { for (i = 5; i <= 7; i++) figure[$1, $3, $4, i] = $i; if ($3 > rounds) rounds = $3 }
    function median(what, column,   n, r, a, i, j, t) {
      for (r = 1; r <= rounds; r++) if ((other, r, what, column) in figure && figure[other, r, what, column] > 0)
        a[++n] = figure[peer, r, what, column] / figure[other, r, what, column]
      for (i = 2; i <= n; i++) for (j = i; j > 1 && a[j] < a[j - 1]; j--) { t = a[j]; a[j] = a[j - 1]; a[j - 1] = t }
      return n ? (n % 2 ? a[(n + 1) / 2] : (a[n / 2] + a[n / 2 + 1]) / 2) : 0
    }
    END {
      if (!((other, 1, "relayed", 5) in figure)) exit
      printf "%s to %s, %d octets: relayed %.2f, ", peer, other, size, median("relayed", 5)
      if ((other, 1, "accepted", 5) in figure) printf "accepted %.2f, ", median("accepted", 5)
      printf "CPU per relayed message %.3f (1/%.1f), memory %.2f\n", median("relayed", 6), 1 / median("relayed", 6), median("relayed", 7)
    }
  ' "$work/figures"
}
