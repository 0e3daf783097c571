"""The table VARIATIONS of conf/policy.5 is whole: all 79, each with a key, and every case it names is
there, among tests/cases or in a region's pack.

usage: variations.py SOURCE
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


def folder_of(name):
    """tests/cases/<name>, or the cases of the pack conf/regions/<code>-<name>."""
    own = source / "tests" / "cases" / name
    if own.is_dir():
        return own
    packs = [p / "cases" for p in (source / "conf" / "regions").iterdir()
             if re.fullmatch(rf"\d{{6}}-{re.escape(name)}", p.name)]
    return packs[0] if len(packs) == 1 and packs[0].is_dir() else None


text = (source / "conf" / "policy.5").read_text(encoding="utf-8")
table = text[text.index(".Sh VARIATIONS"):]
rows = [[cell.strip() for cell in line[4:].split(" Ta ")]
        for line in table.splitlines() if line.startswith(".It V-")]
for number in range(1, 80):
    expect(any(row[0] == f"V-{number:02d}" for row in rows), f"no row for V-{number:02d}")
expect("<<<<<<<" not in text, "the page holds a merge's marks")
expect(rows == sorted(rows, key=lambda row: row[0]), "the rows are not in order")
expect(len({tuple(row[:3]) for row in rows}) == len(rows), "a row occurs twice")
for row in rows:
    expect(len(row) == 4 and all(row), f"not variation, key and case: {row}")
    folder = None
    for name in re.split(r", *", row[-1]):
        # "folder/case", "case" of the folder named before it, a folder for all its cases, a test
        if (source / name).is_file():
            continue
        head, slash, case = name.partition("/")
        found = folder_of(head) if slash or not folder else None
        folder, case = (found, case) if found else (folder, name)
        expect(folder and (not case or (folder / f"{case}.yaml").is_file() or
                           folder_of(name)), f"{row[0]}: there is no case {name}")

print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
