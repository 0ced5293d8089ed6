# Mailvane and Postfix with their queues on the same GlusterFS, replica 3 arbiter 1, over three zones in name spaces of this machine, as the
# system tests make them. Sourced by run.

zones=$root/system-tests/src/test/resources/io/mailvane/systemtests/zones

measure_volume() {
  [ "$(id -u)" = 0 ] || { echo "mailvane bench: name spaces and mounts need root" >&2; exit 1; }
  command -v glusterd >/dev/null || { echo "mailvane bench: glusterd is missing (Debian: apt-get install glusterfs-server)" >&2; exit 1; }
  inside=("$zones" "$work/zones" in_zone a)
  # What was taken before it is reclaimed has room there; a brick of a cloud is larger still.
  BRICK_SIZE=3g "$zones" "$work/zones" up >"$work/zones.out" 2>&1 || { cat "$work/zones.out" >&2; exit 1; }
  queue_of[mailvane]="volume = \"$work/zones/a/volume\""
  postfix_spool=$work/zones/a/volume/postfix
  peers="postfix mailvane"
  print_head
  measure_all relay 4096
  ratios mailvane postfix 4096
}

end_zones() { [ ! -e "$work/zones" ] || "$zones" "$work/zones" down; }
