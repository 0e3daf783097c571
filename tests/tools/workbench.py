"""copay-policy's explain, diff, quote, table and matrix, and the warnings of check, as policy staff
meet them. usage: workbench.py PROGRAM SOURCE
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest
from decimal import Decimal

PROGRAM = sys.argv.pop(1)
SOURCE = pathlib.Path(sys.argv.pop(1))
CASES = SOURCE / "tests" / "cases"
CHENZHOU = SOURCE / "conf" / "regions" / "431000-chenzhou"


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

    def sound(self, *words):
        status, out, err = run(*words)
        self.assertEqual((status, err), (0, ""), out)
        return out


class Explain(Bench):
    CASE = CASES / "jiamusi" / "d04-critical.yaml"

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
        cases = json.loads(self.sound("explain", "--json", "--lang", "en", CASES / "chenzhou"))
        self.assertGreater(len(cases), 10)
        claims = {case["case"]: case["claims"] for case in cases}
        refused = claims["trauma-undeclared"][0]["refused"]
        self.assertIn("TRAUMA", refused[0]["reason"])
        self.assertNotIn("totals", claims["trauma-undeclared"][0])

    def test_another_pack(self):
        policy = self.edit(CASES / "jiamusi" / "policy.yaml",
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


if __name__ == "__main__":
    result = unittest.main(exit=False, verbosity=0).result
    bad = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - bad} passed, {bad} failed")
    sys.exit(1 if bad else 0)
