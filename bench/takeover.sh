# Two nodes on one volume, of which the first is killed with its queue full: how soon the second delivers, and has adopted all. Sourced
# by run.

term=10 goal_adopted=20 # seconds

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
  all=$(seconds_of "$(moment zone-b "" $((term + 300)) event=lease state=adopted partition=zone-a)")
  first=$(seconds_of "$(moment zone-b "" 60 event=attempt outcome=relayed)")
  line=$(adopted)
  printf 'first message delivered %6.1f s after the kill   goal: within the term of %d s and 5 s\n' \
    "$(calc "$first - $killed")" "$term"
  printf 'all %d messages adopted in %6.1f s, %.1f s after the kill, %d of them in doubt   goal: in under %d s\n' \
    "$(of_line messages <<<"$line")" "$(of_line took <<<"$line")" "$(calc "$all - $killed")" \
    "$(of_line in-doubt <<<"$line")" "$goal_adopted"
}
