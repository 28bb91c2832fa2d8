#!/bin/sh
# Measures our jobs beside graphile-worker and pg-boss, on one PostgreSQL that it starts, and ours on SQLite.
#   run.sh [--jobs N] [--build DIR]
# PostgreSQL keeps fsync on: how durable a job is, is part of what it costs.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
root=$(CDPATH= cd -- "$here/../.." && pwd)
build=$root/build/release
jobs=10000
while [ $# -gt 0 ]; do
  case "$1" in
    --jobs) jobs=$2; shift 2 ;;
    --build) build=$(CDPATH= cd -- "$2" && pwd); shift 2 ;;
    *) echo "usage: run.sh [--jobs N] [--build DIR]" >&2; exit 2 ;;
  esac
done
for command in node npm python3; do
  command -v $command >/dev/null || { echo "run.sh: expected $command" >&2; exit 2; }
done
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -1)
[ -n "$bin" ] || { echo "run.sh: expected PostgreSQL; on Debian: apt-get install postgresql" >&2; exit 2; }
[ -d "$here/node_modules/graphile-worker" ] || (cd "$here" && npm install --no-package-lock --no-audit --no-fund)
cmake --build "$build" --target jobs_ours

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
trap '$as_postgres "$bin/pg_ctl" -D "$folder/pg/data" -m immediate stop >/dev/null; rm -rf --one-file-system "$folder"' EXIT
url=postgres://postgres@127.0.0.1:$port
for name in ours graphile boss; do
  $as_postgres "$bin/psql" -h 127.0.0.1 -p "$port" -U postgres -qc "CREATE DATABASE $name"
done

echo "- $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(nproc) cores; commit $(git -C "$root" rev-parse --short HEAD)"
echo "- $("$bin/postgres" --version); node $(node --version); $jobs jobs of 600 bytes"
{
  echo "ours, SQLite	$("$build/bin/jobs_ours" "sqlite:$folder/state.db" "$jobs")"
  echo "ours, PostgreSQL	$("$build/bin/jobs_ours" "$url/ours" "$jobs")"
  echo "graphile-worker	$(node "$here/graphile.mjs" "$url/graphile" "$jobs" 2>"$folder/graphile.log" || { cat "$folder/graphile.log" >&2; exit 1; })"
  echo "pg-boss	$(node "$here/pgboss.mjs" "$url/boss" "$jobs" 2>"$folder/boss.log" || { cat "$folder/boss.log" >&2; exit 1; })"
} | python3 "$here/table.py"
