"""Every key of the policy language, changed: copay-policy diff names the change in Chinese and in
English, and table prints what the key says. Packs of conf/regions and tests/cases, one figure, word
or part of them at a time; what check refuses is no change that anybody could make.

usage: policy_keys.py PROGRAM SOURCE [--all]      (--all: every place and not a few of each key)
"""
import collections
import concurrent.futures
import itertools
import os
import pathlib
import re
import subprocess
import sys
import tempfile
from decimal import Decimal, InvalidOperation

import policy_text as text

PLACES = 2     # of each key, of different packs where there are so many
PATIENCE = 2   # places of a key where a kind of change is not legal, before it is given up
ATTEMPTS = 6   # values that are tried at a place until one is legal


class Pack:
    """The versions of one folder, and what its names are."""

    def __init__(self, folder):
        self.folder = folder
        self.trees = {path.name: text.read(path) for path in sorted(folder.glob("policy*.yaml"))}
        self.texts = {name: text.written(tree) for name, tree in self.trees.items()}

    def names(self, tree):
        """Lists of names that stand for each other: grades, clauses, the values of a dimension."""
        def keys(name):
            return list(tree.get(name, {}))

        def items(name, key):
            return [item[key].text for item in tree.get(name, [])]

        lists = [[s.text for s in tree["grades"]], [s.text for s in tree["insutypes"]],
                 keys("kinds"), keys("clauses"), keys("person_classes"), keys("filings"),
                 items("med_types", "code"), items("layers", "layer"), items("layers", "accumulates"),
                 [i["name"].text for i in tree.get("identities", {}).get("list", [])],
                 keys("situations")]
        for dimension in tree.get("situations", {}).values():
            lists.append([value["name"].text for value in dimension["values"]])
        return lists


def numbers(written):
    """Others of the same form."""
    value = Decimal(written)
    places = len(written.partition(".")[2])
    step = Decimal(1).scaleb(-places)
    for other in (value + step, value - step, value * 2, value + 10 * step, value / 2,
                  value + 100 * step, -value):
        other = other.quantize(step)
        if other != value:
            yield f"{other:f}"


def word_lists(source):
    """The words that the language reads, list by list as the readers have them."""
    lists = []
    for path in [*sorted((source / "lib/policy").glob("*.c")), source / "lib/model/result.c"]:
        for body in re.findall(r"\[\w*\] = \{([^;]*?)\};", path.read_text(encoding="utf-8")):
            lists.append(re.findall(r'"([a-z_]+)"', body))
    return lists


def others(pack, tree, words, scalar):
    """What may stand in a scalar's place."""
    old = scalar.text
    if old in ("true", "false"):
        yield "false" if old == "true" else "true"
    elif re.fullmatch(r"\d{4}-\d\d-\d\d", old):
        yield old[:-1] + ("2" if old[-1] == "1" else "1")
        yield f"{int(old[:4]) + 1}{old[4:]}"
    elif re.fullmatch(r"\d\d-\d\d", old) and scalar.quoted:
        yield old[:-1] + ("2" if old[-1] == "1" else "1")
    elif not scalar.quoted and re.fullmatch(r"-?\d+(\.\d+)?", old):
        yield from numbers(old)
    for names in pack.names(tree) + words:
        if old in names:
            yield from (name for name in names if name != old)
    if re.search(r"[^\x00-\x7f]", old):
        yield old + "改"
    elif scalar.quoted and old.isdigit():
        yield old[:-1] + str((int(old[-1]) + 1) % 10)
        yield str((int(old[0]) + 1) % 10) + old[1:]
    elif re.fullmatch(r"[\w\-/]+", old):
        yield old + "x"


RENAMED = "renamed"  # which Chinese print does not show


class Change:
    """A policy with something else at one place; what, in a few words; the new figure or word."""

    def __init__(self, place, tree, what, new=None):
        self.pack, self.file, self.path = place
        self.tree, self.what, self.new = tree, what, new
        self.key = text.key_of(self.path)

    def __str__(self):
        there = text.at(self.pack.trees[self.file], self.path)
        return (f"{self.pack.folder.name}/{self.file} {'.'.join(map(str, self.path))}: "
                f"{text.written(there, 1)[:80]}: {self.what}")


