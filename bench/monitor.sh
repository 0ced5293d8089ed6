# What it costs to watch many addresses on many lists, and to show them. The lists are the sandbox's, a process of its own, whose
# processor time does not count. Sourced by run.

addresses=64 lists=40 interval=300 settle=100
watched=20 silent_after=10 # seconds: how long the page is looked at, and after how many a peer that says nothing is said not to answer
goal_share=5 goal_page=100 goal_size=300 # percent of a core, milliseconds, KB

# Adds to the node what it watches, each cell asked as often as a node that is not told otherwise asks at most, and a peer.
write_watched() {
  local i sandbox=$work/sandbox/run/sandbox.json
  printf '[[peer]]\nname = "zone-b"\nurl = "http://127.0.0.1:%d"\ntoken-file = "%s"\n' \
    "${http_of[zone-b]}" "$work/zone-b/data/run/admin.token"
  printf '[dns]\nresolvers = ["%s"]\n' "$(field dns "$sandbox")"
  printf '[dnsbl]\ncatalogue = "none"\nspamhaus = "off"\ninterval = "%ss"\n' "$interval"
  for ((i = 1; i <= lists; i++)); do
    printf '[[dnsbl.list]]\nid = "list%d"\nzone = "bl%d.test"\nservers = ["%s"]\nweight = 20\ncodes = { "127.0.0.2" = "listed" }\n' \
      "$i" "$i" "$(field blacklist "$sandbox")"
  done
  for ((i = 1; i <= addresses; i++)); do
    printf '[[source]]\nname = "a%d"\nlocal = "127.0.0.%d"\npublic = "203.0.113.%d"\nadmitted = true\nwarm = true\n' \
      "$i" "$((i + 1))" "$((i + 1))"
  done
}

start_lists() {
  local i zones=()
  for ((i = 1; i <= lists; i++)); do zones+=(--blacklist "bl$i.test"); done
  start_sandbox "${zones[@]}"
  for i in 1 2 3; do
    in_sandbox list "203.0.113.$((i * 9))" --zone "bl$i.test"
  done
}

metrics() { curl -sS --max-time 5 "http://127.0.0.1:${http_of[mailvane]}/metrics"; }
known() { metrics | grep -c '^mailvane_dnsbl_listed{' || true; }
questions() { metrics | awk '/^mailvane_dnsbl_query_total[{]/ { sum += $NF } END { printf "%d", sum }'; }

# Until each list has told of each address; what is asked next is still asked by a program that is being compiled.
await_known() {
  local until=$((SECONDS + 180))
  while (($(known) < addresses * lists)); do
    ((SECONDS < until)) || { echo "only $(known) of $((addresses * lists)) cells are known" >&2; return 1; }
    sleep 2
  done
  sleep "$settle"
}

measure_share() {
  local cpu asked begin took
  cpu=$(tree_cpu "${pid_of[mailvane]}") asked=$(questions) begin=$(now)
  sleep 60
  took=$(calc "$(now) - $begin")
  cpu=$(calc "$(tree_cpu "${pid_of[mailvane]}") - $cpu") asked=$(($(questions) - asked))
  printf 'monitor   %6.1f %% of a core, the rest of an idle node included (%s CPU s in %.0f s, %d questions)   goal: under %d %%\n' \
    "$(calc "100 * $cpu / $took")" "$cpu" "$took" "$asked" "$goal_share"
}

measure_page() {
  local i
  for ((i = 0; i < 40; i++)); do
    curl -sS -o "$work/page" -w '%{time_total} %{size_download}\n' "http://127.0.0.1:${http_of[mailvane]}/reputation"
  done | tail -n 20 | sort -n >"$work/page.figures"
  awk -v goal_page="$goal_page" -v goal_size="$goal_size" '
    NR == 10 || NR == 11 { time += $1 / 2 } { size = $2 }
    END { printf "/reputation %4.0f ms, %.0f KB (median of 20)   goal: under %d ms, %d KB\n", time * 1000, size / 1000, goal_page, goal_size }' \
    "$work/page.figures"
}

peer_state() {
  curl -sS --max-time 5 "http://127.0.0.1:${http_of[mailvane]}/api/v1/node" |
    sed -n 's/.*"peers":\[{[^]]*"state":"\([a-z]*\)".*/\1/p'
}

# From the moment on that something becomes of the peer: until that is seen, and after.
measure_page_while() { # WORDS STATE
  local until=$((SECONDS + watched)) state
  while ((SECONDS < until)); do
    curl -sS --max-time 60 -o /dev/null -w '%{time_total}\n' "http://127.0.0.1:${http_of[mailvane]}/reputation"
    sleep 0.25
  done | sort -n >"$work/page.figures"
  state=$(peer_state)
  [ "$state" = "$2" ] || { echo "the peer is $state after $watched s, not $2" >&2; return 1; }
  awk -v goal_page="$goal_page" -v words="$1" '
    { time[NR] = $1 * 1000 }
    END { printf "/reputation %4.0f ms, %.0f at most of %d in a row while the peer %s   goal: under %d ms\n", time[int((NR + 1) / 2)], time[NR], NR, words, goal_page }' \
    "$work/page.figures"
}

# The page shows its peer by what it told last, and asks it nothing.
measure_page_alone() {
  measure_page_while answers up
  kill -STOP "${pid_of[zone-b]}"
  measure_page_while "is frozen" unreachable
  kill -CONT "${pid_of[zone-b]}"
  local until=$((SECONDS + silent_after))
  while [ "$(peer_state)" != up ]; do
    ((SECONDS < until)) || { echo "the peer did not come back" >&2; return 1; }
    sleep 0.2
  done
  kill -KILL "${pid_of[zone-b]}"
  wait "${pid_of[zone-b]}" 2>/dev/null || true # or the shell says that it was killed
  unset 'pid_of[zone-b]'
  measure_page_while "is gone" unreachable
}

measure_monitor() {
  command -v curl >/dev/null || { echo "mailvane bench: curl is missing (Debian: apt-get install curl)" >&2; exit 1; }
  echo "$addresses addresses on $lists lists, each asked for every $interval s, beside a peer; about five minutes."
  start_lists
  start_node zone-b false </dev/null
  start_mailvane watch
  await_known
  measure_share
  measure_page
  measure_page_alone
}
