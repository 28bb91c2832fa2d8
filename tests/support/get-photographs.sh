#!/usr/bin/env bash
# Fetches the photographs that crops are judged by (tests/image/subjects/labels.csv) from Debian and PyPI into a cache outside
# the checkout. None of them is committed. Ends well without them, after a loud word: then their tests fail where CI is set.
set -uo pipefail
folder=${IMAGEGEN_CACHE:-$HOME/.cache/imagegen}/photographs
labels=$(dirname "$(realpath "$0")")/../image/subjects/labels.csv
missing() { grep -v '^#' "$labels" | cut -d, -f1 | while read -r name; do [ -f "$folder/$name" ] || echo "$name"; done; }
[ -n "$(missing)" ] || exit 0
mkdir -p "$folder"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
chmod 755 .
for package in mate-backgrounds lomiri-wallpapers-16.04 lomiri-wallpapers-20.04 ukui-wallpapers; do
  apt-get download "$package" >/dev/null 2>&1 && dpkg-deb -x "$package"_*.deb debian
done
python3 -m venv venv && venv/bin/pip -q download --no-deps --only-binary :all: scikit-image==0.26.0 &&
  venv/bin/pip -q download --no-deps --no-binary :all: face_recognition==1.3.0
for wheel in *.whl; do [ -f "$wheel" ] && python3 -m zipfile -e "$wheel" wheel; done
for archive in *.tar.gz; do [ -f "$archive" ] && tar xzf "$archive"; done
grep -v '^#' "$labels" | cut -d, -f1 | while read -r name; do
  found=$(find . -name "$name" -type f | head -1)
  [ -n "$found" ] && cp "$found" "$folder/$name"
done
[ -z "$(missing)" ] || echo "WARNING: photographs that could not be had: $(missing | tr '\n' ' ')" >&2
exit 0
