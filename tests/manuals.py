"""Every manual page is sound mdoc, and names the options that its program's --help names; each key
of policy(5) and audit(5) has its meaning in Chinese too.

usage: manuals.py BUILD PAGE...
"""
import pathlib
import re
import subprocess
import sys

build = pathlib.Path(sys.argv[1])
passed = failed = 0


def run(*words):
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)


def expect(condition, text):
    global passed, failed
    passed, failed = passed + bool(condition), failed + (not condition)
    if not condition:
        print(text)


for page in map(pathlib.Path, sys.argv[2:]):
    lint = run("mandoc", "-Tlint", "-W", "warning", str(page))
    expect(lint.returncode == 0 and not lint.stdout, f"{page.name}: {lint.stdout}{lint.stderr}")
    if page.name in ("policy.5", "audit.5"):  # whoever writes a pack reads Chinese
        entries = re.split(r"^\.It Cm ", page.read_text(encoding="utf-8"), flags=re.M)[1:]
        for entry in entries:
            meaning = re.split(r"^\.(?:El|Sh|Ss)\b", entry, maxsplit=1, flags=re.M)[0]
            expect(re.search("[\u4e00-\u9fff]", meaning),
                   f"{page.name}: {entry.splitlines()[0]}: no meaning in Chinese")
    program = build / ("daemon" if page.stem == "copayd" else f"tools/{page.stem}") / page.stem
    if page.suffix == ".7" or not program.exists():
        continue
    text = run("mandoc", "-Tascii", str(page)).stdout
    plain = re.sub(r".\x08", "", text)
    usage = run(str(program), "--help")
    expect(usage.returncode == 0, f"{program.name} --help exits {usage.returncode}")
    for option in sorted(set(re.findall(r"--[a-z][a-z-]+", usage.stdout))):
        expect(option in plain, f"{page.name} does not name {option}")

print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
