#!/usr/bin/env bash
# postgis.sh COMMAND…: runs COMMAND beside a PostGIS server made for it alone, and removes the server afterwards.
# COMMAND finds it in SISETU_TEST_POSTGRES, the address of an empty database whose owner may create others.
# The server listens on a private socket only, never on the network, and never runs as root.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/find.sh

bin=$(find_postgis) || { echo "postgis.sh: no PostgreSQL with PostGIS on this machine; scripts/setup.sh test brings one" >&2; exit 3; }

# Always under /tmp: a socket's path may have no more than 107 bytes, and another account must reach it.
home=$(mktemp -d /tmp/sisetu-postgis.XXXXXX)
as_owner=(env)
if ((EUID == 0)); then
  owner=$(id -un postgres 2>/dev/null || echo nobody)
  chown "$owner" "$home"
  as_owner=(setpriv --reuid "$owner" --regid "$(id -g "$owner")" --clear-groups env "HOME=$home")
fi
server() { (cd "$home" && "${as_owner[@]}" "$bin/$1" "${@:2}"); }

remove() {
  server pg_ctl stop -D "$home/data" -m immediate -s >/dev/null 2>&1 || true
  rm -rf "$home"
}
trap remove EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

start() {
  server initdb -D "$home/data" --username=sisetu --auth=trust --encoding=UTF8 --locale=C --no-sync
  cat >>"$home/data/postgresql.conf" <<SETTINGS
listen_addresses = ''
unix_socket_directories = '$home'
fsync = off
synchronous_commit = off
full_page_writes = off
SETTINGS
  server pg_ctl start -D "$home/data" -l "$home/server.log" -w
  server createdb -h "$home" -U sisetu sisetu_test
}
start >"$home/start.log" 2>&1 || { cat "$home"/*.log >&2; echo "postgis.sh: the server did not start" >&2; exit 3; }

export SISETU_TEST_POSTGRES="postgres:///sisetu_test?host=$home&user=sisetu"
"$@"
