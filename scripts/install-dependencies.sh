#!/usr/bin/env bash
# Installs from Debian what is missing: for building, pip install included ("build"), and for all tests ("test"). Does nothing where all is there.
set -euo pipefail

build=(build-essential cmake ninja-build ccache pkg-config ca-certificates
  libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev
  libwebp-dev libjpeg62-turbo-dev libspng-dev libhwy-dev liblcms2-dev libdeflate-dev libavif-dev libgif-dev libssl-dev zlib1g-dev libsqlite3-dev libpq-dev libmongoc-dev libcli11-dev
  python3-dev python3-venv)
test=(libgtest-dev libgmock-dev libbenchmark-dev abigail-tools clang-14 libclang-rt-14-dev lld git curl
  libimage-exiftool-perl webp pngcheck libjpeg-turbo-progs libvips-tools postgresql pgbouncer maven default-jdk-headless colord-data icc-profiles-free libgs-common)

# Whatever node the user has, from any source; else Debian's.
node_major=$(node --version 2>/dev/null | sed -n 's/^v\([0-9]*\).*/\1/p' || true)
if [ "${node_major:-0}" -lt 18 ] || ! command -v npm >/dev/null; then test+=(nodejs npm); fi

packages=("${build[@]}")
[ "${1:-build}" = test ] && packages+=("${test[@]}")

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if ! command -v apt-get >/dev/null; then
  echo "imagegen: expected Debian 12 (apt-get), or these packages under their names elsewhere: ${missing[*]}" >&2
  exit 1
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi
echo "imagegen: installing ${missing[*]}" >&2
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
