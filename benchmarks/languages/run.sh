#!/bin/sh
# Measures the packages: a service with ours beside one without, what calls cost, and the event loops of Node and of asyncio.
#   run.sh [--quick] [--check] [--rounds N] [--build DIR] [--python COMMAND]
# --quick: one round with few requests; no network where node_modules are there. COMMAND runs a Python that can import imagegen;
# without it Python is left out. --check: end with 1 when a target is missed. With --quick that holds for the event loops only:
# two requests and two rounds say nothing of the others.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
root=$(CDPATH= cd -- "$here/../.." && pwd)
build=$root/build/release
python=
quick=
check=
rounds=
while [ $# -gt 0 ]; do
  case "$1" in
    --quick) quick=--quick; shift ;;
    --check) check=--check; shift ;;
    --rounds) rounds="--rounds $2"; shift 2 ;;
    --build) build=$(CDPATH= cd -- "$2" && pwd); shift 2 ;;
    --python) python=$2; shift 2 ;;
    *) echo "usage: run.sh [--quick] [--check] [--rounds N] [--build DIR] [--python COMMAND]" >&2; exit 2 ;;
  esac
done
for command in node npm git; do
  command -v $command >/dev/null || { echo "run.sh: expected $command" >&2; exit 2; }
done
[ -d "$here/node_modules/sharp" ] || (cd "$here" && npm install --no-package-lock --no-audit --no-fund)
[ -d "$root/bindings/node/node_modules/koffi" ] || (cd "$root/bindings/node" && npm install --no-package-lock --no-audit --no-fund)
cmake --build "$build" --target imagegen_c language_overhead >/dev/null

export IMAGEGEN_LIBRARY="${IMAGEGEN_LIBRARY:-$build/lib/libimagegen.so.1}"
status=0
if [ -z "$quick" ]; then compared=$check; else compared=; fi
# shellcheck disable=SC2086  # options are words
node --no-warnings "$here/compare.mjs" $quick $compared $rounds || status=1
if [ -n "$python" ]; then with="--python $python"; else with="--without python"; fi
# shellcheck disable=SC2086
node "$here/compare_overhead.mjs" $quick $compared --build "$build" $with || status=1
# shellcheck disable=SC2086
node "$here/event_loop.mjs" $check || status=1
if [ -n "$python" ]; then
  # shellcheck disable=SC2086
  $python "$here/event_loop.py" $check || status=1
fi
exit $status
