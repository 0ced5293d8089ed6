# Two nodes on one volume, of which the first is killed with its queue full: how soon the second delivers, and has adopted all. Sourced
# by run.

term=10 goal_adopted=20 # seconds

# The moment of the first line of zone-b's log that has all of these words, in seconds; waits for it.
moment() { # PATIENCE WORD...
  local until=$((SECONDS + $1)) line
  shift
  while ((SECONDS < until)); do
    if line=$(awk -v words="$*" 'BEGIN { n = split(words, word, " ") }
        { for (i = 1; i <= n; i++) if (!index($0, word[i])) next; print; exit }' "$work/zone-b/log") && [ -n "$line" ]; then
      date -d "$(sed -n 's/^ts=\([^ ]*\).*/\1/p' <<<"$line")" +%s.%N
      return
    fi
    sleep 0.5
  done
  echo "zone-b's log has no line with: $*" >&2
  tail -n 5 "$work/zone-b/log" >&2
  return 1
}

adopted() { grep -m 1 'event=lease .*state=adopted .*partition=zone-a' "$work/zone-b/log"; }
of_line() { sed -n "s/.* $1=\([^ ]*\).*/\1/p"; } # FIELD

measure_takeover() { # MESSAGES
  local killed first all line
  start_sink "$1"
  local zone
  for zone in zone-a zone-b; do queue_of[$zone]="volume = \"$work/volume\""$'\n'"lease-term = \"${term}s\""; done
  start_node zone-a false </dev/null
  start_node zone-b true </dev/null
  printf 'filling the queue of zone-a with %d messages\n' "$1"
  source_mail "${port_of[zone-a]}" "$1" 4096
  killed=$(now)
  kill -9 "${pid_of[zone-a]}"
  wait "${pid_of[zone-a]}" 2>/dev/null || true # or the shell says that it was killed
  unset 'pid_of[zone-a]'
  all=$(moment $((term + 300)) event=lease state=adopted partition=zone-a)
  first=$(moment 60 event=attempt outcome=relayed)
  line=$(adopted)
  printf 'first message delivered %6.1f s after the kill   goal: within the term of %d s and 5 s\n' \
    "$(calc "$first - $killed")" "$term"
  printf 'all %d messages adopted in %6.1f s, %.1f s after the kill, %d of them in doubt   goal: in under %d s\n' \
    "$(of_line messages <<<"$line")" "$(of_line took <<<"$line")" "$(calc "$all - $killed")" \
    "$(of_line in-doubt <<<"$line")" "$goal_adopted"
}
