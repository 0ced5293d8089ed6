# An address of ours is listed while mail flows, and while mail waits because of it: how soon after LISTED the first of each leaves by another
# way. The world is the sandbox, with a clock as quick as that of ./mailvane up. Sourced by run.

waiting=20 goal_reroute=5 # messages, seconds
trickle=

write_ways() {
  local sandbox=$work/sandbox/run/sandbox.json mx
  mx=$(field mx "$sandbox")
  cat <<TOML
[relay]
networks = ["127.0.0.0/8"]
[dns]
resolvers = ["$(field dns "$sandbox")"]
[direct]
port = ${mx##*:}
[[source]]
name = "a1"
local = "127.0.0.11"
public = "203.0.113.11"
helo = "out1.example"
admitted = true
warm = true
[[smarthost]]
name = "sh1"
host = "$(field smarthost "$sandbox")"
tls = "none"
[dnsbl]
catalogue = "none"
spamhaus = "off"
interval = "4s"
confirm-gap = "1s"
[[dnsbl.list]]
id = "test"
zone = "bl.test"
servers = ["$(field blacklist "$sandbox")"]
weight = 100
codes = { "127.0.0.2" = "listed" }
TOML
}

send_to() { smtp-source -4 -d -m "$2" -M shop.example -f me@shop.example -t "you@$1" "127.0.0.1:${port_of[mailvane]}"; } # DOMAIN COUNT
attempts() { grep -c "event=attempt .*$*" "$work/mailvane/log" || true; } # PATTERN

# Until so many attempts have ended so.
await_attempts() { # COUNT PATTERN
  local until=$((SECONDS + 60))
  while (($(attempts "$2") < $1)); do
    ((SECONDS < until)) || { echo "only $(attempts "$2") of $1 attempts are $2" >&2; return 1; }
    sleep 0.2
  done
}

queued() { curl -sS --max-time 5 "http://127.0.0.1:${http_of[mailvane]}/api/v1/queue/counts" | sed -n 's/.*"total":\([0-9]*\).*/\1/p'; }

# The receiver complains of the address's haste: that message waits for its time, and those that follow for their turn at the pace that is left.
let_mail_wait() {
  local until=$((SECONDS + 60))
  in_sandbox answer mx refuse-address 203.0.113.11 "421 4.7.0 rate limited due to IP reputation"
  send_to faraway.example 1
  await_attempts 1 "to=you@faraway.example .*outcome=deferred"
  in_sandbox answer mx accept
  send_to faraway.example "$waiting"
  await_attempts 1 "to=you@faraway.example .*tier=T1 .*outcome=relayed"
  while (($(queued) != waiting)); do
    ((SECONDS < until)) || { echo "$(queued) messages wait, not $waiting" >&2; return 1; }
    sleep 0.2
  done
}

send_on() {
  while :; do
    send_to elsewhere.example 1
    sleep 0.1
  done
}

stop_trickle() {
  [ -n "$trickle" ] || return 0
  kill "$trickle" 2>/dev/null || true
  wait "$trickle" 2>/dev/null || true
  trickle=
}

told() { # WORDS AFTER TIME
  printf '%-58s %5.2f s after LISTED   goal: under %d s\n' "$1" "$(calc "$(seconds_of "$3") - $(seconds_of "$2")")" "$goal_reroute"
}

measure_reroute() {
  local listed first waited last
  start_sandbox
  way_out=write_ways
  start_node mailvane true </dev/null
  moment mailvane "" 60 event=listing kind=cell to=CLEAN >/dev/null
  let_mail_wait
  send_on &
  trickle=$!
  await_attempts 20 "to=you@elsewhere.example .*route=a1 .*outcome=relayed"
  in_sandbox list 203.0.113.11
  listed=$(moment mailvane "" 60 event=listing kind=cell to=LISTED)
  first=$(moment mailvane "$listed" 60 event=attempt to=you@elsewhere.example route=sh1 outcome=relayed)
  waited=$(moment mailvane "$listed" 60 event=attempt to=you@faraway.example route=sh1 outcome=relayed)
  await_attempts "$((waiting + 1))" "to=you@faraway.example .*outcome=relayed"
  stop_trickle
  last=$(grep 'event=attempt .*to=you@faraway.example .*outcome=relayed' "$work/mailvane/log" | tail -n 1 | sed 's/^ts=\([^ ]*\).*/\1/')
  told "first message of those that came, by the smarthost" "$listed" "$first"
  told "first of $(attempts "to=you@faraway.example .*route=sh1 .*outcome=relayed") messages that waited, by the smarthost" "$listed" "$waited"
  told "the last of these" "$listed" "$last"
}
