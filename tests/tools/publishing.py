"""What copay-policy says before a pack or a province's file is published: the words of locks, whose
packs they bind and what each meets in one; cases that would never run; a pack's last day. That every
word of the language is known to locks, and no other, is shown on every pack there is.
usage: publishing.py PROGRAM SOURCE
"""
import datetime
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import yaml

PROGRAM = sys.argv.pop(1)
SOURCE = pathlib.Path(sys.argv.pop(1))
HUNAN = SOURCE / "conf" / "provinces" / "430000-hunan"
CHENZHOU = SOURCE / "conf" / "regions" / "431000-chenzhou"
JIAMUSI = SOURCE / "conf" / "regions" / "230800-jiamusi"
# What a path may have (lib/policy/key_path.h), and a list of faults (lib/base/fault.h).
PATH_MAX, STEPS_MAX, FAULTS_MAX = 120, 8, 200
# Mappings whose keys are the pack's own names.
OWN_NAMES = re.compile(r"^(clauses|person_classes|kinds|filings|situations|zh)$|\.in$")


def run(*words):
    done = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, timeout=120,
                          check=False)
    return done.returncode, done.stdout, done.stderr


def mappings(node, path="", steps=0):
    """(path, keys) of every mapping below, as a lock names it; the pack's own names as they stand."""
    if isinstance(node, list):
        for item in node:
            if isinstance(item, dict):
                yield from mappings(item, path + "[]", steps)
    elif isinstance(node, dict):
        yield path, set(node)
        for key, below in node.items():
            if re.fullmatch("[A-Za-z0-9_]+", key) and steps < STEPS_MAX - 1:
                yield from mappings(below, f"{path}.{key}" if path else key, steps + 1)


def written():
    """The mappings of all policies of this tree."""
    found = {}
    files = [*SOURCE.glob("conf/regions/*/policy*.yaml"), *SOURCE.glob("tests/cases/*/policy*.yaml")]
    for file in files:
        policy = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        for path, keys in mappings(policy):
            found.setdefault(path, set()).update(keys)
    return found


class Publishing(unittest.TestCase):
    """Files in a folder of their own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="copay-publishing-test-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def province(self, *locks, code="430000", name="province"):
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        (folder / "province.yaml").write_text(json.dumps({
            "language": "1", "province": code, "name": "测试省", "freezes": [],
            "clauses": {"P-1": {"text": "统一规定", "provenance": "illustrative"}},
            "locks": [{"from": "2020-01-01", "clause": "P-1", **lock} for lock in locks],
        }, ensure_ascii=False, indent=0), encoding="utf-8")
        return folder

    def pack(self, source=CHENZHOU, *edits):
        pack = self.folder / "pack"
        shutil.copytree(source, pack)
        text = (pack / "policy.yaml").read_text(encoding="utf-8")
        for old, new in edits:
            self.assertIn(old, text)
            text = text.replace(old, new)
        (pack / "policy.yaml").write_text(text, encoding="utf-8")
        return pack

    def sound(self, *words):
        status, out, err = run(*words)
        self.assertEqual((status, err), (0, ""), out)
        return out

    def refused(self, *words):
        status, out, err = run(*words)
        self.assertGreater(status, 0, out)
        self.assertEqual(err, "")
        return out


class Words(Publishing):
    def chunks(self, paths, size=FAULTS_MAX):
        paths = sorted(path for path in paths if len(path) <= PATH_MAX)
        for at in range(0, len(paths), size):
            yield paths[at:at + size]

    def test_every_word_of_every_pack_is_known(self):
        found = written()
        paths = {f"{path}.{key}" if path else key for path, keys in found.items() for key in keys
                 if re.fullmatch("[A-Za-z0-9_]+", key)}
        self.assertGreater(len(paths), 500)
        for chunk in self.chunks(paths):
            self.sound("check", self.province(*({"key": key, "unset": "true"} for key in chunk)))

    def test_and_no_other(self):
        """In each mapping whose keys are the language's: so each of them is looked at."""
        closed = [path for path in written() if path and not OWN_NAMES.search(path)]
        self.assertGreater(len(closed), 100)
        for chunk in self.chunks(f"{path}.strange" for path in closed):
            out = self.refused("check",
                               self.province(*({"key": key, "unset": "true"} for key in chunk)))
            told = {int(n) for n in re.findall(r"locks\[(\d+)\]\.key: “strange”", out)}
            self.assertEqual([key for n, key in enumerate(chunk) if n not in told], [])

    def test_a_typing_error_is_told_with_its_line_and_what_was_meant(self):
        file = self.folder / "typo"
        shutil.copytree(HUNAN, file)
        text = (file / "province.yaml").read_text(encoding="utf-8")
        wrong = text.replace("deductible.table[].yuan", "dedcutible.table[].yuan")
        line = wrong[:wrong.index("dedcutible")].count("\n") + 1
        (file / "province.yaml").write_text(wrong, encoding="utf-8")
        out = self.refused("check", file)
        self.assertRegex(out, rf"province\.yaml:{line}: locks\[0\]\.key: “dedcutible”：未知的键（是否为 "
                         r"deductible？）.* / \"dedcutible\": unknown key \(did you mean deductible\?\), ")
        # A pack is not held against a file that is not sound.
        self.assertIn("did you mean", self.refused("check", "--province", file, CHENZHOU))


