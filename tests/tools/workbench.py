"""copay-policy's explain, diff, quote, table and matrix, and the warnings of check, as policy staff
meet them. usage: workbench.py PROGRAM SOURCE
"""
import collections
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree
from decimal import Decimal

PROGRAM = sys.argv.pop(1)
SOURCE = pathlib.Path(sys.argv.pop(1))
CASES = SOURCE / "tests" / "cases"
REGIONS = SOURCE / "conf" / "regions"
BEIJING = REGIONS / "110000-beijing"
CHENZHOU = REGIONS / "431000-chenzhou"
JIAMUSI = REGIONS / "230800-jiamusi"


def run(*words):
    done = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, timeout=120,
                          check=False)
    return done.returncode, done.stdout, done.stderr


class Bench(unittest.TestCase):
    """Runs in a folder of their own, with packs edited there."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="copay-policy-test-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def edit(self, path, *edits, name=None):
        text = path.read_text(encoding="utf-8")
        for old, new in edits:
            self.assertIn(old, text)
            text = text.replace(old, new)
        copy = self.folder / (name or path.name)
        copy.write_text(text, encoding="utf-8")
        return copy

    def misused(self, says, *words):
        """The reason, and not the whole usage over it."""
        status, out, err = run(*words)
        self.assertEqual((status, out), (100, ""), words)
        self.assertIn(f"copay-policy: {says}" if says[0] in "-P" else says, err)
        self.assertEqual(err.count("\n"), 1, err)

    def sound(self, *words):
        status, out, err = run(*words)
        self.assertEqual((status, err), (0, ""), out)
        return out


class Conflicts(Bench):
    """catalogue-conflicts.csv: held against the catalogue, and listed for who decides."""
    PACK = REGIONS / "431000-chenzhou-2017"
    FILE = "catalogue-conflicts.csv"

    def faults(self, *edits):
        pack = self.folder / "pack"
        shutil.copytree(self.PACK, pack, dirs_exist_ok=True)
        text = (self.PACK / self.FILE).read_text(encoding="utf-8")
        for old, new in edits:
            self.assertIn(old, text)
            text = text.replace(old, new, 1)
        (pack / self.FILE).write_text(text, encoding="utf-8")
        status, out, _ = run("check", pack)
        self.assertGreater(status, 0, out)
        return out

    def test_each_fault_has_its_line(self):
        scan = "002102001050000,胸部CT平扫（次）,431081,01,,02,0.10,city"
        for change, text in (
                (("431081", "430581"), ":4: county: .*expected a county's code of 4310"),
                ((",02,0.10,city", ",02,0.20,city"), ":4: in_force: .*another class or ratio"),
                ((",city", ",county"), ":4: in_force: .*another class or ratio on 2016-01-01"),
                ((",city", ",both"), ":4: in_force: .*expected city or county"),
                ((",01,,02,0.10", ",02,0.10,02,0.10"), ":4: city_chrgitm_lv: .*no conflict"),
                ((",02,0.10,city", ",02,,city"), ":4: city_selfpay_prop: .*class 02 has a first"),
                (("002102001050000", "002102001059999"), ":4: med_list_codg: .*no such item")):
            self.assertRegex(self.faults((scan, scan.replace(*change))), self.FILE + text)

    def test_a_later_row_of_the_catalogue_is_held_too(self):
        out = self.faults(("多烯磷脂酰胆碱胶囊 228mg*36粒,431026,02,0.20,03,,city,2016-01-01,2016-12-31",
                           "多烯磷脂酰胆碱胶囊 228mg*36粒,431026,02,0.20,03,,city,2016-01-01,2017-01-01"))
        self.assertRegex(out, self.FILE + ":7: in_force: .*another class or ratio on 2017-01-01")

    def test_garbage(self):
        pack = self.folder / "pack"
        shutil.copytree(self.PACK, pack)
        (pack / self.FILE).write_text("garbage\n", encoding="utf-8")
        status, out, _ = run("check", pack)
        self.assertGreater(status, 0, out)
        self.assertIn(self.FILE, out)

    def test_the_table_lists_them(self):
        out = self.sound("table", f"{self.PACK}@2016-06-01")
        self.assertIn("县、市目录冲突，待定夺", out)
        self.assertIn("002102001050000 胸部CT平扫（次）：431081 甲类，市 乙类先自付 10%；"
                      "2016-01-01 至 2016-12-31 按市，待市级定夺", out)
        out = self.sound("table", "--lang", "en", f"{self.PACK}@2016-06-01")
        self.assertIn("431081 class A; city class B, 10% first self-pay; from 2016-01-01 to 2016-12-31 "
                      "the city's holds", out)
        self.assertNotIn("县、市目录冲突", self.sound("table", f"{self.PACK}@2017-06-01"))


class Manual(Bench):
    """copay-policy(1) names every note and part that a table of any policy has."""

    def test_all_that_table_prints(self):
        page = (SOURCE / "tools" / "copay-policy" / "copay-policy.1").read_text(encoding="utf-8")
        section = re.search(r"^\.Sh BENEFIT TABLES\n(.*?)^\.Sh ", page, re.M | re.S)[1]
        named = {name.strip() for line in re.findall(r"^\.It (.*)", section, re.M)
                 for name in line.split(" , ")}
        notes, parts = set(), set()
        for pack in [*REGIONS.iterdir(), *CASES.glob("*/policy.yaml")]:
            out = self.sound("table", "--lang", "en", pack)
            notes |= {re.split("[,:(]", note)[0].strip()
                      for note in re.findall(r"^    ([^:\n]+): ", out, re.M)}
            parts |= set(re.findall(r"^\n([a-z][a-z ]+)\n  \S", out, re.M))
        notes = {re.sub(r" per (stay|visit|day|month|quarter|year|hospital and year)$", "", note)
                 for note in notes}
        self.assertGreater(len(notes), 25)
        self.assertEqual((notes | parts) - named, set())


class Warnings(Bench):
    """What check says of a pack that is legal; each with its line, and no fault."""
    POLICY = CASES / "shandong-2014" / "policy.yaml"

    def warnings(self, *edits, path=POLICY):
        policy = self.edit(path, *edits)
        out = self.sound("check", policy)
        found = [re.match(r".*policy\.yaml:(\d+): (\S+): 警告：(.+) / warning: (.+)$", line)
                 for line in out.splitlines() if "警告：" in line]
        self.assertTrue(all(found), out)
        self.assertIn(f"  {len(found)} 处警告 / {len(found)} warnings", out)
        lines = policy.read_text(encoding="utf-8").split("\n")
        return [(lines[int(m.group(1)) - 1].strip(), m.group(2), m.group(4)) for m in found]

    def test_a_sound_pack_has_none(self):
        self.assertEqual(self.warnings(), [])

    def test_an_old_version_of_the_language(self):
        (line, key, text), = self.warnings(("language: 1\n", "language: 0\n"))
        self.assertEqual((line, key, text),
                         ("language: 0", "language", "version 0 is read as 1: write 1"))

    def test_a_band_above_the_cap(self):
        (line, key, text), = self.warnings(("yuan: 200000.00", "yuan: 40000.00"))
        self.assertIn("bands", line)
        self.assertEqual((key, text), ("critical", "band 2 is never reached: at a base of 100000 yuan "
                                                   "the cap of 40000 yuan is paid"))
        # (100,000 - 10,000) x 0.5 = 45,000 is below a cap of 45,000.01
        self.assertEqual(self.warnings(("yuan: 200000.00", "yuan: 45000.01")), [])

    def test_words_that_no_rule_uses(self):
        identity = '{name: poor, zh: 特困, codes: ["1"], rank: 1}'
        found = self.warnings(
            ("\nclauses:\n", "\nclauses:\n  OLD: {text: 旧, provenance: official}\n"),
            ("\nkinds:\n", f"\nidentities:\n  combine: best\n  list:\n    - {identity}\n"
                           "\nkinds:\n  spa: {}\n"))
        self.assertEqual({(key, text) for _, key, text in found}, {
            ("OLD", "no rule names this clause"), ("spa", "no med_type is of this kind of care"),
            ("poor", "no rule asks for this identity")})

    def test_a_figure_without_a_clause(self):
        filing = 'note: {zh: 转诊单, codes: ["2501"], days: 180'
        found = self.warnings(("\nkinds:\n", f"\nfilings:\n  {filing}}}\n\nkinds:\n"))
        self.assertEqual(found, [("filings:", "note", "a figure without a clause")])
        clause = re.search(r"\nclauses:\n  (\S+):", self.POLICY.read_text(encoding="utf-8")).group(1)
        self.assertEqual(self.warnings(
            ("\nkinds:\n", f"\nfilings:\n  {filing}, clause: {clause}}}\n\nkinds:\n")), [])

    def test_care_and_people_without_a_benefit(self):
        (line, key, text), = self.warnings(
            ("\nkinds:\n", "\nkinds:\n  outpatient: {}\n"),
            ("\nmed_types:\n", "\nmed_types:\n  - {code: \"11\", zh: 门诊, kind: outpatient, clr_type: "
             "\"11\", clr_way: \"1\"}\n"))
        self.assertEqual((line, key), ("layers:", "outpatient"))
        self.assertIn("resident: nothing pays", text)

    def test_caps_for_some_only(self):
        path = BEIJING / "policy.yaml"
        found = self.warnings(("- {on: payment, yuan: 100000.00", "- {classes: [active], on: payment, "
                               "yuan: 100000.00"), path=path)
        self.assertIn(("employee_inpatient", "classes without a cap: retired"),
                      [(key, text) for _, key, text in found])

    def test_bills_that_cost_less_when_they_are_larger(self):
        # assistance takes what 60 % leave: 40 % of 12,500 are 5,000, of 50,000 are 20,000, up to
        # which it pays a smaller share of the whole
        found = self.warnings(path=CASES / "assistance-brackets" / "policy.yaml")
        self.assertEqual([(line, key) for line, key, _ in found], [("- brackets:", "aid")] * 2)
        self.assertTrue(found[0][2].startswith(
            "reversal: of a bill of 12500.01 yuan the patient pays 2500.00, of 12500.02 yuan 2000.00 "
            "(aid pays 2500.00 → 3000.01)"), found)
        self.assertIn("of a bill of 50000.01 yuan the patient pays 8000.00", found[1][2])

    def test_bills_of_which_a_fund_takes_back(self):
        found = self.warnings(("upto: 20000.00, ratio: 0.60", "upto: 20000.00, ratio: 0.40"),
                              path=CASES / "assistance-brackets" / "policy.yaml")
        self.assertTrue(found[0][2].startswith(
            "cliff: of a bill of 12500.01 yuan the patient pays 2500.00, of 12500.02 yuan 3000.01"), found)

    def test_bills_of_what_a_layer_pays_for_only(self):
        nanchang = REGIONS / "360100-nanchang" / "policy.yaml"
        found = self.warnings(("- {ratio: 0.60, clause: NEGO}", "- {brackets: [{upto: 1000.00, ratio: 0.10}, "
                               "{ratio: 0.90}], clause: NEGO}"), path=nanchang)
        self.assertEqual([key for _, key, _ in found], ["resident_negotiated"])
        self.assertIn("brackets", found[0][0])
        self.assertTrue(found[0][2].startswith(
            "reversal: of a bill of 1000.00 yuan the patient pays 900.00, of 1000.01 yuan 100.00 "), found)
        self.assertIn(", all of it in the scope of resident_negotiated", found[0][2])

    def test_the_whole_collection_can_be_checked(self):
        for pack in [CHENZHOU, *sorted(CASES.glob("*/policy.yaml"))]:
            self.assertIn("warnings", self.sound("check", pack))


class Steps(unittest.TestCase):
    """Every step that there is has its words, in both languages and with the same figures."""
    TEXT = r'\s*((?:"(?:[^"\\]|\\.)*"\s*)+)'

    def setUp(self):
        header = (SOURCE / "lib/model/step.h").read_text(encoding="utf-8")
        self.codes = {name: int(code) for name, code in re.findall(r"\b(STEP_\w+) = (\d+)", header)
                      if name != "STEP_NONE"}

    def rows(self, path, columns):
        """{code: texts} of a table's rows."""
        text = (SOURCE / path).read_text(encoding="utf-8")
        return {found[0]: ["".join(re.findall(r'"((?:[^"\\]|\\.)*)"', part)) for part in found[1:]]
                for found in re.findall(r"\{(STEP_\w+)," + ",".join([self.TEXT] * columns) + r"\}",
                                        text)}

    def test_explain(self):
        rows = self.rows("lib/review/words_step.c", 4)
        self.assertEqual(set(rows), set(self.codes))
        for code, (zh, en, figures_zh, figures_en) in rows.items():
            self.assertTrue(any(c > "\u4e00" for c in zh), code)
            self.assertTrue(en.isascii() and en, code)
            self.assertFalse(any("\u4e00" < c < "\ua000" for c in figures_en), code)
            self.assertEqual(*(sorted(re.findall(r"\{\w+\}", t)) for t in (figures_zh, figures_en)))
        self.assertEqual(len({zh for zh, *_ in rows.values()}), len(rows))

    def test_the_bill_that_copay_prints(self):
        rows = self.rows("tools/copay/steps.c", 1)
        self.assertEqual(set(rows), {name for name, code in self.codes.items() if code >= 32})

    def test_days_are_a_number(self):
        case = CASES / "maternity" / "v54-allowance.yaml"
        answer, *_ = json.loads(run("explain", "--json", case)[1])
        step = next(s for claim in answer["claims"] for s in claim["steps"] if s["code"] == 72)
        self.assertIsInstance(step["limit"], int)
        self.assertIn(f"{step['limit']} 天", step["text"])


