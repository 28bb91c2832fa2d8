#!/bin/sh
# Kills workers for longer: tests/crash/run.sh [BUILD] [KILLS]   (default build/release, 1000 for each combination)
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/../.." && pwd)
IMAGEGEN_CRASH_KILLS=${2:-1000} exec "${1:-$root/build/release}/bin/crash_test"
