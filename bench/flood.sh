# Mail as fast as the first sample node takes it, for some seconds, so that one sees scan workers come, drain and go. Nothing is
# measured. Sourced by run.

flood_host=127.0.0.1 flood_port=2525 flood_pid=""

# A session that sends mail until its time is over, for where smtp-source is missing.
flood_session() { # SECONDS
  local until=$((SECONDS + $1)) reply body
  body=$(printf 'Scan workers come and go.\r\n%.0s' {1..150})
  exec 3<>"/dev/tcp/$flood_host/$flood_port"
  read -r reply <&3
  printf 'HELO flood.example\r\n' >&3
  read -r reply <&3
  while ((SECONDS < until)); do
    printf 'MAIL FROM:<flood@example.org>\r\n' >&3 && read -r reply <&3
    printf 'RCPT TO:<you@shop.example>\r\n' >&3 && read -r reply <&3
    printf 'DATA\r\n' >&3 && read -r reply <&3
    printf 'Subject: flood\r\n\r\n%s\r\n.\r\n' "$body" >&3 && read -r reply <&3
  done
  printf 'QUIT\r\n' >&3
}

send_flood() { # SECONDS
  local i
  if command -v smtp-source >/dev/null; then
    timeout "$1" smtp-source -4 -s 20 -l 4096 -m 1000000 -f flood@example.org -t you@shop.example "$flood_host:$flood_port" || true
  else
    for i in 1 2 3 4; do flood_session "$1" & done
    wait
  fi
}

show_workers() { "$root/mailvane" workers --url http://127.0.0.1:8025; }

# Prints the workers whenever there are others, until none is left or the patience is over.
watch_workers() { # PATIENCE
  local begin=$SECONDS before="" shown
  while ((SECONDS - begin < $1)); do
    shown=$(show_workers) || return 1
    if [ "$(tail -n +3 <<<"$shown" | awk '{ print $1, $2 }')" != "$before" ]; then
      before=$(tail -n +3 <<<"$shown" | awk '{ print $1, $2 }')
      printf '%3d s  %s\n' "$((SECONDS - begin))" "${shown//$'\n'/$'\n       '}"
    fi
    if ! kill -0 "$flood_pid" 2>/dev/null && [[ "$shown" != *$'\n'* ]]; then return 0; fi
    sleep 1
  done
  echo "Workers that are kept, or still have something to do, stay: ./mailvane workers"
}

flood() { # SECONDS
  if ! show_workers >/dev/null; then
    echo "mailvane bench: the first sample node does not run: ./mailvane up, in another terminal" >&2
    exit 3
  fi
  if [[ "$(show_workers)" == *"no engine is configured"* ]]; then
    echo "mailvane bench: zone-a has no engine, so no worker will come: set [scan] engines in its configuration" >&2
    exit 1
  fi
  echo "$1 s of mail to $flood_host:$flood_port; http://127.0.0.1:8025/workers shows it too."
  send_flood "$1" &
  flood_pid=$!
  watch_workers "$(($1 + 180))"
}