class Explain(Bench):
    CASE = JIAMUSI / "cases" / "d04-critical.yaml"

    def test_in_chinese_from_the_pack_that_the_case_names(self):
        out = self.sound("explain", self.CASE)
        for text in ("居民住院统筹（resident_inpatient）", "起付标准 应付 700.00，本次 700.00",
                     "分段支付 49300.00 × 65% = 32045.00",
                     "医疗费 50000.00 − 居民住院统筹 32045.00 − 居民大病保险 3977.50 = 个人 13977.50",
                     "〔IP 居民住院", "官方〕"):
            self.assertIn(text, out)

    def test_in_english(self):
        out = self.sound("explain", "--lang", "en", self.CASE)
        for text in ("deductible due 700.00, taken now 700.00", "segment 49300.00 × 65% = 32045.00",
                     "paid by the insurer CIC-230800", "official]",
                     "= patient 13977.50 (account 0.00, cash 13977.50)"):
            self.assertIn(text, out)

    def test_a_void(self):
        case = SOURCE / "tests" / "cases" / "hengshui-employees" / "r06-reversal.yaml"
        self.assertIn("第 2 次（共 4 次） 2021-11-29 撤销第 1 次结算\n", self.sound("explain", case))
        out = self.sound("explain", "--lang", "en", case)
        for text in ("number 2 of 4: on 2021-11-29 settlement 1 is voided\n",
                     "fee -25.10 = funds 0.00 + patient -25.10", "in scope -24.87",
                     "deductible outpatient/level2 -24.87", "refused SETTLEMENT_VOIDED"):
            self.assertIn(text, out)
        claims = json.loads(self.sound("explain", "--json", case))[0]["claims"]
        self.assertEqual([c.get("voids") for c in claims], [None, 1, None, 1])
        self.assertEqual(claims[1]["lines"], [])
        self.assertEqual(claims[1]["totals"]["preselfpay_amt"], "-0.23")

    def test_json_has_steps_rows_lines_clauses_and_adds_up(self):
        (case,) = json.loads(self.sound("explain", "--json", self.CASE))
        (claim,) = case["claims"]
        totals = {name: Decimal(fen) for name, fen in claim["totals"].items()}
        self.assertEqual(totals["medfee_sumamt"], totals["fund_pay_sumamt"] +
                         totals["psn_part_amt"] + totals["hosp_part_amt"])
        self.assertEqual(totals["fund_pay_sumamt"], sum(Decimal(r["amount"]) for r in claim["rows"]
                                                        if r["field"]))
        line = claim["lines"][0]
        self.assertEqual((line["chrgitm_lv"], line["inscp_scp_amt"]), ("01", "50000.00"))
        segment = next(s for s in claim["steps"] if s["name"] == "分段支付")
        self.assertEqual((segment["base"], segment["ratio"], segment["amount"]),
                         ("49300.00", "0.65", "32045.00"))
        self.assertEqual((segment["clause"]["id"], segment["clause"]["provenance"]),
                         ("IP", "official"))
        self.assertIn({"year": 2018, "insutype": 390, "kind": "累计基数", "scope": "critical",
                       "value": "17955.00"}, claim["accumulators"])

    def test_json_of_a_folder_and_of_refusals(self):
        cases = json.loads(self.sound("explain", "--json", "--lang", "en",
                                      SOURCE / "conf/regions/431000-chenzhou/cases"))
        self.assertGreater(len(cases), 10)
        claims = {case["case"]: case["claims"] for case in cases}
        refused = claims["trauma-undeclared"][0]["refused"]
        self.assertIn("TRAUMA", refused[0]["reason"])
        self.assertNotIn("totals", claims["trauma-undeclared"][0])

    def test_what_the_bill_leaves_is_no_cap(self):
        """By 2,000,000 of the past that nothing was paid of: more than the fee is due."""
        policy = self.edit(CHENZHOU / "policy.yaml", (
            "accumulates: critical\n    cumulative: {reach_back: false",
            "accumulates: critical\n    cumulative: {reach_back: true"))
        words = ["quote", "--insutype", "390", "--grade", "level3", "--identity", "destitute", "--total",
                 "20000", "--history", "accumulated={critical: 2000000.00}"]
        out = self.sound(*words, "--explain", policy)
        self.assertIn("不设封顶线", out)
        self.assertIn("限额 以本次费用的未付部分为限，按 7780.00\n", out)
        out = self.sound(*words, "--explain", "--lang", "en", policy)
        self.assertIn("cap no more than the bill leaves unpaid: 7780.00\n", out)
        case = self.sound(*words, "--case", policy).replace("hifmi_pay: 7780.00", "hifmi_pay: 1.00")
        path = self.folder / "quote.yaml"
        path.write_text(case, encoding="utf-8")
        status, out, _ = run("run", "--quiet", policy, path)
        self.assertEqual(status, 1)
        self.assertIn("以本次费用的未付部分为限，按 7780.00\n", out)  # and no clause "[ 官方]"

    def test_another_pack(self):
        policy = self.edit(JIAMUSI / "policy.yaml",
                           ("ratio: 0.65", "ratio: 0.60"))
        out = self.sound("explain", "--policy", policy, self.CASE)
        self.assertIn("49300.00 × 60% = 29580.00", out)

    def test_every_case_of_the_collection_can_be_told_in_both_languages(self):
        for folder in sorted(p for p in CASES.iterdir() if p.is_dir()):
            for lang in ("zh", "en"):
                out = self.sound("explain", "--lang", lang, folder)
                self.assertNotIn("步骤" if lang == "zh" else "step ", out, folder)

    def test_misuse(self):
        for words in (["explain"], ["explain", "--lang", "fr", self.CASE],
                      ["explain", "--loud", self.CASE]):
            self.assertEqual(run(*words)[0], 100, words)
        status, _, err = run("explain", "/no/such/case.yaml")
        self.assertEqual(status, 1)
        self.assertIn("not found", err)


