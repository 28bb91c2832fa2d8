"""The Python side of the overhead of calls; see overhead.cpp."""

import json
import sys
import time

import imagegen

with imagegen.Runtime(json.loads(sys.argv[1])) as runtime:
    for line in sys.stdin:
        item = json.loads(line)
        began, cpu = time.perf_counter(), time.process_time()
        made = runtime.heroes.generate(item["id"], lifestyle_pack=item["pack"], dry_run=item["dryRun"])
        took = (time.perf_counter() - began) * 1000
        used = (time.process_time() - cpu) * 1000
        print(json.dumps({"ms": took, "cpu": used, "files": len(made["generated"])}), flush=True)
