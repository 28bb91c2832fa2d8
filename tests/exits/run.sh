#!/bin/sh
# Ends programs in the middle of their work for longer, in C, Python and Node: tests/exits/run.sh [BUILD] [TIMES]
# (default build/release, 200 of each way).
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/../.." && pwd)
build=${1:-$root/build/release}
times=${2:-200}
cd "$root"
IMAGEGEN_C_EXIT_RUNS=$times "$build/bin/capi_exit_test"
IMAGEGEN_PYTHON_EXIT_RUNS=$times PYTHONPATH="$build/python" build/python-venv/bin/python -m pytest -q bindings/python/tests/test_exit.py
IMAGEGEN_NODE_EXIT_RUNS=$times IMAGEGEN_LIBRARY="$build/lib/libimagegen.so.1" node --test bindings/node/test/exits.test.mjs