class Quote(Bench):
    RESIDENT = ["--insutype", "390", "--grade", "level3"]

    def test_a_bill_by_hand(self):
        # 50,000: B 15,000 with 10 % first, C 2,500; in scope 46,000; (46,000 - 1,200) x 0.65 = 29,120;
        # critical illness: 46,000 - 29,120 - 16,000 = 880, x 0.60 = 528
        out = self.sound("quote", *self.RESIDENT, "--total", "50000", "--class-b", "0.3",
                         "--class-c", "0.05", CHENZHOU)
        for text in ("城乡居民基本医疗保险（居民），普通住院，三级", "政策范围内 46000.00",
                     "乙类先自付 1500.00", "全自费 2500.00", "起付标准 1200.00",
                     "居民住院统筹 29120.00 = 44800.00 × 65%〔R-IP-3，二手资料,未核实〕",
                     "居民大病保险 528.00 = 880.00 × 60%〔CI-BANDS，二手资料,未核实〕",
                     "个人负担 20352.00（自付 17852.00，自费 2500.00）", "基金支付占医疗费 59.3%"):
            self.assertIn(text, out)

    def test_identity_class_age_and_history(self):
        out = self.sound("quote", *self.RESIDENT, "--identity", "low_income", "--stays", "1",
                         "--total", "30000", "--lang", "en", CHENZHOU)
        self.assertIn("deductible 600.00", out)
        self.assertIn("assistance", out)
        out = self.sound("quote", "--class", "retired", "--kind", "outpatient", "--grade", "level2",
                         "--total", "1500", "--member", "balc=300.00", "--claim", "acct_used=true",
                         CHENZHOU)
        self.assertIn("职工门诊统筹 845.00 = 1300.00 × 65%", out)
        self.assertIn("个人账户 300.00，家庭共济 0.00，现金 355.00", out)
        beijing = BEIJING / "policy.yaml"
        for age, ratio in ((69, "85%"), (70, "90%")):
            out = self.sound("quote", "--class", "retired", "--age", age, "--kind", "outpatient",
                             "--grade", "level2", "--total", "5000", beijing)
            self.assertIn(f"= 3700.00 × {ratio}", out)
        out = self.sound("quote", *self.RESIDENT, "--total", "30000", "--history",
                         "paid={inpatient: 140000.00}", CHENZHOU)
        self.assertIn("居民住院统筹 10000.00", out)

    def test_json_and_steps(self):
        claim = json.loads(self.sound("quote", *self.RESIDENT, "--total", "10000", "--json", CHENZHOU))
        self.assertEqual(claim["totals"]["hifp_pay"], "5720.00")
        out = self.sound("quote", *self.RESIDENT, "--total", "10000", "--explain", CHENZHOU)
        self.assertIn("分段支付 8800.00 × 65% = 5720.00", out)

    def test_what_was_charged_is_asked_for(self):
        words = ["quote", "--insutype", "390", "--kind", "outpatient", "--grade", "primary",
                 "--total", "100", "--class-b", "1"]
        out = self.sound(*words, CHENZHOU)
        self.assertIn("基金支付 0.00", out)
        self.assertIn("提示：居民门诊统筹只支付部分明细，90.00 元不在其支付范围", out)
        self.assertIn("--med-chrgitm-type", out)
        status, out, err = run(*words, "--json", "--lang", "en", CHENZHOU)
        self.assertEqual((status, json.loads(out)["totals"]["hifp_pay"]), (0, "0.00"))
        self.assertIn("counts as 14, other; say it with --med-chrgitm-type", err)
        out = self.sound(*words, "--med-chrgitm-type", "12", CHENZHOU)
        self.assertIn("居民门诊统筹 63.00 = 90.00 × 70%", out)
        self.assertNotIn("提示", out)
        out = self.sound("quote", "--insutype", "390", "--total", "100", CHENZHOU)
        self.assertNotIn("提示", out)  # stays are paid for whatever was charged
        words = [word for word in words if word not in ("quote", "--total", "100")]
        sweep = ["matrix", *words, "--to", "300", "--step", "100"]
        self.assertIn("提示：居民门诊统筹只支付部分明细，270.00 元不在其支付范围",
                      self.sound(*sweep, CHENZHOU))
        self.assertNotIn("提示", self.sound(*sweep, "--med-chrgitm-type", "12", CHENZHOU))
        status, out, _ = run("quote", *words, "--total", "100", "--med-chrgitm-type",
                             "99", CHENZHOU)
        self.assertEqual(status, 1)
        self.assertIn("med_chrgitm_type", out)

    def test_a_quote_is_a_case(self):
        case = self.sound("quote", *self.RESIDENT, "--total", "12345.67", "--class-b", "0.25",
                          "--stays", "2", "--identity", "destitute", "--case",
                          f"{CHENZHOU}@2024-05-06")
        path = self.folder / "quote.yaml"
        path.write_text(case, encoding="utf-8")
        self.assertIn("to: 2024-05-06", case)
        self.assertRegex(case, r"\n    expect: \{medfee_sumamt: 12345\.67, .*hifp_pay: [1-9].*maf_pay: [1-9].*"
                               r"psn_part_amt: [1-9].*psn_cash_pay: [1-9].*\}\n$")
        status, out, _ = run("run", "--quiet", CHENZHOU, path)
        self.assertEqual((status, out), (0, "1 passed, 0 failed\n"))

    def test_what_a_case_of_a_quote_expects(self):
        lines = ["--claim", 'lines=[{chrgitm_lv: "01", amount: 1000.00}]']
        for words, says in ((lines, "{medfee_sumamt: 1000.00, inscp_scp_amt: 1000.00, act_pay_dedc: 1000.00, "
                                    "psn_part_amt: 1000.00, "),
                            ([*lines, "--claim", "expect={hifp_pay: 5.00}"], "{hifp_pay: 5.00}\n"),
                            ([*lines, "--member", "death_date=2020-01-01"], "{refused: PERSON_DEAD}\n")):
            case = self.sound("quote", *self.RESIDENT, *words, "--case", CHENZHOU)
            self.assertIn(f"    expect: {says}", case)
            self.assertEqual(case.count("expect:"), 1)

    def test_a_cap_that_cuts_is_told(self):
        words = ["quote", "--insutype", "390", "--kind", "outpatient", "--grade", "township", "--total",
                 "300", REGIONS / "610600-yanan"]
        out = self.sound(*words)
        self.assertIn("居民门诊统筹 30.00 = ", out)
        self.assertIn("居民门诊统筹限额前 150.00；限额：余额 30.00，支付 30.00〔R-OP-VISIT，二手资料,未核实〕\n", out)
        self.assertIn("before its cap 150.00; cap: 30.00 left, pays 30.00 [R-OP-VISIT, secondary",
                      self.sound(*words[:-1], "--lang", "en", words[-1]))

    def test_what_the_pack_does_not_know(self):
        for words, says in ((["--grade", "level9"], "expected one of: primary, level1, "),
                            (["--class", "nobody"], "--class nobody: 政策中没有这样的人员类别 / the policy has "
                             "no such class: --insutype 310 --class "),
                            (["--kind", "spa"], "--kind spa: 政策中没有这样的医疗类别 / the policy has no such "
                             "care: outpatient, "), (["--med-type", "1"], "no such care: 11, "), (["--identity", "rich"], "可用：destitute, low_income"),
                            (["--history", "foo=3"], "history.foo"),
                            (["--class-b", "0.6", "--class-c", "0.5"], "together above 1")):
            status, out, _ = run("quote", *words, "--total", "1", CHENZHOU)
            self.assertGreater(status, 0)
            self.assertLess(status, 100)
            self.assertIn(says, out)

    def test_a_refusal_says_why(self):
        status, out, _ = run("quote", "--total", "100", "--member", "death_date=2020-01-01", CHENZHOU)
        self.assertEqual(status, 1)
        self.assertIn("拒绝 PERSON_DEAD", out)

    def test_misuse(self):
        amount = "应为0 至 1000000000 的金额（元，至多两位小数） / found \"{}\", expected an amount in yuan with "
        ratio = "应为0 至 1 的比例（至多四位小数，如 0.3） / found \"{}\", expected a ratio with at most "\
                "four decimals, such as 0.3, from 0 to 1"
        years = "应为0 至 150 的整数 / found \"{}\", expected a whole number from 0 to 150"
        for words, says in (
                ([], "--total: 缺少，应为大于零的医疗费总额（元），或以 --claim 'lines=[...]' 写明明细 / missing, "
                 "expected a total fee above 0 in yuan, or the lines by --claim 'lines=[...]'"),
                (["--total", "0"], "--total: 缺少"),
                (["--total", "abc"], "--total: “abc”有误，" + amount.format("abc")),
                (["--total", "-5"], amount.format("-5")), (["--age", "1.5"], years.format("1.5")),
                (["--age", "300"], "--age: “300”有误，" + years.format("300")),
                (["--class-b", "2"], "--class-b: “2”有误，" + ratio.format("2")),
                (["--member", "balc"], "--member: “balc”有误，应为键=值 / found \"balc\", expected KEY=VALUE"),
                (["--identity", "a"] * 17, "--identity: 至多写 16 次 / may be given 16 times at most"),
                (["--lang", "fr"], "--lang: “fr”有误，应为zh 或 en / found \"fr\", expected zh or en"),
                (["--fly"], "--fly: 没有这样的选项 / there is no such option")):
            self.misused(says, "quote", *words, CHENZHOU)
        self.misused("PACK: 有 0 个政策包，应为一个 / found 0 packs, expected one", "quote", "--total", "5")
        self.misused("--total: 缺少值 / its value is missing", "quote", CHENZHOU, "--total")


