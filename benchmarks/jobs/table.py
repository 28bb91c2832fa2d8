"""Makes a table of lines "NAME<tab>JSON<tab>JSON...": table.py jobs|list"""
import json
import sys

TABLES = {
    "jobs": (("claimsOneAtATime", "claims/s, one at a time", ".0f"), ("claimsTenAtATime", "claims/s, ten at a time", ".0f"),
             ("wholeJobs", "whole jobs/s", ".0f"), ("startMedianMs", "to start, median ms", ".2f"),
             ("startP99Ms", "to start, p99 ms", ".2f")),
    "list": tuple((f"{query}.{key}", f"{title}, {word} ms", ".2f")
                  for query, title in (("all", "all"), ("ofAnOwner", "of an owner"), ("failed", "failed"),
                                       ("failedOfAnOwner", "failed, of an owner"))
                  for key, word in (("medianMs", "median"), ("p99Ms", "p99"))),
}


def value(found, key):
    for part in key.split("."):
        if part not in found:
            return None
        found = found[part]
    return found


columns = TABLES[sys.argv[1]]
print("| | " + " | ".join(title for _, title, _ in columns) + " |")
print("|---" * (len(columns) + 1) + "|")
for line in sys.stdin:
    name, *parts = line.rstrip("\n").split("\t")
    found = {}
    for part in filter(None, parts):
        found.update(json.loads(part))
    cells = ((value(found, key), form) for key, _, form in columns)
    print(f"| {name} | " + " | ".join("" if cell is None else format(cell, form) for cell, form in cells) + " |")
