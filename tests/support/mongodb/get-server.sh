#!/bin/sh
# Prints the class path of MongoTestServer on its last line, and gets what it needs with Maven into the cache first where
# it is not there yet: some seconds. Run it as often as you like.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
version=$(sed -n 's:.*<server.version>\(.*\)</server.version>.*:\1:p' "$here/pom.xml")
cache=${IMAGEGEN_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/imagegen}
folder=$cache/mongo-java-server-$version

mkdir -p "$folder"
# Test programs run side by side, and one download is enough for all of them.
exec 9>"$folder/lock"
flock 9

if [ ! -d "$folder/lib" ]; then
  rm -rf "$folder/new"
  mvn -q -B -f "$here/pom.xml" dependency:copy-dependencies -DoutputDirectory="$folder/new" >&2
  mv "$folder/new" "$folder/lib"
fi
if [ ! "$folder/classes/MongoTestServer.class" -nt "$here/MongoTestServer.java" ]; then
  javac -cp "$folder/lib/*" -d "$folder/classes" "$here/MongoTestServer.java" >&2
fi
echo "$folder/classes:$folder/lib/*"
