"""proto/transactions.def says of each transaction that is served where it is tested, and that is so;
what lib/wire reads, daemon/authority.c allows and the list serves are the same numbers.

usage: transactions.py SOURCE
"""
import pathlib
import re
import sys

source = pathlib.Path(sys.argv[1])
passed = failed = 0


def expect(condition, text):
    global passed, failed
    passed, failed = passed + bool(condition), failed + (not condition)
    if not condition:
        print(text)


def read(name):
    return (source / name).read_text(encoding="utf-8")


listed = read("proto/transactions.def")
served = dict(re.findall(r'^SERVED\("(\d{4})", "[^"]+", "([^"]+)"\)$', listed, re.M))
elsewhere = dict(re.findall(r'^ELSEWHERE\("(\d{4})", "[^"]+", "(\d{4})"\)$', listed, re.M))
declined = re.findall(r'^DECLINED\("(\d{4})", "(\d{4})", "[^"]+"\)$', listed, re.M)
spans = sorted([(n, n) for n in [*served, *elsewhere]] + declined)
expect(all(a[1] < b[0] for a, b in zip(spans, spans[1:])), "a number stands in two rows")
rows = re.findall(r"^(?:SERVED|ELSEWHERE|DECLINED)\(\"", listed, re.M)
expect(len(rows) == len(spans), "a row of the list cannot be read")
read_by_wire = set(re.findall(r'^    \{"(\d{4})", REQUEST_', read("lib/wire/request.c"), re.M))
allowed = set(re.findall(r'TERMINAL\("(\d{4})"\)', read("daemon/authority.c")))
expect(len(read_by_wire) > 20, "the transactions of lib/wire/request.c are not found")
for name, numbers in (("lib/wire/request.c", read_by_wire), ("daemon/authority.c", allowed)):
    expect(numbers == set(served), f"{name} and the list: {sorted(numbers ^ set(served))}")
for number, other in elsewhere.items():
    expect(other in served, f"{number}: {other} is not served")
for number, suites in served.items():
    for suite in suites.split():
        path = source / "tests" / "wire" / f"suite_{suite}.py"
        expect(path.exists() and f'"{number}"' in path.read_text(encoding="utf-8"),
               f"{number} is not asked for in suite_{suite}.py")

print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
