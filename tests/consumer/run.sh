#!/usr/bin/env bash
# run.sh BUILD SOURCE COMPILER SANITIZE: what a user of the installed library does, in a scratch folder.
set -euo pipefail
build=$1 source=$2 compiler=$3 sanitize=$4
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
flags=${sanitize:+-fsanitize=$sanitize}

cmake --install "$build" --prefix "$scratch/prefix" >/dev/null
[ -x "$scratch/prefix/bin/imagegen" ] || { echo "expected bin/imagegen to be installed"; exit 1; }

echo "find_package"
cmake -S "$source/project" -B "$scratch/build" -G Ninja -DCMAKE_PREFIX_PATH="$scratch/prefix" -DCMAKE_BUILD_TYPE=Debug \
  -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_CXX_FLAGS="$flags" >/dev/null
cmake --build "$scratch/build"
"$scratch/build/consumer"

echo "pkg-config"
export PKG_CONFIG_PATH="$scratch/prefix/lib/pkgconfig:$(echo "$scratch"/prefix/lib/*/pkgconfig)"
"$compiler" $flags "$source/project/main.cpp" $(pkg-config --cflags --libs --static imagegen) -o "$scratch/consumer"
"$scratch/consumer"