class Matrix(Bench):
    def rows(self, *words):
        out = self.sound("matrix", *words)
        return [line.split("\t") for line in out.splitlines() if "\t" in line], out

    def test_totals(self):
        rows, out = self.rows("--insutype", "390", "--grade", "level3", "--from", "1000", "--to", "5000",
                              "--step", "1000", CHENZHOU)
        self.assertEqual(rows[0][0], "医疗费总额（元）")
        self.assertEqual([row[0] for row in rows[1:]], ["1000", "2000", "3000", "4000", "5000"])
        self.assertEqual(rows[5], ["5000", "5000.00", "2470.00", "0.00", "2530.00", "50.6"])
        self.assertIn("断崖和倒挂 0 处", out)
        for row in rows[1:]:
            self.assertEqual(Decimal(row[1]), sum(map(Decimal, row[2:5])))

    def test_other_inputs(self):
        rows, _ = self.rows("--insutype", "390", "--grade", "level3", "--total", "30000", "--sweep",
                            "stays", "--to", "2", CHENZHOU)
        self.assertEqual([row[2] for row in rows[1:]], ["18720.00", "19110.00", "19110.00"])
        rows, _ = self.rows("--class", "retired", "--kind", "outpatient", "--total", "5000", "--sweep",
                            "age", "--from", "69", "--to", "70", "--grade", "level2",
                            BEIJING / "policy.yaml")
        self.assertEqual([row[2] for row in rows[1:]], ["3145.00", "3330.00"])
        rows, _ = self.rows("--insutype", "390", "--sweep", "class-c", "--step", "0.5", CHENZHOU)
        self.assertEqual([row[0] for row in rows[1:]], ["0", "0.5", "1"])
        self.assertEqual(rows[3][2], "0.00")

    def test_reversals_and_cliffs(self):
        brackets = CASES / "assistance-brackets" / "policy.yaml"
        words = ["--identity", "low_income", "--grade", "level3", "--to", "60000", "--step", "10000"]
        _, out = self.rows(*words, brackets)
        self.assertIn("倒挂：医疗费 12500.01 元时个人负担 2500.00 元，12500.02 元时 2000.00 元（医疗救助", out)
        self.assertIn("断崖和倒挂 2 处", out)
        texts = [e.text for e in self.picture(*words, brackets).iter("{http://www.w3.org/2000/svg}text")]
        self.assertIn("倒挂 12500.02", texts)

    def picture(self, *words):
        path = self.folder / "sweep.svg"
        self.sound("matrix", "--svg", path, *words)
        return ElementTree.parse(path).getroot()

    def test_names_in_the_picture_stand_apart(self):
        root = self.picture("--lang", "zh", "--identity", "low_income", "--grade", "level3", "--to",
                            "60000", CASES / "assistance-brackets" / "policy.yaml")
        places = collections.defaultdict(list)
        for text in root.iter("{http://www.w3.org/2000/svg}text"):
            width = sum(13 if ord(c) > 0x2000 else 8 for c in text.text)
            left = int(text.get("x")) - {"start": 0, "middle": width / 2, "end": width}[
                text.get("text-anchor")]
            places[text.get("y")].append((left, left + width, text.text))
            self.assertTrue(0 <= left and left + width <= 975, text.text)
        for row in map(sorted, places.values()):
            for (_, end, one), (begin, _, other) in zip(row, row[1:]):
                self.assertLessEqual(end, begin + 12, (one, other))
        texts = [place[2] for row in places.values() for place in row]
        for text in ("示例：按档救助", "元", "医疗费总额（元）", "倒挂 50000.02", "基金支付合计",
                     "城乡居民基本医疗保险（居民、低保对象），普通住院，三级，"):
            self.assertTrue(any(t.startswith(text) for t in texts), text)

    def test_the_picture_is_well_formed_and_inside_its_frame(self):
        svg = "{http://www.w3.org/2000/svg}"
        for lang, label in (("zh", "个人负担"), ("en", "patient")):
            root = self.picture("--lang", lang, "--insutype", "390", "--grade", "level3", "--to",
                                "500000", "--step", "5000", CHENZHOU)
            texts = {e.text for e in root.iter(f"{svg}text")}
            self.assertIn(label, texts)
            self.assertEqual(len(list(root.iter(f"{svg}polygon"))), 3)  # two funds and the patient
            width, height = int(root.get("width")), int(root.get("height"))
            for shape in (*root.iter(f"{svg}polygon"), *root.iter(f"{svg}polyline")):
                for pair in shape.get("points").split():
                    x, y = map(Decimal, pair.split(","))
                    self.assertTrue(0 <= x <= width and 0 <= y <= height, pair)
        self.assertIn("居民住院统筹", {e.text for e in self.picture(
            "--insutype", "390", "--sweep", "class-b", CHENZHOU).iter(f"{svg}text")})

    def test_misuse(self):
        for words, says in (
                (["--sweep", "mood"], "--sweep: “mood”有误，应为以下之一：total, class-b, class-c, selfpay-prop, age, "
                 "stays, days / found \"mood\", expected one of: total, "),
                (["--from", "5", "--to", "1"], "--to: 终点 1 应大于起点 5 / 1 is the last, expected more than "
                 "the first, 5"),
                (["--to", "all"], "--to: “all”有误"), (["--from", "-1"], "--from: “-1”有误"),
                (["--step", "0"], "--step: “0”有误，应为大于零的步长 / found \"0\", expected a step above 0"),
                (["--step", "0.01"], "--step: 共 10000000 行，至多 5000 行 / makes 10000000 rows, expected 5000"),
                (["--class-b", "2"], "--class-b: “2”有误"), (["--fly"], "--fly: 没有这样的选项"),
                (["--claim", "lines=[]"], "--sweep: 明细已由 --claim lines 写明")):
            self.misused(says, "matrix", *words, CHENZHOU)
        self.misused("PACK: 有 0 个政策包", "matrix", "--sweep", "age")
        status, out, _ = run("matrix", "--svg", "/no/such/folder/x.svg", CHENZHOU)
        self.assertEqual(status, 1)
        self.assertIn("cannot be written", out)


