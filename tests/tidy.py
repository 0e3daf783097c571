"""Style is a test: sizes, banned calls, floating point near money, tests that mirror the tree, and
README's walk naming functions that exist. usage: tidy.py SOURCE
"""
import fnmatch
import os
import pathlib
import re
import sys

source = pathlib.Path(sys.argv[1]).resolve()
failures = []
checked = set()  # files, and rules that hold for no file in particular

BANNED = ["strcpy", "strcat", "sprintf", "vsprintf", "strtok", "atoi", "atol", "atof", "gets",
          "localtime", "gmtime", "mktime", "system", "popen", "rand", "srand"]
BANNED_RE = re.compile(r"(?<![\w.>])(" + "|".join(BANNED) + r")\s*\(")
FLOAT_RE = re.compile(r"\b(float|double|strtod|strtof)\b")
MONEY = ("lib/base/money", "lib/model/", "lib/wire/", "lib/policy/", "lib/adjudicate/", "lib/audit/",
         "lib/state/", "lib/settle/", "lib/ledger/", "lib/store/")


def files(*patterns):
    """Names below the source folder, build folders and hidden ones left out. No git: a release
    archive, or a machine without it, is checked the same."""
    names = []
    for folder, folders, here in os.walk(source):
        folders[:] = sorted(f for f in folders if not f.startswith((".", "build", "__")))
        relative = pathlib.Path(folder).relative_to(source)
        names += [str(relative / f) for f in sorted(here)]
    return [n for n in names if any(fnmatch.fnmatch(n, p) for p in patterns)]


def expect(condition, text):
    checked.add(text.split(":")[0].split(" ")[0])
    if not condition:
        failures.append(text)


def without_comments(text):
    """C text with comments and string contents blanked, line structure kept."""
    pattern = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', re.S)
    return pattern.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)


def function_lengths(text):
    """(name, first line, lines) of each function of a file formatted by clang-format."""
    lines = text.split("\n")
    start = None
    for number, line in enumerate(lines, 1):
        if line == "{" and start is None:
            start = number
        elif line == "}" and start is not None:
            head = " ".join(lines[max(0, start - 6):start - 1])
            names = re.findall(r"(\w+)\s*\(", head)
            yield (names[0] if names else "?", start, number - start + 2)
            start = None


for name in files("*.c", "*.h"):
    text = (source / name).read_text(encoding="utf-8")
    code = without_comments(text)
    lines = text.count("\n")
    is_test = name.startswith("tests/")
    limit = 800 if is_test else 120 if name.endswith(".h") else 600
    expect(lines <= limit, f"{name}: {lines} lines, limit {limit}")
    for number, line in enumerate(text.split("\n"), 1):
        expect(len(line) <= 100, f"{name}:{number}: line of {len(line)} characters")
    for match in BANNED_RE.finditer(code):
        if is_test and match.group(1) in ("rand", "srand"):
            continue  # a fixed seed shuffles well enough
        number = code.count("\n", 0, match.start()) + 1
        failures.append(f"{name}:{number}: banned call {match.group(1)}")
    if name.startswith(MONEY):
        for match in FLOAT_RE.finditer(code):
            number = code.count("\n", 0, match.start()) + 1
            failures.append(f"{name}:{number}: floating point near money: {match.group(1)}")
    if name.endswith(".c") and not is_test:
        for function, number, length in function_lengths(text):
            expect(length <= 70, f"{name}:{number}: {function}() has {length} lines, limit 70")

for name in files("lib/*.c"):
    folder, file = name.split("/")[1:3]
    mirrors = list((source / "tests/lib" / folder).glob("*_test.c"))
    expect(mirrors, f"lib/{folder} has no tests under tests/lib/{folder}")
    own = source / "tests/lib" / folder / file.replace(".c", "_test.c")
    if not own.exists():
        stem = file[:-2]
        header = source / "lib" / folder / (stem + ".h")
        used = any(re.search(rf'#include "{folder}/', m.read_text(encoding="utf-8"))
                   for m in mirrors)
        expect(used or not header.exists(), f"{name} has no test under the same path")

readme = (source / "README.md").read_text(encoding="utf-8")
walk = readme.partition("## The life of one claim")[2].partition("\n## ")[0]
everything = "\n".join((source / n).read_text(encoding="utf-8")
                       for n in files("lib/*.c", "lib/*.h", "daemon/*.c", "tools/*.c"))
for function in sorted(set(re.findall(r"`([a-z_0-9]+)\(\)`", walk))):
    expect(re.search(rf"^[a-z][\w \*]*\b{function}\(", everything, re.M),
           f"README's walk names {function}(), which does not exist")

for text in failures:
    print(text)
bad = {text.split(":")[0].split(" ")[0] for text in failures}
print(f"{len(checked - bad)} passed, {len(bad)} failed")
sys.exit(1 if failures else 0)