def exchanges(place):
    """With the same place of another item of the list or names that it is under."""
    tree, path = place[0].trees[place[1]], place[2]
    for depth in range(len(path) - 2, 0, -1):
        above = text.at(tree, path[:depth])
        for key in range(len(above)) if isinstance(above, list) else list(above):
            other = (*path[:depth], key, *path[depth + 1:])
            if key == path[depth] or text.key_of(other) != text.key_of(path):
                continue
            try:
                text.at(tree, other)
            except (KeyError, IndexError, TypeError):
                continue
            new = text.swapped(tree, path, other)
            if in_order(text.at(new, path[:depth])) != in_order(above):
                yield Change(place, new, f"exchanged with {key}")


def in_order(tree):
    """The same for what says the same in another order."""
    items = tree if isinstance(tree, list) else list(tree.items())
    return sorted(text.written(item, 1) if not isinstance(item, tuple) else
                  f"{item[0]}: {text.written(item[1], 1)}" for item in items)


def values(place, words):
    pack, file, path = place
    tree, there = pack.trees[file], text.at(pack.trees[file], path)
    if isinstance(there, text.Scalar):
        for new in itertools.islice(others(pack, tree, words, there), ATTEMPTS):
            yield Change(place, text.changed(tree, path, text.Scalar(new, there.quoted)),
                         f"→ {new}", new)


def additions(place, words):
    pack, file, path = place
    tree, there = pack.trees[file], text.at(pack.trees[file], path)
    if not isinstance(there, list) or not there or not isinstance(there[0], text.Scalar):
        return
    has = {item.text for item in there if isinstance(item, text.Scalar)}
    new = (word for word in others(pack, tree, words, there[0]) if word not in has)
    for word in itertools.islice(new, ATTEMPTS):
        yield Change(place, text.changed(tree, path, [*there, text.Scalar(word, there[0].quoted)]),
                     f"and {word}")


def renamings(place):
    pack, file, path = place
    tree, there = pack.trees[file], text.at(pack.trees[file], path)
    if isinstance(there, text.Scalar) and any(there.text in names for names in pack.names(tree)):
        yield Change(place, text.renamed(tree, there.text, there.text + "x"), RENAMED)


def removals(place):
    pack, file, path = place
    yield Change(place, text.changed(pack.trees[file], path, None), "taken out")


def word(written):
    return text.Scalar(written, False)


def recipes(place):
    """Changes that need another one beside them."""
    pack, file, path = place
    tree, there, key = pack.trees[file], text.at(pack.trees[file], path), text.key_of(path)
    if key == "transition.who" and there.text == "filed":
        rest = {k: v for k, v in tree["transition"].items() if k != "filing"}
        yield Change(place, text.changed(tree, path[:1], rest | {"who": word("all")}), "→ all")
    elif key == "packages[].above" and there.text == "hospital":
        above = {k: v for k, v in text.at(tree, path[:-1]).items() if k != "fund_pay_type"}
        yield Change(place, text.changed(tree, path[:-1], above | {"above": word("patient")}),
                     "→ patient")
    elif key == "layers[].guarantee.counting" and isinstance(there, text.Scalar):
        yield Change(place, text.changed(tree, path, [tree["layers"][0]["layer"]]), "→ one layer")
    elif key == "lines.refused_line" and "hospital" not in tree["lines"]:
        hospital = {"fund_pay_type": text.Scalar("630101", True),
                    "clause": word(next(iter(tree["clauses"])))}
        yield Change(place, text.changed(tree, ("lines",), tree["lines"] | {
            "refused_line": word("hospital"), "hospital": hospital}), "→ hospital")
    elif re.search(r"\[\]\.age\.(to|from)$", key):
        end, other, step = ("to", "from", 1) if key.endswith("to") else ("from", "to", -1)
        new, old = tree, int(there.text)
        for i, row in enumerate(text.at(tree, path[:-3])):
            for side, was, now in ((end, old, old - step), (other, old + step, old)):
                if row.get("age", {}).get(side, word("-1")).text == str(was):
                    new = text.changed(new, (*path[:-3], i, "age", side), word(str(now)))
        yield Change(place, new, f"{end} moved by {-step}")
    elif key in ("dates.stay_across_years", "dates.cover_change") and there.text == "whole":
        dates = {day: word("discharge") for day in ("benefit_year", "cover", "person_class")}
        yield Change(place, text.changed(tree, ("dates",), tree["dates"] | dates | {
            path[-1]: word("mid_settle")}), "→ mid_settle")


