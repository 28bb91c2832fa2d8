#!/bin/sh
# Builds our side, installs sharp beside this file, and compares.  run.sh [BUILD_DIR] [ROUNDS]
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
root=$(CDPATH= cd -- "$here/../../.." && pwd)
build=${1:-$root/build/release}
rounds=${2:-3}

if [ ! -d "$here/node_modules/sharp" ]; then
  (cd "$here" && npm install --no-package-lock --no-audit --no-fund)
fi
cmake --build "$build" --target heroes_bench heroes_judge

# Photographs of Debian's mate-backgrounds; without them, masters.mjs draws pictures.
set --
for name in Garden LadyBird Dune; do
  photo=/usr/share/backgrounds/mate/nature/$name.jpg
  if [ -f "$photo" ]; then set -- "$@" "$photo"; fi
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 "$here/compare.py" --rounds "$rounds" "$build" "$work" "$@"
