"""The house's order is enforced, not promised: a folder of lib/ that includes a header of a folder
it does not name in its meson.build must fail to compile.

For every pair of folders a one-line file is compiled with the flags that the build uses for the
first folder; it must compile exactly when the second is the folder itself or stands below it in
what the folder's meson.build names. usage: layering.py SOURCE BUILD
"""
import json
import pathlib
import shlex
import subprocess
import sys
import tempfile

ORDER = ["base", "model", "wire", "policy", "adjudicate", "audit", "cases", "review", "ledger",
         "store", "state", "settle", "client"]

source, build = map(pathlib.Path, sys.argv[1:3])
folders = [f for f in ORDER if any((source / "lib" / f).glob("*.c"))]
flags = {}
for row in json.loads((build / "compile_commands.json").read_text()):
    path = (build / row["file"]).resolve()
    if path.parent.parent == (source / "lib").resolve():
        words = shlex.split(row["command"])
        flags[path.parent.name] = [w for w in words if w.startswith(("-I", "-D", "-std"))]

passed = failed = 0


def expect(condition, text):
    global passed, failed
    if condition:
        passed += 1
    else:
        failed += 1
        print("not so:", text)


def header_of(folder):
    return sorted(p.name for p in (source / "lib" / folder).glob("*.h"))[0]


def compiles(folder, text):
    with tempfile.NamedTemporaryFile("w", suffix=".c") as probe:
        probe.write(text)
        probe.flush()
        done = subprocess.run(["cc", "-fsyntax-only", *flags[folder], probe.name], cwd=build,
                              capture_output=True, timeout=60, check=False)
        return done.returncode == 0


for a in folders:
    for b in folders:
        include = f'#include "{b}/{header_of(b)}"\n'
        if ORDER.index(b) > ORDER.index(a):
            expect(not compiles(a, include), f"lib/{a} must not see lib/{b}")
        elif a == b:
            expect(compiles(a, include), f"lib/{a} sees its own headers")
    expect(compiles(a, '#include "base/money.h"\n'), f"lib/{a} sees lib/base")
    expect(not compiles(a, '#include "daemon/gate.h"\n'), f"lib/{a} must not see daemon/")

for path in (source / "daemon").glob("*.[ch]"):
    text = path.read_text(encoding="utf-8")
    expect('#include "tools/' not in text, f"{path.name} must not include tools/")

print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