class Reach(Publishing):
    def test_each_lock_tells_how_many_places_it_met(self):
        out = self.sound("check", "--province", HUNAN, CHENZHOU)
        self.assertIn("锁定项 layers[layer=resident_inpatient].ratio.table[grades=level3].ratio：1 处 / "
                      "1 places", out)
        # One that is unset where it may not be set: the layer is met.
        self.assertIn("锁定项 layers[fund_pay_type=390201].guarantee：1 处 / 1 places", out)
        self.assertNotIn("meets no place", out)

    def test_a_name_that_the_pack_has_not_is_warned_of(self):
        key = "layers[layer=residents_inpatient].guarantee"
        province = self.province({"key": key, "unset": "true"},
                                 {"key": "transition", "unset": "true"})
        out = self.sound("check", "--province", province, CHENZHOU)
        self.assertIn(f"警告：锁定项 {key} 在政策包中一处也没有", out)
        self.assertIn("锁定项 transition：1 处", out)
        before = re.search(r"(\d+) warnings", self.sound("check", CHENZHOU))
        after = re.search(r"(\d+) warnings", out)
        self.assertEqual(int(after[1]), int(before[1]) + 1)

    def test_one_whose_days_have_passed_speaks_to_none(self):
        province = self.province({"key": "layers[layer=other].guarantee", "unset": "true",
                                  "to": "2020-12-31"})
        out = self.sound("check", "--province", province, CHENZHOU)
        self.assertIn("no version holds on its days", out)
        self.assertNotIn("警告：锁定项", out)

    def test_a_file_alone_and_several_versions(self):
        out = self.sound("check", "--province", HUNAN, CHENZHOU / "policy.yaml")
        self.assertIn("guarantee：1 处", out)
        pack = self.pack()
        text = (pack / "policy.yaml").read_text(encoding="utf-8")
        effective = re.search(r"^effective: .*$", text, re.M)[0]
        (pack / "policy.yaml").write_text(
            text.replace(effective, "effective: {from: 2024-01-01, to: 2025-12-31}"),
            encoding="utf-8")
        (pack / "policy-2026.yaml").write_text(
            text.replace(effective, "effective: {from: 2026-01-01}"), encoding="utf-8")
        self.assertIn("guarantee：2 处 / 2 places", self.sound("check", "--province", HUNAN, pack))


class Whose(Publishing):
    def test_another_provinces_pack(self):
        """It would hold with every lock that names nothing of it."""
        province = self.province({"key": "transition", "unset": "true"})
        for path in (JIAMUSI, JIAMUSI / "policy.yaml"):
            self.assertRegex(self.refused("check", "--province", province, path),
                             r"province\.yaml: province: .* / region 230800 is none of 430000\n")

    def test_no_province_at_all(self):
        self.assertIn("\"000000\" is no province's code",
                      self.refused("check", self.province(code="000000")))

    def test_a_folder_of_both(self):
        """Whichever were read, the other would be forgotten."""
        pack = self.pack()
        shutil.copy(HUNAN / "province.yaml", pack)
        for words in (["check", pack], ["check", "--province", HUNAN, pack],
                      ["check", "--province", pack, CHENZHOU], ["table", pack]):
            self.assertRegex(self.refused(*words),
                             r"province\.yaml: 与统筹区的政策同在一个文件夹：.* / it stands beside a region's "
                             r"rules: move it into a folder of its own")


