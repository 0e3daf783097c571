"""copay-policy import: national catalogue files with invented items, and what becomes of a pack's
catalogue. The result is held against catalogue_model.py, day by day.
usage: catalogue_import.py PROGRAM SOURCE
"""
import csv
import datetime
import fcntl
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

from catalogue_model import LAYOUT, OPEN, Course, canonical, covering, dated, day

PROGRAM = sys.argv.pop(1)
SOURCE = pathlib.Path(sys.argv.pop(1))
JIAMUSI = SOURCE / "conf" / "regions" / "230800-jiamusi"
FROM = "2026-12-01"
HEADER = ("med_list_codg,name,chrgitm_lv,med_chrgitm_type,bas_medn_flag,lmt_used_flag,"
          "inpatient_only,sex_limit,age_min,age_max,begndate,enddate,selfpay_prop_390,"
          "pric_uplmt_township,pric_uplmt_level1,pric_uplmt_level2,pric_uplmt_level3,tags")
READINGS = """\
insu_admdvs: ["230800"]
selfpay_prop_type: ["10"]
selfpay_prop_psn_type: {"390": ["390"], "391": [resident], "399": []}
hilist_lmtpric_type: {"101": [level3], "102": [level2, level1], "109": []}
overlmt_dspo_way: ["1"]
"""
FIELDS = {"1312": ["chrgitm_lv", "med_chrgitm_type", "lmt_used_flag"],
          "1318": ["hilist_lmtpric_type", "overlmt_dspo_way", "hilist_pric_uplmt_amt"],
          "1319": ["selfpay_prop_psn_type", "selfpay_prop_type", "selfpay_prop"]}
COMMON = ["hilist_code", "insu_admdvs", "begndate", "enddate", "vali_flag", "updt_time"]

ASPIRIN, HERB, SCAN, STENT, NEW = ("XB01ACA055A001010100001", "T000700001000000001A",
                                   "001103000010000", "C0101010000000000001",
                                   "XC09AAK017A001010100002")


def run(*words, **environment):
    done = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, timeout=120,
                          check=False, env={**os.environ, **environment})
    return done.returncode, done.stdout, done.stderr


def item(infno, code, name="项目", begins="2019-01-01", ends="", valid="1", ver=20260901000000,
         essential="", **more):
    """A line of a national file."""
    layout = LAYOUT[infno]
    cells = [""] * (more.get("count") or layout["count"])
    cells[0] = code
    for key, text in (("name", name), ("begins", begins), ("ends", ends), ("valid", valid)):
        cells[layout[key] - 1] = text
    cells[layout["ver"] - 1] = f"F001_{ver}_C" if ver else ""
    if "essential" in layout:
        cells[layout["essential"] - 1] = essential
    return "\t".join(cells)


def local(code, begins, *own, ends="", valid="1", admdvs="230800", updt="2026-11-01 08:00:00"):
    """A row of 1312, 1318 or 1319."""
    return "\t".join([code, admdvs, begins, ends, valid, updt, *own])


def fields(infno):
    return "\t".join(COMMON + FIELDS[infno])


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


