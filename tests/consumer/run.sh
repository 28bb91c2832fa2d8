#!/usr/bin/env bash
# run.sh BUILD SOURCE COMPILER SANITIZE [C-COMPILER]: what a user of the installed library does, in a scratch folder.
set -euo pipefail
build=$1 source=$2 compiler=$3 sanitize=$4 c_compiler=${5:-}
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
"$scratch/build/own_parts_test" --gtest_brief=1

echo "find_package, without GoogleTest"
cmake -S "$source/without_googletest" -B "$scratch/without_googletest" -G Ninja -DCMAKE_PREFIX_PATH="$scratch/prefix" \
  -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_DISABLE_FIND_PACKAGE_GTest=ON >/dev/null

echo "pkg-config"
export PKG_CONFIG_PATH="$scratch/prefix/lib/pkgconfig:$(echo "$scratch"/prefix/lib/*/pkgconfig)"
"$compiler" $flags "$source/project/main.cpp" $(pkg-config --cflags --libs --static imagegen) -o "$scratch/consumer"
"$scratch/consumer"

echo "every header beside every other"
(cd "$scratch/prefix/include" && find imagegen -name '*.hpp' | sort | sed 's/.*/#include <&>/') >"$scratch/all_headers.cpp"
"$compiler" -fsyntax-only "$scratch/all_headers.cpp" $(pkg-config --cflags imagegen)

[ -n "$c_compiler" ] || exit 0
# Of a library that Clang instrumented, a program in C needs the C++ part of the sanitizers too.
link=()
if [[ $sanitize == *undefined* ]] && "$c_compiler" --version | grep -q clang; then link=(-fsanitize-link-c++-runtime -lstdc++); fi

echo "find_package, in C"
cmake -S "$source/c_project" -B "$scratch/c_build" -G Ninja -DCMAKE_PREFIX_PATH="$scratch/prefix" -DCMAKE_BUILD_TYPE=Debug \
  -DCMAKE_C_COMPILER="$c_compiler" -DCMAKE_C_FLAGS="$flags" -DCMAKE_EXE_LINKER_FLAGS="${link[*]}" >/dev/null
cmake --build "$scratch/c_build"
"$scratch/c_build/c_consumer"

echo "pkg-config, in C"
"$c_compiler" $flags -std=c11 -Wall -Wextra -Wpedantic -Werror "$source/c_project/main.c" $(pkg-config --cflags --libs imagegen-c) "${link[@]}" -o "$scratch/c_consumer"
LD_LIBRARY_PATH="$(pkg-config --variable=libdir imagegen-c)" "$scratch/c_consumer"
