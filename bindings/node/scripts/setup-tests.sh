#!/bin/sh
# Fetches what the tests need from npm into node_modules, and lets examples/node find the package. Again, it does nothing.
#   setup-tests.sh [--check]   with --check it fetches nothing, and fails where something is to be fetched
set -eu
cd "$(dirname "$0")/.."
exec 9<package.json
flock 9
stamp=node_modules/.tests-$(cksum <package.json | cut -d' ' -f1)
if [ ! -e "$stamp" ]; then
  if [ "${1:-}" = --check ]; then
    echo "setup-tests.sh: the tests of the Node package need what bindings/node/scripts/setup-tests.sh fetches" >&2
    exit 1
  fi
  rm -f node_modules/.tests-*
  npm install --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel=error ||
    { echo "setup-tests.sh: npm could not fetch koffi, express and typescript; the tests of the Node package need them" >&2; exit 1; }
  : >"$stamp"
fi
examples=../../examples/node/node_modules
mkdir -p "$examples"
ln -sfn ../../../bindings/node "$examples/imagegen"
ln -sfn ../../../bindings/node/node_modules/express "$examples/express"
