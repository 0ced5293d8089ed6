# Measuring one peer: what it relays and accepts, its processor time, its memory. Sourced by run.

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

source_mail() { # PORT COUNT SIZE
  smtp-source -4 -d -N -s "$sessions" -l "$3" -m "$2" -M load.test -f sender@load.test -t rcpt@sink.test "127.0.0.1:$1" >"$work/source.out" 2>&1 ||
    { echo "smtp-source failed: $(head -c 200 "$work/source.out")" >&2; return 1; }
}

start_sink() { # COUNT: it ends by itself with the last message
  smtp-sink -4 -u nobody -m 5000 -M "$1" "127.0.0.1:$sink_port" 1000 >"$work/sink.out" 2>&1 &
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

# One round of one peer: warm it up, choose a count that takes about $seconds, measure.
measure_peer() { # PEER SIZE ROUND
  local peer=$1 size=$2 round=$3 count before after memory relayed accepted cpu
  "start_$peer" relay
  # Caches fill, and a JVM compiles what is hot: a server that runs for weeks is measured, not its first minute.
  relay_once "$port" 2000 "$size"
  relay_once "$port" "$(calc "int(2000 / $took * $warm) + 100" %d)" "$size"
  relay_once "$port" 2000 "$size"
  count=$(calc "int(2000 / $took * $seconds) + 100" %d)
  rm -f "$work/memory" "$work/memory.stop"
  watch_memory "$peer_pid" "$work/memory" &
  memory=$!
  before=$(tree_cpu "$peer_pid")
  relay_once "$port" "$count" "$size"
  after=$(tree_cpu "$peer_pid")
  touch "$work/memory.stop"
  wait "$memory"
  relayed=$(calc "$count / $took" %.0f)
  cpu=$(calc "($after - $before) * 1000 / $count")
  stop_peer

  "start_$peer" hold
  accept_once "$port" 2000 "$size"
  accept_once "$port" "$(calc "int(2000 / $took * $warm) + 100" %d)" "$size"
  accept_once "$port" 2000 "$size"
  count=$(calc "int(2000 / $took * $seconds) + 100" %d)
  accept_once "$port" "$count" "$size"
  accepted=$(calc "$count / $took" %.0f)
  stop_peer

  memory=$(cat "$work/memory")
  printf '%-9s %5d  %-9d %12d %12d %14.3f %10d\n' "$peer" "$size" "$round" "$relayed" "$accepted" "$cpu" "$memory"
  echo "$peer $size $round $relayed $accepted $cpu $memory" >>"$work/figures"
}

# Median of the rounds' ratios, Mailvane to Postfix.
ratios() { # SIZE
  awk -v size="$1" '
    $2 == size { for (i = 4; i <= 7; i++) figure[$1, $3, i] = $i; if ($3 > rounds) rounds = $3 }
    function median(column,   n, r, a, i, j, t) {
      for (r = 1; r <= rounds; r++) if (("postfix", r, column) in figure && figure["postfix", r, column] > 0)
        a[++n] = figure["mailvane", r, column] / figure["postfix", r, column]
      for (i = 2; i <= n; i++) for (j = i; j > 1 && a[j] < a[j - 1]; j--) { t = a[j]; a[j] = a[j - 1]; a[j - 1] = t }
      return n ? (n % 2 ? a[(n + 1) / 2] : (a[n / 2] + a[n / 2 + 1]) / 2) : 0
    }
    END { if (("postfix", 1, 4) in figure)
      printf "Mailvane to Postfix, %d octets: relayed %.1f, accepted %.1f, CPU per message %.3f (1/%.1f), memory %.2f\n", size, median(4), median(5), median(6), 1 / median(6), median(7) }
  ' "$work/figures"
}
