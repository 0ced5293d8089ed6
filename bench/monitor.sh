# What it costs to watch many addresses on many lists, and to show them. The lists are the sandbox's, a process of its own, whose
# processor time does not count. Sourced by run.

addresses=64 lists=40 interval=300 settle=100
goal_share=5 goal_page=100 goal_size=300 # percent of a core, milliseconds, KB

# Adds to the node what it watches, each cell asked as often as a node that is not told otherwise asks at most.
write_watched() {
  local i sandbox=$work/sandbox/run/sandbox.json
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

field() { sed -n "s/.*\"$1\" *: *\"\([^\"]*\)\".*/\1/p" "$2"; } # NAME FILE

start_lists() {
  local i zones=()
  for ((i = 1; i <= lists; i++)); do zones+=(--blacklist "bl$i.test"); done
  "$root/mailvane" sandbox run --directory "$work/sandbox" --dns-port 0 --blacklist-port 0 --mx-port 0 --smarthost-port 0 \
    "${zones[@]}" >"$work/sandbox.out" 2>&1 </dev/null &
  pid_of[sandbox]=$!
  wait_file "$work/sandbox/run/sandbox.json"
  for i in 1 2 3; do
    "$root/mailvane" sandbox list "203.0.113.$((i * 9))" --zone "bl$i.test" --directory "$work/sandbox" >/dev/null
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

measure_monitor() {
  command -v curl >/dev/null || { echo "mailvane bench: curl is missing (Debian: apt-get install curl)" >&2; exit 1; }
  echo "$addresses addresses on $lists lists, each asked for every $interval s; about three minutes."
  start_lists
  start_mailvane watch
  await_known
  measure_share
  measure_page
}