class Table(Bench):
    def test_rows_by_grade_and_columns_by_class(self):
        lines = [" ".join(line.split()) for line in self.sound("table", CHENZHOU).splitlines()]
        for text in ("职工基本医疗保险 · 住院", "城乡居民基本医疗保险 · 普通门诊",
                     "居民住院统筹（390101 基本医疗保险统筹基金，由县区基金支付）",
                     "级别 起付标准 支付比例（在职） 支付比例（退休） 依据",
                     "三级 1100 元，第 2 次起 550 元† 85%† 87%† E-IP-3",
                     "二级、三级、省部级 不予支付† R-OP-HIGH",
                     "年度最高支付限额（退休）：2000 元†〔E-OP-CAP〕",
                     "支付比例：至 30000 元 60%，至 100000 元 65%，以上 75%†〔CI-BANDS〕",
                     "支付范围：仅限：甲类、基本药物、诊察费、一般诊疗费、挂号费〔R-OP-SCOPE〕"):
            self.assertIn(text, lines)

    def test_a_series_is_told_by_its_step(self):
        out = self.sound("table", f"{REGIONS / '610100-xian'}@2025-06-01")
        self.assertIn("三级特等              2000 元，以后每次低 50 元，第 39 次起 100 元†", out)
        self.assertIn("150 元，第 2 次起 100 元†", out)
        out = self.sound("table", "--lang", "en", f"{REGIONS / '520300-zunyi'}@2025-06-01")
        self.assertIn("1000 yuan, each further one 100 yuan lower, from the 10. 100 yuan", out)

    def test_rounding_and_bands_over_the_year_are_said(self):
        out = self.sound("table", CASES / "rounding-up-and-down" / "policy.yaml")
        self.assertIn("\n舍入\n  先行自付的舍入：按每条明细分以下进位\n"
                      "  分段支付的舍入：按各段合计分以下舍去\n", out)
        out = self.sound("table", CASES / "bands-over-year" / "policy.yaml")
        self.assertEqual(out.count("分段的累计：本年度各次，接在此前各次之后"), 2)
        self.assertNotIn("舍入", out)

    def test_clauses_with_marks_of_provenance(self):
        out = self.sound("table", CHENZHOU)
        self.assertIn("\n  R-OP-SCOPE  门诊统筹基金", out)
        self.assertIn("\n  R-IP-3†  居民住院，三级", out)
        self.assertIn("\n  MA‡  医疗救助", out)

    def test_columns_stand_below_each_other(self):
        out = self.sound("table", "--lang", "en", BEIJING / "policy.yaml")
        head, *rows = [line for line in out.splitlines() if line.startswith("    level1, level2, level3; aged")
                       or line.startswith("    grade  ") and "deductible (active)" in line]
        self.assertEqual(len(rows), 2)
        for row, figure in zip(rows, ("85%", "90%")):
            self.assertTrue(row[head.index("ratio (retired)"):].startswith(f"up to 20000 yuan {figure}"))

    def test_situations_and_ages_have_rows(self):
        out = self.sound("table", JIAMUSI / "policy.yaml")
        rows = [line.split() for line in out.splitlines()]
        self.assertIn(["三级；市内", "700", "元", "65%", "IP"], rows)
        self.assertIn(["各级；转省外", "1500", "元", "50%", "IP"], rows)
        self.assertIn("就医情形 转省外：省外；", out.replace("，转诊备案", "；转诊备案"))

    def test_packages_and_allowances(self):
        out = self.sound("table", CASES / "payment-methods" / "policy.yaml")
        self.assertIn("疝气单病种（居民住院统筹）", out)
        self.assertIn("价格（疝气）：5000 元，患者 800 元‡〔SD-FIXED〕", out)
        out = self.sound("table", CASES / "maternity" / "policy.yaml")
        self.assertIn("\n生育津贴\n", out)
        self.assertIn("天数：难产：15‡", out)
        self.assertIn("  胎儿数 三胞胎及以上：胎儿数 3 及以上\n", out)
        self.assertIn("  胎次 第三孩：胎次 3\n", out)
        out = self.sound("table", "--lang", "en", CASES / "maternity" / "policy.yaml")
        self.assertIn("  children more: children born 3 or more\n", out)
        self.assertIn("  order third: birth order 3\n", out)

    def test_the_rest_has_a_row(self):
        policy = CASES / "critical-tilted" / "policy.yaml"
        rows = [" ".join(line.split()) for line in self.sound("table", policy).splitlines()]
        self.assertIn("各级；除特困人员、困难人员外 10000 元‡ 至 50000 元 60%，至 100000 元 70%，"
                      "以上 80%‡ CI", rows)
        rows = [" ".join(line.split())
                for line in self.sound("table", "--lang", "en", policy).splitlines()]
        self.assertIn("all grades; all but destitute, hardship 10000 yuan‡ up to 50000 yuan 60%, "
                      "up to 100000 yuan 70%, above 80%‡ CI", rows)

    def test_scopes_and_limits(self):
        out = self.sound("table", CASES / "item-rules")
        self.assertIn("仅限：甲类、基本药物、一般诊疗费；不含：谈判药品、编码 XZ06…‡〔OP〕", out)
        self.assertIn("职工床位费限额：职工基本医疗保险，住院：按费用发生日，每天 37 元，至多 2 天 90 元，"
                      "仅限：床位费；超过部分超限价自付‡", out)
        self.assertIn("单项起付金额：先自付比例按余额计算‡", out)
        out = self.sound("table", "--lang", "en", CASES / "item-rules")
        self.assertIn("1500 yuan a stay, only: examinations, laboratory; what is above is over the "
                      "limit‡", out)

    def test_html_is_well_formed_and_says_the_same(self):
        for pack in [CHENZHOU, *sorted(CASES.glob("*/policy.yaml"))]:
            for lang in ("zh", "en"):
                html = self.sound("table", "--html", "--lang", lang, pack)
                page = ElementTree.fromstring(html)
                self.assertTrue(page.tag.endswith("html"))
        page = ElementTree.fromstring(self.sound("table", "--html", CHENZHOU))
        space = "{http://www.w3.org/1999/xhtml}"
        cells = [["".join(cell.itertext()).strip() for cell in row] for row in page.iter(f"{space}tr")]
        self.assertIn(["三级", "1100 元，第 2 次起 550 元†", "85%†", "87%†", "E-IP-3"], cells)
        ids = {e.get("id") for e in page.iter(f"{space}dt")}
        links = {e.get("href")[1:] for e in page.iter(f"{space}a")}
        self.assertTrue(links and links <= ids, links - ids)

    def test_markup_in_texts_is_escaped(self):
        policy = self.edit(JIAMUSI / "policy.yaml", ("name: 佳木斯市", 'name: "<b>&\\"佳'),
                           ("居民基本医疗保险待遇", '居民基本医疗保险待遇"'))
        page = ElementTree.fromstring(self.sound("table", "--html", policy))
        self.assertIn('<b>&"佳', "".join(page.itertext()))

    def test_misuse(self):
        for words in (["table"], ["table", "--lang", "x", CHENZHOU], ["table", CHENZHOU, CHENZHOU]):
            self.assertEqual(run(*words)[0], 100)


