# What scanning costs: what lies between a relay and its engine, many large messages at once on a small heap, and a relay that has all its
# mail scanned beside one that has none. Sourced by run.

goal_heap=256 large_size=1048576 large_sessions=200 large_messages=2000 # MB, octets

# The same program again, with the built-in engine in workers of its own.
start_scanning() { # HOW
  start_node scanning "$(delivers "$1")" <<'TOML'
[scan]
engines = ["builtin"]
workers = { min = 2, max = 2, capacity = 100 }
TOML
  await_workers
}

of_scans() { curl -sS --max-time 5 "http://127.0.0.1:${http_of[scanning]}/metrics" | awk -v what="$1" 'index($0, what) == 1 { sum += $NF } END { printf "%d", sum }'; }

await_workers() {
  local until=$((SECONDS + 60))
  until [ "$(of_scans 'mailvane_workers{state="ready"}')" = 2 ]; do
    ((SECONDS < until)) || { echo "the scan workers are not ready" >&2; return 1; }
    sleep 0.5
  done
}

measure_scan_step() {
  local module=$root/scanning
  (cd "$root" && mvn -B -ntp -q -pl scanning -am process-test-classes) >&2
  "$JAVA_HOME/bin/java" --sun-misc-unsafe-memory-access=allow -Dstdout.encoding=UTF-8 \
    -cp "$module/target/test-classes:$module/target/classes:$(cat "$module/target/class-path")" io.mailvane.scanning.ScanBench
}

# Mail that finds no room is taken all the same, and scanned later: that is counted.
measure_scan_memory() {
  local sessions=$large_sessions
  MAILVANE_JAVA_OPTS=-Xmx${goal_heap}m start_scanning accept
  accept_once "${port_of[scanning]}" "$large_messages" "$large_size"
  printf '%d sessions of %d octets each, in a heap of %d MB: %d messages taken in %.1f s, %d of them scanned meanwhile, %d later\n' \
    "$large_sessions" "$large_size" "$goal_heap" "$large_messages" "$took" \
    "$(of_scans 'mailvane_scan_verdicts_total')" "$(of_scans mailvane_scan_postponed_total)"
  stop_peers
}

measure_scan() {
  command -v curl >/dev/null || { echo "mailvane bench: curl is missing (Debian: apt-get install curl)" >&2; exit 1; }
  measure_scan_step
  measure_scan_memory
  peers="mailvane scanning"
  print_head
  measure_all relay 4096
  ratios scanning mailvane 4096
}
