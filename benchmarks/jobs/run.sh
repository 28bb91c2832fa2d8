#!/bin/sh
# Measures our jobs beside graphile-worker and pg-boss, on one PostgreSQL that it starts, and ours on SQLite.
#   run.sh [--jobs N] [--starts N] [--list N] [--build DIR]     --list 0: no long list, else at least 50000
# PostgreSQL is as Debian sets it up, with fsync: how durable a job is, is part of what it costs. Ours waits for the disk
# when a job is added and not when it is claimed or ended; the peers are measured both as they come, where every commit
# waits, and with synchronous_commit=off, where none does.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
root=$(CDPATH= cd -- "$here/../.." && pwd)
build=$root/build/release
jobs=10000
starts=1000
list=1000000
while [ $# -gt 0 ]; do
  case "$1" in
    --jobs) jobs=$2; shift 2 ;;
    --starts) starts=$2; shift 2 ;;
    --list) list=$2; shift 2 ;;
    --build) build=$(CDPATH= cd -- "$2" && pwd); shift 2 ;;
    *) echo "usage: run.sh [--jobs N] [--starts N] [--list N] [--build DIR]" >&2; exit 2 ;;
  esac
done
for command in node npm python3; do
  command -v $command >/dev/null || { echo "run.sh: expected $command" >&2; exit 2; }
done
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -1)
[ -n "$bin" ] || { echo "run.sh: expected PostgreSQL; on Debian: apt-get install postgresql" >&2; exit 2; }
[ -d "$here/node_modules/graphile-worker" ] || (cd "$here" && npm install --no-package-lock --no-audit --no-fund)
cmake --build "$build" --target jobs_ours jobs_start jobs_list >/dev/null

folder=$(mktemp -d)
chmod 755 "$folder"
as_postgres=
if [ "$(id -u)" -eq 0 ]; then
  mkdir "$folder/pg" && chown postgres "$folder/pg"
  as_postgres="runuser -u postgres --"
fi
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
$as_postgres "$bin/initdb" -D "$folder/pg/data" -A trust -U postgres >/dev/null
$as_postgres "$bin/pg_ctl" -D "$folder/pg/data" -o "-p $port -c listen_addresses=127.0.0.1 -k $folder/pg" -w -l "$folder/pg/log" start >/dev/null
trap 'exit 1' INT TERM
trap '$as_postgres "$bin/pg_ctl" -D "$folder/pg/data" -m immediate stop >/dev/null; rm -rf --one-file-system "$folder"' EXIT
url=postgres://postgres@127.0.0.1:$port
for name in ours list graphile graphile_quick boss boss_quick; do
  $as_postgres "$bin/psql" -h 127.0.0.1 -p "$port" -U postgres -qc "CREATE DATABASE $name"
done

quick="?options=-c%20synchronous_commit%3Doff"

# Nothing here takes longer than minutes; what hangs must not do so for ever.
ours() {
  timeout 900 "$build/bin/jobs_ours" "$1" "$jobs" && timeout 300 "$build/bin/jobs_start" "$1" "$starts" 200
}
peer() {
  timeout 900 node "$here/$1.mjs" "$2" "$jobs" "$starts" 200 2>"$folder/log" || { cat "$folder/log" >&2; exit 1; }
}
row() {
  name=$1
  shift
  found=$("$@") || exit 1
  printf '%s\t%s\n' "$name" "$(printf '%s' "$found" | tr '\n' '\t')"
}

echo "- $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(nproc) cores; commit $(git -C "$root" rev-parse --short HEAD)"
echo "- $("$bin/postgres" --version); node $(node --version); $jobs jobs of 600 bytes, $starts starts, 200 a second"
echo
{
  row "ours, SQLite" ours "sqlite:$folder/state.db"
  row "ours, PostgreSQL" ours "$url/ours"
  row "graphile-worker" peer graphile "$url/graphile"
  row "graphile-worker, synchronous_commit=off" peer graphile "$url/graphile_quick$quick"
  row "pg-boss" peer pgboss "$url/boss"
  row "pg-boss, synchronous_commit=off" peer pgboss "$url/boss_quick$quick"
} >"$folder/rows"
python3 "$here/table.py" jobs <"$folder/rows"
[ "$list" -gt 0 ] || exit 0

"$build/bin/jobs_list" "sqlite:$folder/list.db" one
python3 "$here/fill-sqlite.py" "$folder/list.db" "$list"
"$build/bin/jobs_list" "$url/list" one
$as_postgres "$bin/psql" -h 127.0.0.1 -p "$port" -U postgres -d list -v "jobs=$list" -v ON_ERROR_STOP=1 -q <"$here/fill-postgres.sql"
{
  row "SQLite" "$build/bin/jobs_list" "sqlite:$folder/list.db" "$list"
  row "PostgreSQL" "$build/bin/jobs_list" "$url/list" "$list"
} >"$folder/rows"
echo
python3 "$here/table.py" list <"$folder/rows"