class Import(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="copay-import-test-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.pack = self.folder / "pack"
        self.pack.mkdir()
        for name in ("policy.yaml", "institutions.csv"):
            shutil.copy(JIAMUSI / name, self.pack)
        policy = (self.pack / "policy.yaml").read_text(encoding="utf-8")
        (self.pack / "policy.yaml").write_text(policy.replace(
            "cap_grades:", "item_tags: [dear]\ncap_grades:", 1), encoding="utf-8")
        (self.pack / "catalogue-import.yaml").write_text(READINGS, encoding="utf-8")
        self.catalogue()

    def catalogue(self, *rows):
        (self.pack / "catalogue.csv").write_text("\n".join((HEADER, *rows)) + "\n",
                                                 encoding="utf-8")

    def file(self, infno, *lines, end="\n", name=None, raw=None):
        path = self.folder / (name or f"{infno}.txt")
        head = [fields(infno)] if infno in FIELDS else []
        path.write_bytes(raw if raw is not None
                         else (end.join([*head, *lines]) + end).encode("utf-8"))
        return path

    def run_import(self, *files, options=(), start=FROM, temporary=None):
        return run("import", "--lang", "en", "--from", start, *options, self.pack, *files,
                   **({"TMPDIR": str(temporary)} if temporary else {}))

    def sound(self, *files, **more):
        status, out, err = self.run_import(*files, **more)
        self.assertEqual((status, err), (0, ""), out)
        return out

    def check(self):
        status, out, _ = run("check", self.pack)
        self.assertEqual(status, 0, out)
        return out

    def refused(self, *files, says, count=None, **more):
        before = (self.pack / "catalogue.csv").read_bytes()
        status, out, err = self.run_import(*files, **more)
        self.assertEqual(err, "")
        self.assertGreater(status, 0, out)
        if count:
            self.assertEqual(status, count, out)
        for text in [says] if isinstance(says, str) else says:
            self.assertRegex(out, text)
        self.assertEqual((self.pack / "catalogue.csv").read_bytes(), before)
        self.assertIn("nothing is written", out)
        return out

    def rows(self, code=None):
        return [r for r in rows_of(self.pack / "catalogue.csv")
                if code in (None, r["med_list_codg"])]

    def days(self, code):
        return [(r["begndate"], r["enddate"]) for r in self.rows(code)]

    def snapshot(self):
        return {p.name: p.read_bytes() for p in self.pack.iterdir()}


OLD = (f"{ASPIRIN},阿司匹林肠溶片,01,09,1,0,0,0,,,2023-01-01,,,,,,30.00,dear",
       f"{HERB},黄芪,02,10,0,0,0,0,,,2023-01-01,,0.10,,,,,",
       f"{SCAN},腹部CT,02,03,0,0,0,0,,,2023-01-01,,0.20,80,90,100,120,")


class Changes(Import):
    def setUp(self):
        super().setUp()
        self.catalogue(*OLD)

    def test_a_first_import_takes_new_items_as_stated(self):
        out = self.sound(
            self.file("1301", item("1301", NEW, "卡托普利片", "2021-01-01", essential="1")),
            self.file("1312", local(NEW, "2022-03-01", "02", "9", "1")),
            self.file("1318", local(NEW, "2022-03-01", "101", "1", "12.500000"),
                      local(NEW, "2022-03-01", "102", "1", "999999")),
            self.file("1319", local(NEW, "2022-03-01", "390", "10", "0.1000")))
        row, = self.rows(NEW)
        self.assertEqual(row, dict(zip(HEADER.split(","), (
            NEW, "卡托普利片", "02", "09", "1", "1", "0", "0", "", "", "2022-03-01", "", "0.1", "",
            "", "", "12.5", ""))))
        self.assertIn(f"new {NEW} 卡托普利片 from 2022-03-01", out)
        self.assertIn("new 1, no more 0, changed 0", out)
        self.check()
        self.assertEqual([self.rows(r.split(",")[0])[0]["name"] for r in OLD],
                         [r.split(",")[1] for r in OLD])

    def test_a_change_gets_a_row_from_its_day(self):
        out = self.sound(
            self.file("1312", local(ASPIRIN, "2023-01-01", "01", "09", "0", ends="2026-12-31"),
                      local(ASPIRIN, "2027-01-01", "02", "09", "0")),
            self.file("1319", local(ASPIRIN, "2027-01-01", "390", "10", "0.05")))
        old, new = self.rows(ASPIRIN)
        self.assertEqual((old["begndate"], old["enddate"], old["chrgitm_lv"]),
                         ("2023-01-01", "2026-12-31", "01"))
        self.assertEqual((new["begndate"], new["enddate"], new["chrgitm_lv"],
                          new["selfpay_prop_390"], new["pric_uplmt_level3"], new["tags"]),
                         ("2027-01-01", "", "02", "0.05", "30.00", "dear"))
        self.assertIn(f"{ASPIRIN} 阿司匹林肠溶片 from 2027-01-01: class 01 → 02, first self-pay 390 "
                      "none → 0.05", out)
        # the rows of one item stay where they were
        self.assertEqual([r["med_list_codg"] for r in self.rows()],
                         [ASPIRIN, ASPIRIN, HERB, SCAN])

    def test_the_changes_are_what_diff_says(self):
        old = self.folder / "old"
        shutil.copytree(self.pack, old)
        out = self.sound(self.file("1318", local(SCAN, "2027-02-01", "101", "1", "110"),
                                   local(ASPIRIN, "2027-03-01", "101", "1", "999999")))
        status, diff, _ = run("diff", "--lang", "en", old, self.pack)
        self.assertEqual(status, 1)
        self.assertIn("catalogue from 1318: none → 20261101080000", diff)
        section = re.search(r"  catalogue\.csv\n.*?changed \d+\n", diff, re.S).group()
        self.assertIn(section, out)
        self.assertIn("from 2027-02-01: price cap", section)
        self.assertIn("120 → 110", section)
        self.assertIn("30.00 → none", section)

    def test_chinese(self):
        status, out, _ = run("import", "--from", FROM, "--dry-run", self.pack, self.file(
            "1318", local(SCAN, "2027-02-01", "101", "1", "110")))
        self.assertEqual(status, 0)
        self.assertIn("1318 医保目录限价 ", out)
        self.assertIn("自 2027-02-01 起：限价 三级 120 → 110", out)
        self.assertIn("试算，未写入", out)

    def test_an_end_and_its_day(self):
        out = self.sound(self.file("1305", item("1305", SCAN, "腹部CT", ends="2026-12-31")))
        self.assertEqual(self.days(SCAN), [("2023-01-01", "2026-12-31")])
        self.assertIn(f"no more {SCAN} 腹部CT from 2027-01-01", out)

    def test_taken_back_without_a_day_ends_the_day_before(self):
        self.sound(self.file("1305", item("1305", SCAN, "腹部CT", valid="0")))
        self.assertEqual(self.days(SCAN), [("2023-01-01", "2026-11-30")])

    def test_a_cap_taken_back(self):
        self.sound(self.file("1318", local(ASPIRIN, "2023-01-01", "101", "1", "30", valid="0")))
        self.assertEqual(self.days(ASPIRIN), [("2023-01-01", "2026-11-30"), ("2026-12-01", "")])
        self.assertEqual([r["pric_uplmt_level3"] for r in self.rows(ASPIRIN)], ["30.00", ""])

    def test_the_same_files_twice_change_nothing(self):
        files = (self.file("1301", item("1301", NEW, '带"引号",逗号的名称', essential="1"),
                           item("1301", ASPIRIN, "阿司匹林肠溶片", essential="1")),
                 self.file("1312", local(NEW, "2022-03-01", "01", "09", "0"),
                           local(ASPIRIN, "2027-01-01", "03", "09", "0")))
        self.sound(*files)
        self.assertEqual(self.rows(NEW)[0]["name"], '带"引号",逗号的名称')
        before = self.snapshot()
        self.assertIn("nothing changes", self.sound(*files))
        self.assertEqual(self.snapshot(), before)
        # on another day too
        self.assertIn("nothing changes", self.sound(*files, start="2026-12-20"))
        self.assertEqual(self.snapshot(), before)

    def test_a_name_is_no_late_change(self):
        self.sound(self.file("1305", item("1305", SCAN, "腹部CT平扫")))
        self.assertEqual([(r["name"], r["enddate"]) for r in self.rows(SCAN)],
                         [("腹部CT", "2026-11-30"), ("腹部CT平扫", "")])

    def test_a_planned_change_is_planned_anew(self):
        self.sound(self.file("1318", local(SCAN, "2023-01-01", "101", "1", "120", ends="2026-12-31"),
                             local(SCAN, "2027-01-01", "101", "1", "150")))
        self.assertEqual([r["pric_uplmt_level3"] for r in self.rows(SCAN)], ["120", "150"])
        self.sound(self.file("1318", local(SCAN, "2023-01-01", "101", "1", "120", ends="2027-05-31"),
                             local(SCAN, "2027-06-01", "101", "1", "160")))
        self.assertEqual([(r["begndate"], r["pric_uplmt_level3"]) for r in self.rows(SCAN)],
                         [("2023-01-01", "120"), ("2027-06-01", "160")])

    def test_a_ratio_of_a_person_class_makes_its_column(self):
        self.sound(self.file("1319", local(SCAN, "2027-01-01", "391", "10", "0.05")))
        self.assertEqual([r["selfpay_prop_resident"] for r in self.rows(SCAN)], ["", "0.05"])
        self.assertEqual(self.rows(HERB)[0]["selfpay_prop_resident"], "")
        self.check()

    def test_a_dry_run_writes_nothing(self):
        before = self.snapshot()
        out = self.sound(self.file("1318", local(SCAN, "2027-02-01", "101", "1", "110")),
                         options=["--dry-run"])
        self.assertIn("120 → 110", out)
        self.assertIn("a dry run", out)
        self.assertEqual(self.snapshot(), before)

    def test_nothing_is_left_behind(self):
        temporary = self.folder / "temporary"
        temporary.mkdir()
        self.sound(self.file("1318", local(SCAN, "2027-02-01", "101", "1", "110")),
                   temporary=temporary)
        self.assertEqual(list(temporary.iterdir()), [])
        self.assertEqual(sorted(p.name for p in self.pack.iterdir()),
                         ["catalogue-import.yaml", "catalogue-sources.csv", "catalogue.csv",
                          "institutions.csv", "policy.yaml"])

    def test_it_is_tried_where_the_environment_says(self):
        before = self.snapshot()
        status, out, _ = self.run_import(
            self.file("1318", local(SCAN, "2027-02-01", "101", "1", "110")),
            temporary=self.folder / "nowhere")
        self.assertGreater(status, 0, out)
        self.assertRegex(out, rf"(?m)^{self.folder}/nowhere/copay-policy-import-\w{{6}}: .*cannot "
                              "be written: No such file or directory$")
        self.assertEqual(self.snapshot(), before)

    def test_nor_beside_a_hidden_file(self):
        before = set(pathlib.Path("/tmp").glob("copay-policy-import-*"))
        (self.pack / ".policy.yaml").write_text("an editor's", encoding="utf-8")
        self.sound(self.file("1318", local(SCAN, "2027-02-01", "101", "1", "110")))
        self.assertEqual(set(pathlib.Path("/tmp").glob("copay-policy-import-*")) - before, set())

    def test_a_pack_without_a_catalogue_gets_one(self):
        (self.pack / "catalogue.csv").unlink()
        self.sound(self.file("1306", item("1306", STENT, "冠脉支架", "2020-01-01")),
                   self.file("1312", local(STENT, "2020-01-01", "03", "08", "0")))
        row, = self.rows()
        self.assertEqual((row["name"], row["chrgitm_lv"], row["begndate"]),
                         ("冠脉支架", "03", "2020-01-01"))


class Late(Import):
    """What should have changed on a day that has passed."""

    def setUp(self):
        super().setUp()
        self.catalogue(*OLD)

    def test_a_change_of_a_past_day_is_refused(self):
        path = self.file("1318", local(SCAN, "2026-10-01", "101", "1", "110"))
        self.refused(path, count=1, says=rf"1318\.txt:2: {SCAN}: .*changes from 2026-10-01 on, "
                                         r"which is before 2026-12-01.*--late")

    def test_with_late_it_holds_from_the_day(self):
        path = self.file("1318", local(SCAN, "2026-10-01", "101", "1", "110"))
        out = self.sound(path, options=["--late"])
        self.assertIn("said from 2026-10-01 on", out)
        self.assertIn("1 changes were late", out)
        self.assertEqual([(r["begndate"], r["enddate"], r["pric_uplmt_level3"])
                          for r in self.rows(SCAN)],
                         [("2023-01-01", "2026-11-30", "120"), ("2026-12-01", "", "110")])
        before = self.snapshot()
        out = self.sound(path)
        self.assertIn("nothing changes", out)
        self.assertIn("1 items differ from the files on days before --from only, and stay", out)
        self.assertEqual(self.snapshot(), before)

    def test_an_end_of_a_past_day(self):
        path = self.file("1305", item("1305", SCAN, "腹部CT", ends="2026-09-30"))
        self.refused(path, says="changes from 2026-10-01 on")
        self.sound(path, options=["--late"])
        self.assertEqual(self.days(SCAN), [("2023-01-01", "2026-11-30")])

    def test_on_the_very_day_it_is_in_time(self):
        self.sound(self.file("1318", local(SCAN, FROM, "101", "1", "110")))
        self.assertEqual(self.days(SCAN), [("2023-01-01", "2026-11-30"), (FROM, "")])

    def test_a_late_change_behind_one_in_time(self):
        path = self.file("1318", local(SCAN, "2026-10-01", "101", "1", "110"),
                         local(SCAN, FROM, "102", "1", "95"))
        self.refused(path, count=1, says=r"1318\.txt:2: .*changes from 2026-10-01 on")
        self.sound(path, options=["--late"])
        self.assertEqual([(r["begndate"], r["pric_uplmt_level2"], r["pric_uplmt_level3"])
                          for r in self.rows(SCAN)],
                         [("2023-01-01", "100", "120"), (FROM, "95", "110")])

    def test_a_plan_dropped_on_its_day_is_not_late(self):
        self.sound(self.file("1318", local(SCAN, "2023-01-01", "101", "1", "120", ends="2026-11-30"),
                             local(SCAN, FROM, "101", "1", "150")))
        self.sound(self.file("1318", local(SCAN, "2023-01-01", "101", "1", "120")))
        self.assertEqual([(r["begndate"], r["enddate"], r["pric_uplmt_level3"])
                          for r in self.rows(SCAN)], [("2023-01-01", "", "120")])

    def test_a_new_item_behind_the_first_import(self):
        first = self.file("1301", item("1301", ASPIRIN, "阿司匹林肠溶片", essential="1"))
        self.sound(first)
        files = (self.file("1301", item("1301", NEW, "卡托普利片", "2025-01-01",
                                        ver=20261001000000)),
                 self.file("1312", local(NEW, "2026-06-01", "01", "09", "0")))
        self.refused(*files, says="changes from 2026-06-01 on")
        self.sound(*files, options=["--late"])
        self.assertEqual(self.days(NEW), [(FROM, "")])

    def test_a_from_that_has_passed_is_told(self):
        out = self.sound(self.file("1318", local(SCAN, "2020-02-01", "101", "1", "110")),
                         start="2020-02-01", options=["--late"])
        self.assertIn("copayctl impact", out)


class Versions(Import):
    def setUp(self):
        super().setUp()
        self.catalogue(*OLD)

    def version(self, infno):
        return {r["infno"]: r["ver"] for r in rows_of(self.pack / "catalogue-sources.csv")}[infno]

    def test_the_latest_row_is_the_files_version(self):
        path = self.file("1301", item("1301", ASPIRIN, "阿司匹林肠溶片", ver=20260801000000),
                         item("1301", HERB, "黄芪", ver=20260901000000),
                         item("1301", SCAN, "腹部CT", ver=None))
        self.assertIn("version F001_20260901000000_C, the first import", self.sound(path))
        self.assertEqual(self.version("1301"), "F001_20260901000000_C")
        self.assertIn("1301 F001_20260901000000_C", self.check())

    def test_an_older_one_is_refused(self):
        self.sound(self.file("1305", item("1305", SCAN, "腹部CT", ver=20260901000000)))
        self.refused(self.file("1305", item("1305", SCAN, "腹部CT", ver=20260831235959)), count=1,
                     says="version F001_20260831235959_C is older than F001_20260901000000_C, "
                          "which the catalogue has")
        out = self.sound(self.file("1305", item("1305", SCAN, "腹部CT", ver=20260902000000)))
        self.assertIn("version F001_20260902000000_C, the catalogue has F001_20260901000000_C", out)
        self.assertEqual(self.version("1305"), "F001_20260902000000_C")

    def test_the_time_of_writing_of_what_the_region_says(self):
        row = (SCAN, "2023-01-01", "101", "1", "120")
        self.sound(self.file("1318", local(*row, updt="2026-11-01 08:00:00"),
                             local(ASPIRIN, "2023-01-01", "101", "1", "30", updt="2026-11-02")))
        self.assertEqual(self.version("1318"), "20261102000000")
        self.refused(self.file("1318", local(*row, updt="2026-10-30 00:00:00")), says="is older than")

    def test_the_later_of_two_versions_of_a_row_counts(self):
        out = self.sound(self.file(
            "1305", item("1305", SCAN, "新名称", ver=20260901000000),
            item("1305", SCAN, "旧名称", ver=20260801000000)))
        self.assertEqual(self.rows(SCAN)[-1]["name"], "新名称")
        self.assertIn("1 a later version of the row is there", out)

    def test_of_many_rows_of_a_day_the_latest_counts(self):
        def rows(*names_and_months):
            return self.file("1305", *(item("1305", SCAN, name, ver=f"2026{month}01000000")
                                       for name, month in names_and_months))
        out = self.sound(rows(("甲", "07"), ("乙", "07"), ("丙", "08")))
        self.assertEqual(self.rows(SCAN)[-1]["name"], "丙")
        self.assertIn("2 rows skipped: 2 a later version of the row is there", out)
        self.refused(rows(("甲", "08"), ("乙", "09"), ("丙", "09")), count=1,
                     says=r"1305\.txt:3: begndate: .*1305\.txt line 2 too")

    def test_what_is_no_version(self):
        line = item("1305", SCAN, "腹部CT").replace("F001_20260901000000_C", "第三版")
        self.refused(self.file("1305", line), says=r'1305\.txt:1: ver_name: .*found "第三版"')
        self.refused(self.file("1305", item("1305", SCAN, "腹部CT", ver=None)),
                     says="no row names a version")

    def test_a_broken_list_of_versions_is_a_fault_of_the_pack(self):
        sources = self.pack / "catalogue-sources.csv"
        for text, says in (("infno,ver,imported\n13,x,2026-01-01\n", "four digits"),
                           ("infno,ver,imported\n1301,x,2026-13-01\n", "expected a date"),
                           ("infno,ver,imported\n1301,x,2026-01-01\n1301,y,2026-01-01\n", "twice"),
                           ("infno,ver\n1301,x\n", "column is missing")):
            sources.write_text(text, encoding="utf-8")
            status, out, _ = run("check", self.pack)
            self.assertEqual(status, 1, out)
            self.assertIn("catalogue-sources.csv", out)
            self.assertIn(says, out)
        sources.write_text("infno,ver,imported\n1305,other,2026-01-01\n", encoding="utf-8")
        self.refused(self.file("1305", item("1305", SCAN, "腹部CT")), says="which is later")


class Skipped(Import):
    def setUp(self):
        super().setUp()
        self.catalogue(*OLD)

    def test_each_with_its_line_and_reason(self):
        out = self.sound(
            self.file("1301", item("1301", NEW, "不在医保目录")),
            self.file("1312", local(STENT, "2022-01-01", "03", "08", "0"),
                      local(SCAN, "2023-01-01", "02", "03", "0", admdvs="230100")),
            self.file("1318", local(SCAN, "2027-01-01", "109", "1", "5"),
                      local(SCAN, "2027-01-01", "101", "2", "5"),
                      local(SCAN, "2027-01-01", "101", "1", "130"),
                      local(SCAN, "2027-01-01", "101", "1", "130"),
                      local(SCAN, "2023-01-01", "101", "1", "90", valid="0")),
            self.file("1319", local(SCAN, "2027-01-01", "390", "20", "0.3")))
        for name, line, text in (("1301", 1, "not in the insurance catalogue"),
                                 ("1312", 2, "in no national file"),
                                 ("1312", 3, "another region's"),
                                 ("1318", 2, "no first self-pay, or no cap"),
                                 ("1318", 3, "no first self-pay, or no cap"),
                                 ("1318", 5, "said twice"),
                                 ("1318", 6, "taken back, another row"),
                                 ("1319", 2, "no first self-pay")):
            self.assertRegex(out, rf"{name}\.txt:{line}:.*skipped .*: {text}")
        self.assertIn("8 rows skipped: ", out)
        self.assertEqual([r["pric_uplmt_level3"] for r in self.rows(SCAN)], ["120", "130"])

    def test_a_row_that_fills_several_columns_is_skipped_once(self):
        twice = local(SCAN, "2027-01-01", "102", "1", "70")
        out = self.sound(self.file("1318", twice, twice, local(NEW, "2027-01-01", "102", "1", "1")))
        self.assertIn("2 rows skipped: 1 said twice, 1 in no national file", out)
        self.assertEqual([(r["pric_uplmt_level1"], r["pric_uplmt_level2"]) for r in self.rows(SCAN)],
                         [("90", "100"), ("70", "70")])

    def test_an_ended_item_does_not_come_back_by_a_national_file_alone(self):
        self.catalogue(OLD[2].replace("2023-01-01,,", "2023-01-01,2026-06-30,"))
        out = self.sound(self.file("1305", item("1305", SCAN, "腹部CT")))
        self.assertIn("nothing changes" if "first" not in out else "written", out)
        self.assertIn("not in the insurance catalogue", out)
        self.assertEqual(self.days(SCAN), [("2023-01-01", "2026-06-30")])
        self.sound(self.file("1305", item("1305", SCAN, "腹部CT")),
                   self.file("1312", local(SCAN, "2027-01-01", "02", "03", "0")))
        self.assertEqual(self.days(SCAN), [("2023-01-01", "2026-06-30"), ("2027-01-01", "")])


class Form(Import):
    """The text of the files."""

    def setUp(self):
        super().setUp()
        self.catalogue(*OLD)

    def one(self, **more):
        return item("1305", SCAN, "腹部CT", ends="2026-12-31", **more)

    def ended(self, path):
        self.sound(path)
        self.assertEqual(self.days(SCAN), [("2023-01-01", "2026-12-31")])
        self.catalogue(*OLD)
        (self.pack / "catalogue-sources.csv").unlink()

    def test_line_ends_marks_nulls_and_spaces(self):
        one = self.one()
        self.ended(self.file("1305", one, end="\r\n"))
        self.ended(self.file("1305", raw=b"\xef\xbb\xbf" + one.encode() + b"\n"))
        self.ended(self.file("1305", raw=one.encode()))  # complete, only the line end is missing
        self.ended(self.file("1305", "", one, ""))
        self.ended(self.file("1305", one.replace("\t\t", "\tnull\t")))
        self.ended(self.file("1305", "\t".join(f" {c} " for c in one.split("\t"))))
        self.ended(self.file("1305", one.rstrip("\t")))
        self.ended(self.file("1305", self.one(count=16)))

    def test_days_as_java_prints_them(self):
        one = self.one()
        for text in ("2026-12-31 00:00:00", "20261231", "20261231235959",
                     "Thu Dec 31 00:00:00 CST 2026", "2026-12-31T00:00:00.000"):
            self.ended(self.file("1305", one.replace("2026-12-31", text)))
        for text in ("2026-02-30", "31.12.2026", "Thu Dez 31 00:00:00 CST 2026", "2026-12-31x",
                     "2026123"):
            self.refused(self.file("1305", one.replace("2026-12-31", text)),
                         says=r"1305\.txt:1: enddate: .*expected a date")

    def test_quotes_are_characters(self):
        self.sound(self.file("1305", item("1305", SCAN, '"腹部"CT，A,B')))
        self.assertEqual(self.rows(SCAN)[-1]["name"], '"腹部"CT，A,B')

    def test_what_is_not_utf_8(self):
        self.refused(self.file("1305", raw=self.one().encode("gb18030") + b"\n"), count=1,
                     says=r"1305\.txt:1: .*iconv -f GB18030 -t UTF-8")

    def test_nul_and_control_characters(self):
        good = item("1305", SCAN, "腹部CT")
        self.refused(self.file("1305", good, good.replace("腹", "\0"), good, good.replace("腹", "\x01")),
                     count=2, says=[r"1305\.txt:2: .*NUL", r"1305\.txt:4: .*U\+0001"])

    def test_what_acts_on_who_reads_it(self):
        """Of two cells one is a name, and one is not used."""
        good = item("1305", SCAN, "腹部CT")
        for code in (0x7f, 0x80, 0x85, 0x9f, 0x202e, 0x2066, 0x2028):
            self.refused(self.file("1305", good, good.replace("腹", chr(code))), count=1,
                         says=rf"1305\.txt:2: .*U\+{code:04X}")
        cells = good.split("\t")
        cells[2] = "\u009b2J"
        self.refused(self.file("1305", "\t".join(cells)), count=1, says=r"1305\.txt:1: .*U\+009B")

    def test_a_file_cut_in_a_line(self):
        whole = (self.one() + "\n" + item("1305", "001103000010001", "另一项")).encode()
        for cut in (len(whole) - 30, len(whole) - 40):
            self.refused(self.file("1305", raw=whole[:cut]),
                         says=r"1305\.txt:2: .*ends in the middle of this line")
        rows = "\n".join([fields("1318"), local(SCAN, "2027-01-01", "101", "1", "110")])
        self.refused(self.file("1318", raw=rows[:-6].encode()), says="ends in the middle")

    def test_columns(self):
        self.refused(self.file("1305", self.one(), self.one(count=16).rsplit("\t", 2)[0]), count=1,
                     says=r"1305\.txt:2: .*found 14 columns, expected at least 16")
        self.refused(self.file("1305", self.one().replace("腹部CT", "腹部\tCT")),
                     says=r"found 21 columns, expected 20: is a TAB")
        self.refused(self.file("1305", "\t" * 200), says="more than 128 columns")
        self.refused(self.file("1301", "\t".join([SCAN] * 98)), says="found 98 columns, expected 97")
        self.refused(self.file("1312", raw=b"hilist_code\tbegndate\tbegndate\tcolour\n"),
                     says=[r"1312\.txt:1: colour: .*unknown column", "begndate: .*duplicate column",
                           "1312.txt:1: chrgitm_lv: .*missing"])
        self.refused(self.file("1312", local(SCAN, "2027-01-01", "01")), says="found 7 columns, expected 9")

    def test_empty_columns_at_the_end_may_be_missing_in_any_row(self):
        full = item("1301", ASPIRIN, "阿司匹林肠溶片", ends="2026-12-31")
        cells = full.split("\t")
        full = "\t".join([*cells[:96], "末列"])
        for short in ("\t".join(cells[:92]), "\t".join(cells[:84])):
            for rows in ((short.replace(ASPIRIN, NEW), full), (full, short.replace(ASPIRIN, NEW))):
                self.sound(self.file("1301", *rows))
                self.assertEqual(self.days(ASPIRIN), [("2023-01-01", "2026-12-31")])
                self.catalogue(*OLD)
                (self.pack / "catalogue-sources.csv").unlink()
        # one TAB too many in the shorter layout is none of the longer, whatever the first row has
        for rows in ((short, "\t".join(cells[:93])), (full, "\t".join(cells[:96]))):
            self.refused(self.file("1301", *rows), count=1, says=(
                r"1301\.txt:2: .*found 9[36] columns, expected at most 92, or 97: is a TAB"))
        self.refused(self.file("1301", short, full + "\t"), count=1,
                     says=r"1301\.txt:2: .*found 98 columns, expected 97: is a TAB")
        self.refused(self.file("1306", item("1306", STENT, "支架", count=72)), count=1,
                     says="found 72 columns, expected 71: is a TAB")

    def test_every_cell_all_at_once(self):
        self.refused(
            self.file("1305", item("1305", "12345", "短编码"), item("1305", SCAN, "", begins=""),
                      item("1305", SCAN, "名", valid="2", begins="2026-02-01", ends="2026-01-01"),
                      item("1305", SCAN, "长" * 60)),
            self.file("1312", local(SCAN, "2027-01-01", "04", "15", "x")),
            self.file("1318", local(SCAN, "2027-01-01", "777", "1", "1"),
                      local(SCAN, "2027-01-01", "777", "1", "1"),
                      local(SCAN, "2027-01-01", "101", "1", "1.2345678"),
                      local(SCAN, "2027-01-01", "101", "1", "0"),
                      local(SCAN, "2027-01-01", "101", "1", "-1", updt="soon")),
            self.file("1319", local(SCAN, "2027-01-01", "390", "10", "1.5")),
            count=15, says=[
                r'1305\.txt:1: med_list_codg: .*"12345" is no drug',
                r"1305\.txt:2: servitem_name: .*found 0 bytes", r"1305\.txt:2: begndate: .*empty",
                r'1305\.txt:3: vali_flag: .*found "2", expected 0 or 1',
                r"1305\.txt:3: enddate: .*before begndate",
                r"1305\.txt:4: servitem_name: .*found 180 bytes, expected 1 to 150",
                r'1312\.txt:2: chrgitm_lv: .*found "04", expected 01 to 03',
                r'1312\.txt:2: med_chrgitm_type: .*found "15"', r"1312\.txt:2: lmt_used_flag: ",
                r'1318\.txt:2: hilist_lmtpric_type: .*"777" is not in catalogue-import\.yaml',
                r"1318\.txt:4: hilist_pric_uplmt_amt: .*at most 6 decimals",
                r"1318\.txt:5: hilist_pric_uplmt_amt: .*a cap of 0",
                r'1318\.txt:6: updt_time: .*found "soon"',
                r'1319\.txt:2: selfpay_prop: .*found "1\.5"'])

    def test_rows_that_contradict_each_other(self):
        self.refused(self.file("1318", local(SCAN, "2027-01-01", "101", "1", "110"),
                               local(SCAN, "2027-03-01", "101", "1", "111")), count=1,
                     says=rf"1318\.txt:3: begndate: .*{SCAN}: its days are those of .*1318\.txt line 2 too")
        self.refused(self.file("1305", item("1305", SCAN, "甲"), item("1305", SCAN, "乙")),
                     says="something else")

    def test_ratios_that_do_not_fit_the_class(self):
        self.refused(self.file("1312", local(ASPIRIN, "2027-01-01", "02", "09", "0")), count=1,
                     says=rf"1312\.txt:2: selfpay_prop_390: .*{ASPIRIN} is class 02 from 2027-01-01")
        self.refused(self.file("1312", local(SCAN, "2027-01-01", "01", "03", "0")),
                     self.file("1319", local(SCAN, "2027-01-01", "390", "10", "0.1")),
                     says=r"1319\.txt:2: selfpay_prop: .*class 01")
        self.refused(self.file("1312", local(SCAN, "2027-01-01", "03", "03", "0")),
                     self.file("1319", local(SCAN, "2027-01-01", "390", "10", "0.1")),
                     says=r"1319\.txt:2: selfpay_prop: .*class 03")

    def test_what_is_no_such_file(self):
        self.refused(self.folder / "1305.txt", says="cannot be read")
        self.refused(self.file("1305", name="1307.txt"), says="expected a file of 1301")
        self.refused(self.file("1305", name="services.txt"), says="write 1301=PATH")
        self.refused(self.file("1305", raw=b""), says="holds no row")
        path = self.file("1305", self.one(), name="services.txt")
        self.sound(f"1305={path}")
        self.assertEqual(self.days(SCAN), [("2023-01-01", "2026-12-31")])
        self.assertEqual(run("import", self.pack)[0], 100)
        self.assertEqual(run("import", "--from", "soon", self.pack, path)[0], 100)

    def test_what_the_region_does_not_say(self):
        cap = self.file("1318", local(SCAN, "2027-01-01", "101", "1", "110"))
        readings = self.pack / "catalogue-import.yaml"
        readings.unlink()
        self.refused(cap, says='"1" is not in catalogue-import.yaml, overlmt_dspo_way')
        for text, says in (("colour: red\n", "catalogue-import.yaml:1: colour"),
                           ('hilist_lmtpric_type: {"101": [palace]}\n', "no price-cap grade"),
                           ('selfpay_prop_psn_type: {"101": [emperor]}\n', "no insurance or person"),
                           ('insu_admdvs: "1"\n', "insu_admdvs")):
            readings.write_text(text, encoding="utf-8")
            self.refused(cap, says=says)

    def test_an_open_conflict_is_not_decided_by_an_import(self):
        (self.pack / "catalogue-conflicts.csv").write_text(
            "med_list_codg,name,county,county_chrgitm_lv,county_selfpay_prop,city_chrgitm_lv,"
            "city_selfpay_prop,in_force,begndate,enddate,state\n"
            f"{HERB},黄芪,230803,01,,02,0.10,city,2026-01-01,2027-12-31,待市级定夺\n", encoding="utf-8")
        self.refused(self.file("1312", local(HERB, "2027-01-01", "01", "10", "0")),
                     says=["catalogue-conflicts.csv:2: in_force: .*2027-01-01", "the result has 1"])
        self.sound(self.file("1312", local(HERB, "2028-01-01", "01", "10", "0")))

    def test_a_result_that_is_no_pack_is_not_written(self):
        self.catalogue(*OLD, *(f"{NEW},某药,01,09,0,0,0,0,,,20{y:02}-01-01,20{y:02}-06-30,,,,,,"
                               for y in range(10, 74)))
        status, out, _ = self.run_import(self.file("1312", local(NEW, "2080-01-01", "01", "09", "0")),
                                         self.file("1301", item("1301", NEW, "某药", "2080-01-01")))
        self.assertEqual(status, 1, out)
        self.assertIn("too many rows", out)
        self.assertIn("the result has 1 faults, nothing is written", out)


class Independent(Import):
    """Random catalogues and files against the reckoning above."""
    CODES = [f"0011030000{n:05}" for n in range(12)]
    DAYS = ["2024-01-01", "2026-06-01", "2026-11-30", "2026-12-01", "2026-12-02", "2027-01-01",
            "2027-03-01", "2028-01-01"]

    def spans(self, rng, most):
        """Successive spans, the last open or not."""
        edges = sorted(rng.sample(self.DAYS, rng.randint(1, most) + 1))
        out = []
        for a, b in zip(edges, edges[1:]):
            if out and rng.random() < 0.2:
                continue
            out.append((a, str(day(b) - datetime.timedelta(1))))
        if rng.random() < 0.7:
            out.append((edges[-1], ""))
        return out or [(edges[0], "")]

    def random_old(self, rng):
        rows = []
        for code in self.CODES[:8]:
            for begins, ends in self.spans(rng, 2):
                grade = rng.choice("123")
                ratio = rng.choice(["0.1", "0.20"]) if grade == "2" else ""
                caps = ",".join(rng.choice(["", "5", "7.50"]) for _ in range(4))
                rows.append(f"{code},名{rng.randint(1, 2)},0{grade},{rng.choice(['03', '05'])},0,"
                            f"{rng.choice('01')},0,{rng.choice('01')},,,{begins},{ends},{ratio},"
                            f"{caps},{rng.choice(['', 'dear'])}")
        rng.shuffle(rows)
        return rows

    def random_files(self, rng, classes):
        """A ratio for every day of class 02, and for no other."""
        lines = {"1305": [], "1312": [], "1318": [], "1319": []}
        for code in rng.sample(self.CODES, 9):
            if rng.random() < 0.7:
                valid = "0" if rng.random() < 0.15 else "1"
                for begins, ends in self.spans(rng, 2)[:1 if valid == "0" else 9]:
                    lines["1305"].append(item("1305", code, f"名{rng.randint(1, 3)}", begins, ends,
                                              valid))
            if rng.random() < 0.7:
                for begins, ends in self.spans(rng, 3):
                    grade = rng.choice("123")
                    lines["1312"].append(local(code, begins, f"0{grade}", rng.choice(["03", "05"]),
                                               rng.choice("01"), ends=ends))
                    if grade == "2":
                        lines["1319"].append(local(code, begins, "390", "10", rng.choice(
                            ["0.1", "0.15"]), ends=ends))
            elif classes.get(code) == {"02"}:
                lines["1319"].append(local(code, rng.choice(self.DAYS), "390", "10", "0.1500"))
            for kind in ("101", "102"):
                if rng.random() < 0.4:
                    valid = "0" if rng.random() < 0.2 else "1"
                    for begins, ends in self.spans(rng, 2)[:1 if valid == "0" else 9]:
                        lines["1318"].append(local(code, begins, kind, "1", rng.choice(
                            ["5.00", "7.5", "9", "999999"]), ends=ends, valid=valid))
        return lines

    def test_random_imports(self):
        for seed in range(80):
            rng = random.Random(seed)
            self.catalogue(*self.random_old(rng))
            sources = self.pack / "catalogue-sources.csv"
            sources.unlink(missing_ok=True)
            if rng.random() < 0.5:
                sources.write_text("infno,ver,imported\n1305,F001_20260101000000_C,2026-01-01\n",
                                   encoding="utf-8")
            first = not sources.exists()
            old = dated(self.rows())
            files = self.random_files(rng, {c: {r["chrgitm_lv"] for r in rows}
                                            for c, rows in old.items()})
            paths = [self.file(infno, *rows) for infno, rows in files.items() if rows]
            texts = {p.name[:4]: p.read_text(encoding="utf-8") for p in paths}
            status, out, _ = self.run_import(*paths, options=["--late"])
            self.assertEqual(status, 0, (seed, out))
            if seed % 10 == 0:
                self.check()
            self.compare(seed, Course(FROM, texts, first), old, dated(self.rows()))
            before = self.snapshot()
            self.assertIn("nothing changes", self.sound(*paths, options=["--late"]))
            self.assertEqual(self.snapshot(), before)

    def compare(self, seed, course, old, new):
        columns = HEADER.split(",")
        start = day(FROM)
        for code in sorted(set(old) | set(new) | set(course.said)):
            was, now = old.get(code, []), new.get(code, [])
            said = course.said.get(code, {})
            known = bool(was) or (any(r["valid"] for r in said.get("item", []))
                                  and any(r["valid"] for r in said.get("class", [])))
            days = {start, start - datetime.timedelta(1)}
            for r in was + now + [r for rows in said.values() for r in rows]:
                days |= {r["begins"], r["ends"]}
                if r["ends"] < OPEN:
                    days.add(r["ends"] + datetime.timedelta(1))
            for when in sorted(days):
                if when < start and not (course.first and not was):
                    expected = covering(was, when)
                else:
                    expected = course.state(code, was, when, columns) if known else None
                got = covering(now, when)
                if expected is not None:
                    expected["med_list_codg"] = code
                self.assertEqual(canonical(got), canonical(expected), (seed, code, when))


class Folder(Import):
    """What the pack's folder is like."""

    def setUp(self):
        super().setUp()
        self.catalogue(*OLD)
        self.change = self.file("1305", item("1305", SCAN, "腹部CT", ends="2026-12-31"))

    def test_one_import_at_a_time(self):
        """The later of two to write would undo the other."""
        folder = os.open(self.pack, os.O_RDONLY)
        self.addCleanup(os.close, folder)
        fcntl.flock(folder, fcntl.LOCK_EX)
        self.refused(self.change, says="another import of this pack is at work", count=1)
        fcntl.flock(folder, fcntl.LOCK_UN)
        self.sound(self.change)

    def test_a_link_that_leads_nowhere(self):
        """Such a catalogue is out of reach; it is not missing."""
        (self.pack / "catalogue.csv").unlink()
        (self.pack / "catalogue.csv").symlink_to(self.folder / "not mounted" / "catalogue.csv")
        status, out, _ = self.run_import(self.change)
        self.assertGreater(status, 0, out)
        self.assertTrue((self.pack / "catalogue.csv").is_symlink())

    def test_a_catalogue_that_others_may_share_is_not_touched(self):
        """Neither the link nor what it leads to, and the pack's list of versions no more."""
        for name in ("catalogue.csv", "catalogue-sources.csv"):
            linked, shared = self.pack / name, self.folder / f"shared-{name}"
            if not linked.exists():
                self.sound(self.change)
            shutil.move(linked, shared)
            linked.symlink_to(shared)
            before = shared.read_bytes()
            later = self.file("1318", local(SCAN, "2027-03-01", "101", "1", "105"))
            self.refused(later, says=rf"{name}: .*a link to \S+shared-{name}, which other packs may",
                         count=1)
            self.assertTrue(linked.is_symlink())
            self.assertEqual(shared.read_bytes(), before)
            linked.unlink()
            shutil.copy(shared, linked)

    def test_a_pipe_is_not_waited_for(self):
        pipe = self.folder / "1318.txt"
        os.mkfifo(pipe)
        self.refused(pipe, says=r"1318\.txt: .*not a regular file", count=1)


class Large(Import):
    def test_many_rows(self):
        codes = [f"C{n:019}" for n in range(200000)]
        national = self.file("1306", *(item("1306", c, f"耗材{c[-6:]}", "2020-01-01") for c in codes))
        local_rows = self.file("1312", *(local(c, "2020-01-01", "03", "08", "0") for c in codes))
        began = time.monotonic()
        out = self.sound(national, local_rows)
        print(f"200,000 items: {time.monotonic() - began:.1f} s")
        self.assertIn("new 200000, no more 0, changed 0", out)
        self.assertEqual(len(self.rows()), 200000)
        self.check()
        self.assertIn("nothing changes", self.sound(national, local_rows))


if __name__ == "__main__":
    result = unittest.main(exit=False, verbosity=0).result
    bad = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - bad} passed, {bad} failed")
    sys.exit(1 if bad else 0)
