#!/usr/bin/env bash
# Builds and runs every test on a fresh Debian 12.
#   ./test.sh          GCC release with the packages; the wheel; Clang with ASan and UBSan; each fuzz target for seconds
#   ./test.sh --quick  GCC release only
#   ./test.sh --full   also the whole suite under TSan and under GCC's ASan, and fuzzing for minutes
set -euo pipefail
cd "$(dirname "$0")"
mode=${1:-}
case "$mode" in '' | --quick | --full) ;; *) echo "usage: ./test.sh [--quick | --full]" >&2; exit 2 ;; esac

jobs=$(nproc)
began=0 doing= table=
step() { # step NAME: ends the step before, and says what it took
  if [ -n "$doing" ]; then
    local line
    line=$(printf '%5s s  %s' "$((SECONDS - began))" "$doing")
    table+=$line$'\n'
    printf '== %s\n' "$line"
  fi
  began=$SECONDS doing=$*
  printf '\n== %s\n' "$*"
}
passed() {
  step "all passed"
  printf '%s%5s s  in all, on %s cores\n' "$table" "$SECONDS" "$jobs"
}

step "what is needed: Debian, servers, PyPI, npm"
scripts/install-dependencies.sh test
tests/support/get-servers.sh
bindings/python/scripts/make-venv.sh
bindings/node/scripts/setup-tests.sh

only_release() { [ "$1" = release ] && echo ON || echo OFF; }
leg() { # leg PRESET CTEST-ARGUMENTS...: configure, build, test
  local preset=$1
  shift
  step "$preset: build"
  cmake --preset "$preset" -DIMAGEGEN_TESTS=ON -DIMAGEGEN_EXAMPLES=ON -DIMAGEGEN_WHOLE_TEST_PROGRAMS=ON \
    -DIMAGEGEN_PYTHON="$(only_release "$preset")" -DIMAGEGEN_BENCHMARKS="$(only_release "$preset")" >/dev/null
  cmake --build "build/$preset" -j "$jobs"
  step "$preset: test"
  ctest --test-dir "build/$preset" -j "$jobs" --output-on-failure --no-tests=error "$@"
}

leg release
if [ "$mode" = --quick ]; then passed; exit 0; fi
step "python: the wheel, in a fresh venv"
bindings/python/scripts/build-wheel.sh
leg clang
step "fuzz"
tests/fuzz/run.sh build/clang "$([ "$mode" = --full ] && echo 300 || echo 5)"
if [ "$mode" = --full ]; then
  leg tsan
  leg asan
fi
passed