class Cases(Publishing):
    """What lies in a pack's cases/ and would never run."""

    def test_each_is_named(self):
        pack = self.pack()
        case = next((pack / "cases").glob("*.yaml"))
        (pack / "cases" / "more").mkdir()
        for name in ("a.yml", "b.YAML", "c.yaml.txt", "more/d.yaml"):
            shutil.copy(case, pack / "cases" / name)
        (pack / "cases" / ".e.yaml.swp").write_text("an editor's", encoding="utf-8")
        out = self.refused("check", pack)
        told = re.findall(r"^(cases/\S+): 不是案例，不会被执行：.* / no case, it would never run", out, re.M)
        self.assertEqual(told, ["cases/a.yml", "cases/b.YAML", "cases/c.yaml.txt", "cases/more"])
        self.assertIn("4 faults", out)
        self.refused("run", pack, pack / "cases" / case.name)

    def test_run_names_those_of_a_folder(self):
        folder = self.folder / "cases"
        (folder / "more").mkdir(parents=True)
        case = SOURCE / "tests" / "cases" / "shandong-2014" / "d27a-boundary.yaml"
        for name in ("a.yaml", "b.yml", "c.YAML", "more/d.yaml", "notes.txt"):
            shutil.copy(case, folder / name)
        for command in (["run"], ["explain", "--policy"]):
            status, out, err = run(*command, case.parent / "policy.yaml", folder)
            self.assertEqual(status, 3, out)
            self.assertEqual(re.findall(r"cases/(\S+): 未执行", err), ["b.yml", "c.YAML", "more"])
        self.assertIn("1 passed, 3 failed", run("run", case.parent / "policy.yaml", folder)[1])

    def test_a_pack_without_a_case_is_warned_of(self):
        pack = self.pack()
        self.assertNotIn("no case in cases/", self.sound("check", pack))
        shutil.rmtree(pack / "cases")
        for _ in range(2):
            out = self.sound("check", pack)
            self.assertIn("警告：cases/ 中没有案例，提交时会被拒绝 / warning: no case in cases/", out)
            (pack / "cases").mkdir(exist_ok=True)
        # Rules alone are tried with cases beside them, and never submitted.
        self.assertNotIn("no case", self.sound("check", pack / "policy.yaml"))


class End(Publishing):
    """The last day of the rules in force, by the clock at +08:00."""

    def ending(self, days):
        today = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))).date()
        return (today + datetime.timedelta(days)).isoformat()

    def check(self, name, *files):
        pack = self.folder / name
        shutil.copytree(CHENZHOU, pack)
        text = (pack / "policy.yaml").read_text(encoding="utf-8")
        for file, effective in files:
            (pack / file).write_text(
                text.replace("effective: {from: 2024-01-01}", f"effective: {{{effective}}}"),
                encoding="utf-8")
        return self.sound("check", pack)

    def test_it_is_warned_of_when_it_is_near(self):
        near, far, follows = self.ending(58), self.ending(62), self.ending(59)
        out = self.check("near", ("policy.yaml", f"from: 2024-01-01, to: {near}"))
        self.assertRegex(out, rf"警告：规则到 {near} 为止，还有 5[789] 天.* / warning: the rules end on {near}")
        before = re.search(r"(\d+) warnings", self.sound("check", CHENZHOU))
        self.assertEqual(int(re.search(r"(\d+) warnings", out)[1]), int(before[1]) + 1)
        out = self.check("far", ("policy.yaml", f"from: 2024-01-01, to: {far}"))
        self.assertNotIn("the rules end on", out)
        out = self.check("followed", ("policy.yaml", f"from: 2024-01-01, to: {near}"),
                         ("policy-next.yaml", f"from: {follows}"))
        self.assertNotIn("the rules end on", out)
        # Of rules that have ended something else is said already.
        out = self.check("over", ("policy.yaml", f"from: 2024-01-01, to: {self.ending(-2)}"))
        self.assertNotIn("the rules end on", out)
        self.assertIn("no rules are in force today", out)


if __name__ == "__main__":
    result = unittest.main(exit=False, verbosity=0).result
    failed = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)
