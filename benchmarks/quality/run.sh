#!/bin/sh
# Which quality of AVIF is as like to its picture as WebP 90, by SSIM, and how many bytes that is; and PNG with a palette beside
# sharp's: the tables of docs/image.md.
#   run.sh [--build DIR] [PHOTO...]
# Without photographs, those of Debian's mate-backgrounds are taken. Those of scikit-image are in the wheel of that name:
#   run.sh /usr/share/backgrounds/mate/nature/*.jpg skimage/data/{astronaut,chelsea,coffee,motorcycle_left}.png \
#     skimage/data/{hubble_deep_field,rocket}.jpg
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
root=$(CDPATH= cd -- "$here/../.." && pwd)
build=$root/build/release
if [ "${1:-}" = --build ]; then build=$(CDPATH= cd -- "$2" && pwd); shift 2; fi
[ $# -gt 0 ] || set -- /usr/share/backgrounds/mate/nature/*.jpg
[ -f "$1" ] || { echo "run.sh: no photographs (apt-get install mate-backgrounds)" >&2; exit 2; }

cmake --build "$build" --target quality_files
pictures=$here/out
rm -rf "$pictures"
mkdir -p "$pictures"
"$build/bin/quality_files" pictures "$pictures" "$@"
if [ ! -d "$here/node_modules/sharp" ]; then
  (cd "$here" && npm install --no-package-lock --no-audit --no-fund)
fi
(cd "$here" && node sharp.mjs "$pictures")
"$build/bin/quality_files" measure "$pictures" 40 45 50 55 60 65 70 75 78 80 85 90 | tee "$here/out.tsv" | python3 "$here/table.py"
"$build/bin/quality_files" palettes "$pictures" 256 16 | python3 "$here/palette_table.py"
