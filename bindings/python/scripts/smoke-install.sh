#!/usr/bin/env bash
# What the README promises: `pip install .` in a fresh venv, and one run of it. Installs nothing elsewhere.
set -euo pipefail
cd "$(dirname "$0")/../../.."
export CC="${CC:-cc}" CXX="${CXX:-c++}"  # not those that Python was built with: what ccache has already is then found
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check .
root=$PWD
cd "$folder"
venv/bin/python "$root/bindings/python/scripts/smoke.py" "$root/examples/packs/wi-greeting-cards.json"
