#!/bin/sh
# Measures ours beside sharp and libvips, and draws a picture of it.
#   run.sh [--quick] [--rounds N] [--rows NAME,...] [--build DIR] [PHOTO.jpg...]
# --quick: one round with one small drawn picture, and no network where node_modules is there.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
root=$(CDPATH= cd -- "$here/../.." && pwd)
build=$root/build/release
venv=${IMAGEGEN_CACHE:-$HOME/.cache/imagegen}/peers-venv

need() { # need COMMAND PACKAGE
  command -v "$1" >/dev/null || { echo "run.sh: expected $1; on Debian: apt-get install $2" >&2; exit 2; }
}
need python3 python3
need node nodejs
need npm npm
need pkg-config pkg-config
pkg-config --exists 'vips >= 8.12' || { echo "run.sh: expected libvips; on Debian: apt-get install libvips-dev" >&2; exit 2; }

quick=
options=
while [ $# -gt 0 ]; do
  case "$1" in
    --quick) quick=yes; options="$options --quick"; shift ;;
    --rounds | --rows) options="$options $1 $2"; shift 2 ;;
    --build) build=$(CDPATH= cd -- "$2" && pwd); shift 2 ;;
    -*) echo "usage: run.sh [--quick] [--rounds N] [--rows NAME,...] [--build DIR] [PHOTO.jpg...]" >&2; exit 2 ;;
    *) break ;;
  esac
done

if [ ! -d "$here/node_modules/sharp" ]; then
  (cd "$here" && npm install --no-package-lock --no-audit --no-fund)
fi
if [ ! -x "$venv/bin/python" ] && [ -z "$quick" ]; then
  python3 -m venv "$venv" && "$venv/bin/pip" install -q matplotlib==3.11.2 || rm -rf "$venv"
fi
if [ ! -f "$build/CMakeCache.txt" ]; then
  cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release
fi
cmake --build "$build" --target peers_inputs peers_ours peers_vips peers_judge

# Photographs of Debian's mate-backgrounds; without them, pictures are drawn.
if [ $# -eq 0 ] && [ -z "$quick" ]; then
  for name in Garden LadyBird Dune; do
    photo=/usr/share/backgrounds/mate/nature/$name.jpg
    if [ -f "$photo" ]; then set -- "$@" "$photo"; fi
  done
  [ $# -gt 0 ] || echo "run.sh: no photographs (apt-get install mate-backgrounds); pictures are drawn" >&2
fi

status=0
# shellcheck disable=SC2086  # options are words
python3 "$here/compare.py" $options "$build" "$here/out" "$@" || status=$?
if [ -x "$venv/bin/python" ] && "$venv/bin/python" "$here/plot.py" "$here/out/results.json" "$here/out/results.png"; then
  echo "$here/out/results.png"
else
  echo "run.sh: no picture (matplotlib is not there)" >&2
fi
exit $status
