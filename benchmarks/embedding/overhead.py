"""The Python side of the overhead of calls; see overhead.cpp."""

import json
import sys
import time

import imagegen

with imagegen.Runtime(json.loads(sys.argv[1])) as runtime:
    for line in sys.stdin:
        item = json.loads(line)
        began = time.perf_counter()
        made = runtime.heroes.generate(item["id"], pack=item["pack"])
        took = (time.perf_counter() - began) * 1000
        print(json.dumps({"ms": took, "files": len(made["generated"])}), flush=True)
