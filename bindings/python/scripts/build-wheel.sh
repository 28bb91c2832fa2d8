#!/usr/bin/env bash
# Builds the wheel, puts the libraries that it needs into it (auditwheel), and tries it in a fresh venv.
#   build-wheel.sh [OUT_FOLDER]   default: build/wheels
set -euo pipefail
cd "$(dirname "$0")/../../.."
out=$(realpath -m "${1:-build/wheels}")
bindings/python/scripts/make-venv.sh
PATH=$PWD/build/python-venv/bin:$PATH
export CC="${CC:-cc}" CXX="${CXX:-c++}"  # not those that Python was built with: what ccache has already is then found

raw=$(mktemp -d)
trap 'rm -rf "$raw"' EXIT
pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir "$raw" .
mkdir -p "$out"
rm -f "$out"/imagegen-*.whl
# The newest tag whose C library has all that is used: of Debian 12 that is 2.36.
auditwheel repair --wheel-dir "$out" "$raw"/imagegen-*.whl

"${PYTHON:-python3}" -m venv "$raw/venv"
"$raw/venv/bin/pip" install --quiet --disable-pip-version-check "$out"/imagegen-*.whl
(cd "$raw" && "$raw/venv/bin/python" "$OLDPWD/bindings/python/scripts/smoke.py" "$OLDPWD/examples/lifestyle-packs/wi-greeting-cards.json")
ls -l "$out"/imagegen-*.whl