def other_values(line):
    """Where a line of a pack may be changed, and to what: (key, start, end, new)."""
    words = {"true": "false", "false": "true", "lost": "carried", "carried": "lost",
             "same_grade": "all_stays", "all_stays": "same_grade", "payment": "eligible",
             "settlement": "admission", "whole": "mid_settle", "last": "first", "first": "last",
             "best": "stacked", "now": "later", "difference": "full", "as_listed": "own",
             "mother": "parent", "insured": "child", "child": "insured", "year": "month",
             "stay": "visit", "zero": "deductible", "lump": "actual"}
    if re.match(r"\s*(#|name:|language:|zh:)|.*\btext:", line):
        return
    for match in re.finditer(r'(?<![\w".#-])(\d+\.\d+|\d+|[a-z_]+)(?![\w".:-])', line):
        before, old = line[:match.start()], match.group(1)
        key = re.findall(r"(\w+): *[\[{]?[^:]*$", before)
        if not key or before.count('"') % 2 or (old[0].isalpha() and old not in words):
            continue
        if "." in old:
            new = old[:-1] + ("8" if old[-1] == "9" else str(int(old[-1]) + 1))
        else:
            new = words[old] if old in words else str(int(old) + 1)
        yield key[-1], match.start(), match.end(), new


class Diff(Bench):
    def test_every_key_of_every_pack_is_told(self):
        path = self.folder / "policy.yaml"
        tried = changed = 0
        times = collections.Counter()
        for pack in [CHENZHOU / "policy.yaml", *sorted(CASES.glob("*/policy.yaml"))]:
            lines = pack.read_text(encoding="utf-8").split("\n")
            seen = set()
            for i, line in enumerate(lines):
                for key, start, end, new in other_values(line):
                    if key in seen or times[key] == 8:
                        continue
                    seen.add(key)
                    times[key] += 1
                    edited = [*lines[:i], line[:start] + new + line[end:], *lines[i + 1:]]
                    path.write_text("\n".join(edited), encoding="utf-8")
                    status, out, _ = run("diff", pack, path)
                    self.assertIn(status, (1, 2), f"{pack}:{i + 1}: {edited[i].strip()}\n{out}")
                    tried, changed = tried + 1, changed + (status == 1)
        self.assertGreater(changed, 150)
        self.assertGreater(changed, tried / 2)

    def copy(self, *edits, file="policy.yaml", name="b"):
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        for path in CHENZHOU.iterdir():
            if path.is_file() and not (folder / path.name).exists():
                (folder / path.name).write_bytes(path.read_bytes())
        text = (folder / file).read_text(encoding="utf-8")
        for old, new in edits:
            self.assertIn(old, text)
            text = text.replace(old, new, 1)
        (folder / file).write_text(text, encoding="utf-8")
        return folder

    def lines(self, *words, status=1):
        got, out, err = run("diff", *words)
        self.assertEqual((got, err), (status, ""), out)
        return [line.strip() for line in out.splitlines()]

    def test_a_pack_is_like_itself(self):
        for path in (CHENZHOU, JIAMUSI / "policy.yaml"):
            self.assertEqual(self.lines(path, path, status=0)[-1], "0 处变化")

    def test_rules_in_the_policys_words(self):
        row = "{grades: [level3], ratio: 0.65, clause: R-IP-3}"
        lines = self.lines(CHENZHOU, self.copy(
            (row, row.replace("0.65", "0.66")), ("upto: 100000.00, ratio: 0.65", "upto: 90000.00, ratio: 0.65"),
            ("yuan: 400.00, jointly", "yuan: 420.00, jointly")))
        for text in ("居民住院统筹（resident_inpatient）", "支付比例（三级）：65% → 66%  〔R-IP-3〕",
                     "年度最高支付限额：400 元 → 420 元  〔R-OP-CAP〕",
                     "支付比例：至 30000 元 60%，至 100000 元 65%，以上 75% → 至 30000 元 60%，"
                     "至 90000 元 65%，以上 75%  〔CI-BANDS〕"):
            self.assertIn(text, lines)
        self.assertEqual(lines[-1], "3 处变化")

    def test_in_english(self):
        row = "{grades: [level3], yuan: [1200.00, 600.00], clause: R-IP-3}"
        lines = self.lines("--lang", "en", CHENZHOU,
                           self.copy((row, row.replace("600.00", "700.00"))))
        self.assertIn("deductible (level3): 1200 yuan, from the 2. 600 yuan → 1200 yuan, from the 2. "
                      "700 yuan  [R-IP-3]", lines)

    def test_the_same_rules_in_other_rows_are_no_change(self):
        row = "{grades: [level2, level3, provincial], ratio: 0, clause: R-OP-HIGH}"
        split = "\n        - ".join(row.replace("level2, level3, provincial", grade)
                                   for grade in ("level2", "level3, provincial"))
        self.assertEqual(self.lines(CHENZHOU, self.copy((row, split)), status=0)[-1], "0 处变化")

    def test_rules_for_some_classes_and_ages(self):
        policy = BEIJING / "policy.yaml"
        changed = self.edit(policy, ("from: 70}\n          bands:\n            - {upto: 20000.00, ratio: 0.90}",
                                     "from: 70}\n          bands:\n            - {upto: 20000.00, ratio: 0.92}"))
        lines = self.lines(policy, changed)
        self.assertIn("支付比例（一级、二级、三级；退休；70 岁及以上）：至 20000 元 90%，以上 80% → "
                      "至 20000 元 92%，以上 80%  〔OP〕", lines)

    def test_rules_for_the_rest(self):
        policy = CASES / "critical-tilted" / "policy.yaml"
        changed = self.edit(policy, ("yuan: 10000.00", "yuan: 12000.00"))
        self.assertIn("起付标准（除特困人员、困难人员外）：10000 元 → 12000 元  〔CI〕",
                      self.lines(policy, changed))
        self.assertIn("deductible (all but destitute, hardship): 10000 yuan → 12000 yuan  [CI]",
                      self.lines("--lang", "en", policy, changed))

    def test_values_of_a_situation_in_other_rows_are_no_change(self):
        policy = JIAMUSI / "policy.yaml"
        row = "{in: {place: [other_province, unfiled]}, yuan: 1500.00, clause: IP}"
        split = "\n        - ".join(row.replace("other_province, unfiled", value)
                                   for value in ("other_province", "unfiled"))
        self.assertEqual(self.lines(policy, self.edit(policy, (row, split)), status=0)[-1], "0 处变化")
        lines = self.lines(policy, self.edit(policy, (row, split.replace("1500.00", "1400.00", 1))))
        self.assertIn("起付标准（转省外）：1500 元 → 1400 元  〔IP〕", lines)
        self.assertFalse(any("未转诊" in line for line in lines[2:-1]), lines)

    def test_packages_and_allowances(self):
        policy = CASES / "payment-methods" / "policy.yaml"
        lines = self.lines(policy, self.edit(policy, ("yuan: 5000.00, patient: 800.00",
                                                      "yuan: 5000.00, patient: 900.00"),
                                             ("below: nothing", "below: hospital_keeps")))
        self.assertIn("价格（疝气）：5000 元，患者 800 元 → 5000 元，患者 900 元  〔SD-FIXED〕", lines)
        self.assertIn("低于价格的结余：归基金 → 归医院", lines)
        self.assertEqual(lines[-1], "2 处变化")
        policy = CASES / "maternity" / "policy.yaml"
        lines = self.lines(policy, self.edit(policy, ("days: 98", "days: 158")))
        self.assertIn("天数：98 → 158  〔LEAVE〕", lines)

    def test_scopes_and_limits(self):
        policy = CASES / "item-rules" / "policy.yaml"
        lines = self.lines(policy, self.edit(policy, ("items: [XZ06]}\n", "items: [XZ07]}\n"),
                                             ("ratio_of: rest", "ratio_of: whole"),
                                             ("{yuan: 1500.00", "{grades: [level3], yuan: 1600.00")))
        self.assertIn("单项起付金额：先自付比例按余额计算 → 先自付比例按全额计算  〔DEDC〕", lines)
        limit = "城乡居民基本医疗保险，住院：{}，仅限：检查费、化验费；超过部分超限价自付"
        self.assertIn(f"居民住院检查化验费限额：{limit.format('每次 1500 元')} → "
                      f"{limit.format('三级：每次 1600 元')}  〔EXAMS〕", lines)
        fees = "仅限：甲类、基本药物、一般诊疗费；不含：谈判药品、编码 {}…"
        self.assertIn(f"支付范围：{fees.format('XZ06')} → {fees.format('XZ07')}  〔OP〕", lines)
        self.assertEqual(lines[-1], "3 处变化")
    def test_a_transition(self):
        lines = self.lines("--lang", "en", f"{CASES}/better-of-two@2017-05-01",
                           f"{CASES}/better-of-two-filed@2017-05-01")
        self.assertIn("the better of two versions: until 2017-12-31, by the patient's total, with "
                      "policy-2016.yaml, sums move by the one chosen → until 2017-12-31, by the "
                      "patient's total, with policy-2016.yaml, for those filed as merger, sums move "
                      "by this version  [BETTER]", lines)

    def test_how_a_stay_is_split(self):
        policy = CASES / "year-split-each" / "policy.yaml"
        lines = self.lines(policy, self.edit(policy, ("{deductible: each", "{deductible: once")))
        self.assertIn("分段结算的住院：起付标准各段分别，住院次数各段分别 → 起付标准只一次，住院次数各段分别",
                      lines)

    def test_a_layer_more_and_clauses(self):
        policy = JIAMUSI / "policy.yaml"
        text = policy.read_text(encoding="utf-8")
        less = self.folder / "less.yaml"
        less.write_text(text[:text.index("  - layer: resident_critical")], encoding="utf-8")
        lines = self.lines(less, policy)
        self.assertIn("新增 居民大病保险（resident_critical）", lines)
        self.assertIn("新增 年度最高支付限额：200000 元  〔CI〕", lines)
        lines = self.lines(policy, less)
        self.assertIn("取消 居民大病保险（resident_critical）", lines)
        other = self.edit(policy, ("每年最高100元（2018年政府访谈）\", provenance: official",
                                   "每年最高100元（2018年）\", provenance: secondary"))
        lines = self.lines(policy, other)
        self.assertTrue(any(line.startswith("OP：") and "出处 官方 → 二手资料" in line
                            for line in lines), lines)

    def test_entries_of_the_catalogue_with_their_day(self):
        path = CHENZHOU / "catalogue.csv"
        header, *rows = path.read_text(encoding="utf-8").splitlines()
        columns = header.split(",")
        first, second, third = rows[1].split(","), rows[2].split(","), rows[4].split(",")
        later = list(first)
        first[columns.index("enddate")] = "2030-12-31"
        later[columns.index("begndate")] = "2031-01-01"
        later[columns.index("pric_uplmt_level2")] = "9.5"
        code, name = columns.index("med_list_codg"), columns.index("name")
        new = self.copy((rows[1] + "\n", ",".join(first) + "\n" + ",".join(later) + "\n"),
                        (rows[2] + "\n", ""), file="catalogue.csv")
        lines = self.lines(CHENZHOU, new)
        old = rows[1].split(",")[columns.index("pric_uplmt_level2")]
        self.assertIn(f"{first[code]} {first[name]} 自 2031-01-01 起：限价 二级 {old} → 9.5", lines)
        self.assertIn(f"取消 {second[code]} {second[name]} 自 {second[columns.index('begndate')]} 起",
                      lines)
        self.assertIn("新增 0，取消 1，变更 1", lines)
        self.assertFalse(any(third[code] in line for line in lines))
        self.assertIn(f"新增 {second[code]} {second[name]} 自 2023-01-01 起", self.lines(new, CHENZHOU))

    def test_institutions_with_their_day(self):
        path = CHENZHOU / "institutions.csv"
        row = path.read_text(encoding="utf-8").splitlines()[1]
        lines = self.lines(CHENZHOU, self.copy(
            (row, row.replace("level3,level3,level3", "provincial,level3,level3") + "2026-06-30"),
            file="institutions.csv"))
        code, name = row.split(",")[:2]
        self.assertIn(f"{code} {name} 自 2023-01-01 起至 2026-06-30：待遇级别 level3 → provincial", lines)
        self.assertIn(f"取消 {code} {name} 自 2026-07-01 起", lines)

    def test_versions_of_one_folder(self):
        text = (JIAMUSI / "policy.yaml").read_text(encoding="utf-8")
        folder = self.folder / "versions"
        folder.mkdir()
        (folder / "policy.yaml").write_text(
            text.replace("effective: {from: 2018-01-01}",
                         "effective: {from: 2018-01-01, to: 2018-12-31}"), encoding="utf-8")
        (folder / "policy-2019.yaml").write_text(
            text.replace("from: 2018-01-01}", "from: 2019-01-01}")
                .replace("yuan: 80000.00", "yuan: 90000.00"), encoding="utf-8")
        lines = self.lines(f"{folder}@2018-06-01", f"{folder}@2019-06-01")
        self.assertIn("年度最高支付限额：80000 元 → 90000 元  〔IP-CAP〕", lines)
        self.lines(f"{folder}@2017-06-01", folder, status=2)

    def test_what_cannot_be_read(self):
        status, out, _ = run("diff", "/no/such/pack", CHENZHOU)
        self.assertEqual(status, 2)
        self.assertIn("not found", out)
        for words in (["diff", CHENZHOU], ["diff", "--lang", "x", CHENZHOU, CHENZHOU]):
            self.assertEqual(run(*words)[0], 100)


if __name__ == "__main__":
    result = unittest.main(exit=False, verbosity=0).result
    bad = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - bad} passed, {bad} failed")
    sys.exit(1 if bad else 0)
