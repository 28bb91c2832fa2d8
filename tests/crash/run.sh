#!/bin/sh
# Kills workers for longer, and lets more happen to them: tests/crash/run.sh [BUILD] [KILLS]
# (default build/release, 1000 for each combination, and as many seeded runs of each kind of chaos)
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/../.." && pwd)
build=${1:-$root/build/release}
failed=0
IMAGEGEN_CHAOS_RUNS=${2:-1000} "$build/bin/chaos_test" || failed=1
IMAGEGEN_CRASH_KILLS=${2:-1000} "$build/bin/crash_test" || failed=1
exit "$failed"