def kinds_of_change(place, words):
    """Changes that are alike; the first legal one of each kind will do."""
    return (values(place, words), renamings(place), removals(place), additions(place, words),
            itertools.islice(exchanges(place), 3), recipes(place))


def run(program, *words):
    done = subprocess.run([program, *map(str, words)], capture_output=True, text=True, timeout=120,
                          check=False)
    return done.returncode, done.stdout + done.stderr


def figures_of(written):
    """A figure as print may say it: 0.65 as 65, 1200.00 as 1200 or 1200.00, MM-DD as M-D."""
    if re.fullmatch(r"\d\d-\d\d", written):
        month, day = map(int, written.split("-"))
        return {f"{month} 月 {day} 日", f"month {month}, day {day}", f"{month}-{day}"}
    try:
        value = abs(Decimal(written))
    except InvalidOperation:
        return {written}
    return {written} | {f"{form:f}" for plain in (value, value * 100) for form in (
        plain.quantize(Decimal("0.01")), plain.normalize())}


# Figures that stand in the words as what is worked out from them, which may come to the same.
WORKED_OUT = re.compile(r"\.again\b")
# Codes that have names.
CODES = {"310", "320", "330", "380", "390", "391"} | {f"{code:02d}" for code in range(1, 15)}
NUMBER = re.compile(r"-?\d+(\.\d+)?|\d{4}-\d\d-\d\d|\d\d-\d\d")


def names_it(change, out):
    """Whether the lines that diff printed say the change."""
    lines = [line for line in out.splitlines() if not line.startswith(("---", "+++"))]
    if not re.fullmatch(r"[1-9]\d*( 处变化| changes)", lines[-1]):
        return False
    said = " ".join(lines[:-1])
    for line in lines[:-1]:
        before, arrow, after = line.partition(" → ")
        if arrow and re.split("：|: ", before)[-1] == after:
            return False
    if change.new is None or WORKED_OUT.search(change.key) or change.new in CODES or \
            "med_types" in change.key or \
            not (NUMBER.fullmatch(change.new) or not change.new.isascii()):
        return True
    return any(re.search(rf"(?<![\d.]){re.escape(form)}(?!\d|\.\d)", said) or
               not form.isascii() and form in said for form in figures_of(change.new))


class Bench:
    """One change at a time, in a folder of its own."""

    def __init__(self, program, folder):
        self.program, self.folder = program, pathlib.Path(folder)

    def write(self, pack, name, file=None, tree=None):
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        for other, its in pack.texts.items():
            (folder / other).write_text(text.written(tree) if other == file else its,
                                        encoding="utf-8")
        return folder

    def side(self, folder, pack, file):
        """The version at work, by a day of its."""
        if len(pack.trees) == 1:
            return folder
        return f"{folder}@{pack.trees[file]['effective']['from'].text}"

    def verdict(self, change):
        """None: nobody can write that. Else what is wrong with how it is told; [] is good."""
        pack, file = change.pack, change.file
        after = self.side(self.write(pack, "after", file, change.tree), pack, file)
        before = self.side(self.write(pack, "before"), pack, file)
        status, zh = run(self.program, "diff", before, after)
        if status == 2:
            return None
        _, en = run(self.program, "diff", "--lang", "en", before, after)
        wrong = [f"diff ({lang}): {out.strip()}" for lang, out in (("zh", zh), ("en", en))
                 if not names_it(change, out)]
        if WORKED_OUT.search(change.key) and len(wrong) == 2:
            return None
        without = TABLE_WITHOUT.get(change.key, (set(), ""))[0]
        for lang in {"zh", "en"} - (without | {"zh"} if change.what == RENAMED else without):
            one, other = (run(self.program, "table", "--lang", lang, side)[1]
                          for side in (before, after))
            if one == other:
                wrong.append(f"table ({lang})")
        return wrong


