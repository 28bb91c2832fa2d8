#!/bin/sh
# Answers of a provider from many seeds, 2,000 of each: tests/provider/run.sh [BUILD] [SEEDS] (default build/release, 100)
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/../.." && pwd)
build=${1:-$root/build/release}
IMAGEGEN_ANSWER_ROUNDS=${2:-100} "$build/bin/openai_test" --gtest_filter='OpenAiGenerated.*'
