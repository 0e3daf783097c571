"""Prints "N passed, N failed" from meson's machine-readable test log.

A test that printed its own line "N passed, N failed" counts as that many (the Python suites hold
many tests in one process); any other counts as one, by its exit status.
"""
import json
import re
import sys

LINE = re.compile(r"^(\d+) passed, (\d+) failed$", re.M)
passed = failed = 0
with open(sys.argv[1], encoding="utf-8") as log:
    for row in map(json.loads, log):
        own = LINE.findall(row.get("stdout", ""))
        ok = row["result"] == "OK"
        if own:
            good, bad = map(int, own[-1])
            passed += good
            failed += bad if bad or ok else 1
        elif ok:
            passed += 1
        else:
            failed += 1
print(f"{passed} passed, {failed} failed")
