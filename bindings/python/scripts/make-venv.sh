#!/usr/bin/env bash
# Makes build/python-venv with what the extension is built and the package is tested with. Does nothing where it is there.
#   make-venv.sh [FOLDER]   other places: set Python_EXECUTABLE for CMake
set -euo pipefail
cd "$(dirname "$0")/../../.."
venv=${1:-build/python-venv}
requirements=bindings/python/tests/requirements.txt

stamp=$venv/made-of
cmp -s "$requirements" "$stamp" && exit 0
[ -x "$venv/bin/python" ] || "${PYTHON:-python3}" -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check -r "$requirements"
cp "$requirements" "$stamp"
