"""Makes a table of lines "NAME<tab>JSON"."""
import json
import sys

COLUMNS = (("wholeJobs", "whole jobs/s", ".0f"), ("claimsOneAtATime", "claims/s, one at a time", ".0f"),
           ("claimsTenAtATime", "claims/s, ten at a time", ".0f"), ("startMedianMs", "to start, median ms", ".2f"),
           ("startP99Ms", "to start, p99 ms", ".2f"))

print("| | " + " | ".join(title for _, title, _ in COLUMNS) + " |")
print("|---" * (len(COLUMNS) + 1) + "|")
for line in sys.stdin:
    name, found = line.rstrip("\n").split("\t")
    found = json.loads(found)
    print(f"| {name} | " + " | ".join(format(found[key], form) if key in found else "" for key, _, form in COLUMNS) + " |")
