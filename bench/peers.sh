# Starting and stopping the peers. HOW relay: all mail goes to the sink; accept: mail is taken and kept; watch: addresses are watched
# on lists. Sourced by run.

declare -A port_of=([mailvane]=25250 [postfix]=25251 [scanning]=25252 [zone-a]=25250 [zone-b]=25251)
declare -A http_of=([mailvane]=25255 [scanning]=25256 [zone-a]=25255 [zone-b]=25256)
declare -A pid_of=() queue_of=() # a started peer's first process; what a node's [queue] is told beside
sink_port=25299 sink_pid= postfix_spool=
way_out=write_way_out # what tells a node how mail leaves it
inside=() # what runs a command where the peers are, if that is not here

wait_port() {
  local i
  for ((i = 0; i < 300; i++)); do
    if "${inside[@]}" bash -c "exec 9<>/dev/tcp/127.0.0.1/$1" 2>/dev/null; then return 0; fi
    sleep 0.1
  done
  echo "port $1 did not open" >&2
  return 1
}

wait_file() {
  local i
  for ((i = 0; i < 300; i++)); do
    [ ! -e "$1" ] || return 0
    sleep 0.1
  done
  echo "$1 did not come" >&2
  return 1
}

stop_peers() {
  local peer i
  for peer in "${!pid_of[@]}"; do
    kill "${pid_of[$peer]}" 2>/dev/null || true
    kill -CONT "${pid_of[$peer]}" 2>/dev/null || true # one that is frozen hears nothing else
    for ((i = 0; i < 300; i++)); do
      kill -0 "${pid_of[$peer]}" 2>/dev/null || break
      sleep 0.1
    done
  done
  pid_of=()
}

# Who may send, and the sink as the only way out.
write_way_out() {
  cat <<TOML
[relay]
networks = ["127.0.0.0/8"]
[direct]
enabled = false
[[smarthost]]
name = "sink"
host = "127.0.0.1:$sink_port"
tls = "none"
order = 1
TOML
}

stop_all() {
  touch "$work/memory.stop"
  stop_peers
  if [ -n "$sink_pid" ]; then kill "$sink_pid" 2>/dev/null || true; fi
}

# Starts a node that takes mail at the port of its name; what else it is told is read from the input.
start_node() { # NAME DELIVER
  local dir=$work/$1
  rm -rf "$dir"
  mkdir -p "$dir"
  {
    cat <<TOML
[node]
name = "$1"
zone = "a"
hostname = "peer.test"
data = "data"
[queue]
deliver = $2
${queue_of[$1]:-}
[[listener]]
name = "mx"
role = "mx"
address = "127.0.0.1:${port_of[$1]}"
[http]
address = "127.0.0.1:${http_of[$1]}"
TOML
    "$way_out"
    cat
  } >"$dir/node.toml"
  "${inside[@]}" "$root/mailvane" run --config "$dir/node.toml" >"$dir/out" 2>"$dir/log" </dev/null &
  pid_of[$1]=$! # the launcher becomes the program
  wait_file "$dir/data/run/node.json"
}

start_sandbox() { # OPTION...
  "$root/mailvane" sandbox run --directory "$work/sandbox" --dns-port 0 --blacklist-port 0 --mx-port 0 --smarthost-port 0 \
    "$@" >"$work/sandbox.out" 2>&1 </dev/null &
  pid_of[sandbox]=$!
  wait_file "$work/sandbox/run/sandbox.json"
}

in_sandbox() { "$root/mailvane" sandbox "$@" --directory "$work/sandbox" >/dev/null; }
field() { sed -n "s/.*\"$1\" *: *\"\([^\"]*\)\".*/\1/p" "$2"; } # NAME FILE

delivers() { if [ "$1" = relay ]; then echo true; else echo false; fi; } # HOW

start_mailvane() { # HOW
  start_node mailvane "$(delivers "$1")" < <([ "$1" != watch ] || write_watched)
}

# A process of the peers by the number that it has here.
seen_from_here() { # PID
  if [ ${#inside[@]} = 0 ]; then
    echo "$1"
  else
    awk -v pid="$1" '/^Name:/ { name = $2 } /^NSpid:/ && NF > 2 && $NF == pid && name == "master" { print $2; exit }' /proc/[0-9]*/status
  fi
}

start_postfix() { # HOW
  local dir=$work/postfix
  local spool=${postfix_spool:-$dir/spool}
  rm -rf "$dir"
  mkdir -p "$dir"/{etc,data}
  "${inside[@]}" mkdir -p "$spool"
  chown postfix "$dir/data"
  {
    cat <<CF
compatibility_level = 3.6
queue_directory = $spool
data_directory = $dir/data
maillog_file = $dir/mail.log
maillog_file_prefixes = $work
myhostname = peer.test
mydomain = test
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
relayhost = [127.0.0.1]:$sink_port
smtp_bind_address = 127.0.0.1
alias_maps =
local_recipient_maps =
smtp_tls_security_level =
smtpd_peername_lookup = no
smtp_host_lookup = native
disable_dns_lookups = yes
message_size_limit = 52428800
default_process_limit = 200
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtpd_client_message_rate_limit = 0
in_flow_delay = 0
default_destination_concurrency_limit = 100
initial_destination_concurrency = 50
smtp_connection_cache_on_demand = yes
smtp_connection_reuse_count_limit = 1000
max_use = 10000
qmgr_message_active_limit = 40000
qmgr_message_recipient_limit = 40000
local_header_rewrite_clients =
CF
    [ "$1" = accept ] && echo 'smtpd_recipient_restrictions = check_recipient_access static:HOLD, permit_mynetworks, reject'
    true
  } >"$dir/etc/main.cf"
  sed -e "s/^smtp  *inet .*/127.0.0.1:${port_of[postfix]} inet n - n - - smtpd/" /etc/postfix/master.cf.proto >"$dir/etc/master.cf"
  cp -r /etc/postfix/dynamicmaps.cf* /etc/postfix/postfix-files* "$dir/etc/" 2>/dev/null || true
  postconf -c "$dir/etc" -F '*/*/chroot = n'
  grep -q '^postlog' "$dir/etc/master.cf" || echo 'postlog unix-dgram n - n - 1 postlogd' >>"$dir/etc/master.cf"
  "${inside[@]}" postfix -c "$dir/etc" start >"$dir/start.log" 2>&1 || { cat "$dir/start.log" >&2; return 1; }
  wait_port "${port_of[postfix]}"
  pid_of[postfix]=$(seen_from_here "$("${inside[@]}" cat "$spool/pid/master.pid" | tr -d ' \n')")
}
