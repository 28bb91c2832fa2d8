#!/usr/bin/env bash
# run.sh BUILD SECONDS: fuzzes each target that was built with IMAGEGEN_FUZZ for so long. New inputs stay in BUILD/fuzz/.
set -euo pipefail
build=$(cd "$1" && pwd) seconds=$2
cd "$(dirname "$0")"
count=0
for target in "$build"/fuzz/*_fuzz; do
  name=$(basename "$target" _fuzz)
  corpus="$build/fuzz/corpus/$name"
  mkdir -p "$corpus"
  echo "fuzz: $name, $seconds s"
  "$target" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=3000 -max_len=65536 -print_final_stats=0 -verbosity=0 \
    -artifact_prefix="$build/fuzz/crash-$name-" "$corpus" "seeds/$name" ||
    { echo "fuzz: $name found the input above"; exit 1; }
  count=$((count + 1))
done
[ "$count" -gt 0 ] || { echo "fuzz: expected targets in $build/fuzz, found none" >&2; exit 1; }
echo "fuzz: $count targets, nothing found"
