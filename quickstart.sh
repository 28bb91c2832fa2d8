#!/usr/bin/env bash
# From a fresh Debian 12 to nine finished pictures and a contact sheet in out/. No key, no server. Run it twice: the
# second time nothing is bought and no file is made again.
set -euo pipefail
cd "$(dirname "$0")"

scripts/install-dependencies.sh build
cmake --preset release -DIMAGEGEN_TESTS=OFF -DIMAGEGEN_BENCHMARKS=OFF >/dev/null
cmake --build build/release --target imagegen_cli imagegen_c  # the second is libimagegen.so, which the Node package needs

mkdir -p out
build/release/bin/imagegen heroes examples/lifestyle-packs/wi-greeting-cards.json \
  --provider placeholder --store file:out --state sqlite:out/imagegen.db --contact-sheet out/contact-sheet.html
echo
echo "Look at out/contact-sheet.html or out/contact-sheet.png; the command line is build/release/bin/imagegen."