# What the benefit tables leave out, in which languages and why.
ID = {"zh"}, "print has the Chinese name"
CHINESE = {"en"}, "English prints the id"
BOTH = {"zh", "en"}
TABLE_WITHOUT = {
    "region": (BOTH, "the region's name is the head"),
    "zh": (BOTH, "the commonest names are printed alike without it"),
    "zh.*": (BOTH, "likewise"),
    "filings.*.zh": CHINESE, "identities.list[].zh": CHINESE, "situations.*.zh": CHINESE,
    "situations.*.values[].zh": CHINESE, "situations.*.values[].name": ID,
    "identities.list[].name": ID,
    "layers[].zh": CHINESE, "layers[].layer": ID,
    "layers[].counts_dedc": (BOTH, "where a deductible stands on the bill"),
    "layers[].accumulates": (BOTH, "joint caps name the layers"),
    "packages[].zh": CHINESE, "packages[].package": ID,
    "allowances[].zh": CHINESE, "allowances[].allowance": ID,
    "lines.ceilings[].zh": CHINESE, "lines.ceilings[].ceiling": ID,
}

# What nobody can change by itself.
FIXED = {
    "language": "there is one version",
    "insutypes[]": "classes, rules and tables are for it",
    "situations.*.values[].when.insutypes[]": "rules are for the values of each insurance",
    "transition.against": "a folder that has one has but two versions",
    "layers[].cumulative.year": "one word", "allowances[].of": "one word",
    "transition.compare": "one word", "transition.ties": "one word",
    "lines.ceilings[].of": "one word", "packages[].price[].stated": "one word",
}


def try_key(arguments):
    """A few places of a key, of different packs first, until enough of them could be changed."""
    program, places, enough, patience, words = arguments
    found, done, failed = [], collections.Counter(), collections.Counter()
    with tempfile.TemporaryDirectory(prefix="copay-policy-keys-") as folder:
        bench = Bench(program, folder)
        for place in places:
            for kind, changes in enumerate(kinds_of_change(place, words)):
                if done[kind] >= enough or found and failed[kind] >= patience:
                    continue
                for change in changes:
                    wrong = bench.verdict(change)
                    if wrong is not None:
                        found.append((str(change), wrong))
                        done[kind] += 1
                        break
                else:
                    failed[kind] += 1
            if found and len(done) and min(failed.values(), default=0) >= patience:
                break
    return found


def spread(places):
    by_pack = collections.defaultdict(list)
    for place in places:
        by_pack[place[0].folder.name, place[1]].append(place)
    most = max(map(len, by_pack.values()))
    return [place for i in range(most) for some in by_pack.values() for place in some[i:i + 1]]


def report(places, results, source):
    """Prints what is wrong; (passed, failed)."""
    passed = failed = 0
    changeable = {key for key, changes in results.items() if changes}
    for key, changes in results.items():
        parts = any(other.startswith((key + ".", key + "[")) for other in changeable)
        if not changes and not parts:
            failed += 1
            print(f"{key}: no change of it is legal, in any pack; FIXED does not say why")
        for change, wrong in changes:
            passed, failed = passed + (not wrong), failed + bool(wrong)
            if wrong:
                print(f"{key}: {change}: not told by", *wrong)
    for name in keys_read(source) - {word for key in places for word in re.findall(r"\w+", key)}:
        failed += 1
        print(f"{name}: lib/policy reads it, and no pack has it")
    return passed, failed


def keys_read(source):
    return {name for path in (source / "lib/policy").glob("*_yaml.c")
            if not path.name.startswith(("province", "audit"))  # files of their own
            for name in re.findall(r'yaml_(?:get|need)\(\w+, "(\w+)"\)',
                                   path.read_text(encoding="utf-8"))}


def main():
    program, source = sys.argv[1], pathlib.Path(sys.argv[2])
    release = pathlib.Path(os.environ.get("COPAY_RELEASE", "/nowhere"),
                           "tools/copay-policy/copay-policy")
    program = str(release) if release.exists() else program
    whole = "--all" in sys.argv
    folders = sorted({path.parent for root in ("conf/regions", "tests/cases")
                      for path in source.glob(f"{root}/*/policy*.yaml")})
    places = collections.defaultdict(list)
    for pack in map(Pack, folders):
        for file, tree in pack.trees.items():
            for path, _ in text.places(tree):
                places[text.key_of(path)].append((pack, file, path))
    words = word_lists(source)
    tried = [key for key in places if key not in FIXED]
    work = [(program, spread(places[key]),
             *((len(places[key]),) * 2 if whole else (PLACES, PATIENCE)), words) for key in tried]
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
        results = dict(zip(tried, pool.map(try_key, work)))
    passed, failed = report(places, results, source)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
