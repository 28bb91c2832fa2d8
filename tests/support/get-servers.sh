#!/usr/bin/env bash
# Fetches the real servers that tests start, into a cache outside the checkout. A server that cannot be had is said
# loudly here; its tests then fail where CI is set, and are skipped elsewhere.
set -uo pipefail
cd "$(dirname "$0")/../.."

tests/storage/support/get-versitygw.sh ||
  echo "WARNING: no S3 server could be had; the S3 tests need one (or IMAGEGEN_TEST_S3, see docs/testing.md)" >&2
tests/support/mongodb/get-server.sh ||
  echo "WARNING: no MongoDB server could be had; its tests need one (or IMAGEGEN_TEST_MONGODB, see docs/testing.md)" >&2
tests/support/get-photographs.sh
exit 0
