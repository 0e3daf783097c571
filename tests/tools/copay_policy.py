"""copay-policy as a stranger meets it: what it says of broken packs and cases, and that a wrong
expectation fails naming expected, got and step. usage: copay_policy.py PROGRAM SOURCE
"""
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

PROGRAM = sys.argv.pop(1)
SOURCE = pathlib.Path(sys.argv.pop(1))
CASES = SOURCE / "tests" / "cases"
JIAMUSI = SOURCE / "conf" / "regions" / "230800-jiamusi"
POLICY = JIAMUSI / "policy.yaml"
CASE = JIAMUSI / "cases" / "d04-critical.yaml"


def run(*words):
    done = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, timeout=60,
                          check=False)
    return done.returncode, done.stdout, done.stderr


class Output(unittest.TestCase):
    """Standard output has no room; a count of faults or differences stays the exit status."""

    def test_every_command_tells(self):
        scenario = ("--insutype", "390", "--grade", "level3", "--total", "30000")
        for status, *words in (
                (101, "--help"), (101, "check", JIAMUSI), (101, "run", POLICY, CASE),
                (101, "run", "--quiet", POLICY, CASE), (101, "explain", CASE),
                (101, "explain", "--json", CASE), (101, "diff", JIAMUSI, JIAMUSI),
                (1, "diff", JIAMUSI, SOURCE / "conf" / "regions" / "431000-chenzhou"),
                (101, "table", JIAMUSI), (101, "table", "--html", JIAMUSI),
                (101, "quote", *scenario, JIAMUSI), (101, "quote", "--json", *scenario, JIAMUSI),
                (101, "matrix", "--grade", "level3", JIAMUSI)):
            with open("/dev/full", "wb") as full:
                done = subprocess.run([PROGRAM, *map(str, words)], stdout=full,
                                      stderr=subprocess.PIPE, timeout=60, check=False)
            said = done.stderr.decode()
            self.assertEqual(done.returncode, status, (words, said))
            self.assertIn("copay-policy: 标准输出未能写完 / standard output could not be written",
                          said)


class Edited(unittest.TestCase):
    """Runs with files edited in a folder of their own."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="copay-policy-test-")
        self.addCleanup(self.folder.cleanup)

    def edit(self, path, *edits):
        text = path.read_text(encoding="utf-8")
        for old, new in edits:
            self.assertIn(old, text)
            text = text.replace(old, new)
        copy = pathlib.Path(self.folder.name) / path.name
        copy.write_text(text, encoding="utf-8")
        return copy

    def run_edited(self, *edits, path=CASE, policy=POLICY):
        return run("run", "--quiet", policy, self.edit(path, *edits))


class Run(Edited):
    def test_explains_a_sound_case(self):
        status, out, _ = run("run", POLICY, CASE)
        self.assertEqual(status, 0)
        for text in ("居民住院统筹（resident_inpatient）", "应付 700.00，本次 700.00",
                     "49300.00 × 65% = 32045.00", "居民大病保险", "3977.50", "官方", "与期望一致"):
            self.assertIn(text, out)
        self.assertEqual(out.splitlines()[-1], "1 passed, 0 failed")

    def test_quiet_prints_only_the_count(self):
        status, out, _ = run("run", "--quiet", POLICY, CASE)
        self.assertEqual((status, out), (0, "1 passed, 0 failed\n"))

    def test_a_folder_runs_all_its_cases(self):
        names = [p for p in CASE.parent.glob("*.yaml") if not p.name.startswith("policy")]
        status, out, _ = run("run", "--quiet", POLICY, CASE.parent)
        self.assertEqual((status, out), (0, f"{len(names)} passed, 0 failed\n"))

    def test_a_wrong_figure_names_expected_got_and_step(self):
        status, out, _ = self.run_edited(("hifp_pay: 32045.00", "hifp_pay: 32045.01"))
        self.assertEqual(status, 1)
        self.assertRegex(out, r"d04-critical\.yaml:\d+: .*claim 1 hifp_pay: .*expected 32045\.01, "
                              r".*got 32045\.00; .*resident_inpatient.*segment.*65%.*\[IP 官方\]")
        self.assertEqual(out.splitlines()[-1], "0 passed, 1 failed")

    def test_each_mismatch_counts(self):
        status, out, _ = self.run_edited(("hifp_pay: 32045.00", "hifp_pay: 1.00"),
                                         ("hifmi_pay: 3977.50", "hifmi_pay: 2.00"))
        self.assertEqual(status, 2)
        self.assertIn("1 failed", out)

    def test_a_wrong_split_names_the_line(self):
        status, out, _ = self.run_edited(("preselfpay_amt: 433.33", "preselfpay_amt: 433.34"),
                                         path=JIAMUSI / "cases" / "d06-catalogue-split.yaml")
        self.assertEqual(status, 1)
        self.assertRegex(out, r"got 433\.33; .*line 4 .*class B 333\.33")

    def test_a_refusal_nobody_expected_fails_once(self):
        status, out, _ = self.run_edited(('med_type: "21"', 'med_type: "99"'))
        self.assertEqual(status, 1)
        self.assertIn("got MED_TYPE", out)

    def test_a_settlement_where_a_refusal_was_expected_fails(self):
        text = CASE.read_text(encoding="utf-8")
        expect = re.search(r"expect: \{.*\}", text).group()
        status, out, _ = self.run_edited((expect, "expect: {refused: PERSON_DEAD}"))
        self.assertEqual(status, 1)
        self.assertIn("expected PERSON_DEAD", out)

    def test_another_policy_changes_the_answer(self):
        policy = self.edit(POLICY, ("in: {place: [home]}, ratio: 0.65", "in: {place: [home]}, ratio: 0.66"))
        status, out, _ = run("run", policy, CASE)
        self.assertEqual(status, 3)
        self.assertIn("注意 note", out)

    def test_a_broken_policy_runs_nothing(self):
        policy = self.edit(POLICY, ("ratio: 0.65", "ratio: 1.65"))
        status, out, _ = run("run", policy, CASE)
        self.assertNotEqual(status, 0)
        self.assertIn("ratio", out)
        self.assertNotIn("passed", out)


class Refused(Edited):
    """What a case may not say: each is refused with its line, and counts as failed."""

    def refused(self, *edits, says, key=None, **more):
        status, out, _ = self.run_edited(*edits, **more)
        self.assertGreater(status, 0, out)
        self.assertRegex(out, r"\.yaml:\d+: ")
        self.assertIn(says, out)
        if key:
            self.assertIn(key, out)
        self.assertEqual(out.splitlines()[-1], "0 passed, 1 failed")

    def test_unknown_keys(self):
        self.refused(("sex: 1", "sex: 1, age: 54"), says="unknown key", key="member.age")
        self.refused(("case: ", "note: x\ncase: "), says="unknown key", key="note")
        self.refused(("grade: level3", "grade: level3, name: x"), says="unknown key")
        self.refused(("amount: 50000.00", "amount: 50000.00, price: 1"), says="unknown key")
        # Those that may stand there are listed to the last.
        self.refused(("sex: 1", "sex: 1, age: 54"),
                     says="avg_mon_wage, continuous_years, zero_claim_years")
        self.refused(("amount: 50000.00", "amount: 50000.00, price: 1"),
                     says="item_dedc, pay_standard, prd_days\n")
        self.refused(('  - med_type: "21"\n', '  - med_type: "21"\n    price: 1\n'),
                     says="prescriber_grade, group_price, diagnoses, answers\n")
        self.refused(("claims:", "history: {years: 2018}\nclaims:"), says="bands, previous\n")

    def test_unknown_names(self):
        self.refused(("grade: level3", "grade: level9"), says="level9")
        self.refused(("hifp_pay: ", "hifq_pay: "), says="no such field")
        self.refused(("sex: 1", "sex: 1, identities: [rich]"), says="rich")

    def test_inexact_amounts(self):
        self.refused(("amount: 50000.00", "amount: 5e4"), says="5e4")
        self.refused(("amount: 50000.00", "amount: 50000.001"), says="50000.001")
        self.refused(("hifp_pay: 32045.00", "hifp_pay: 32,045.00"), says="no such field")

    def test_missing_keys(self):
        self.refused(('  - med_type: "21"\n    institution', "  - institution"), says="missing",
                     key="med_type")
        self.refused(("amount: 50000.00", "cnt: 1"), says="missing", key="amount")

    def test_ratios_belong_to_class_b(self):
        self.refused(('"01", amount', '"01", selfpay_prop: 0.10, amount'), says="class B")
        self.refused(('"01", amount', '"02", amount'), says="missing", key="selfpay_prop")

    def test_lines_are_stated_or_by_code_not_both(self):
        self.refused(('chrgitm_lv: "01", amount', 'med_list_codg: "X", chrgitm_lv: "01", amount'),
                     says="unknown key")

    def test_history_speaks_the_policys_names(self):
        def history(text, says):
            self.refused(("claims:", f"history: {{year: 2018, {text}}}\nclaims:"), says=says)
        history("paid: {nobody: 1.00}", "nobody")
        history("deductible: {inpatient: 1.00}", "scope/grade")
        history("admissions: {level7: 1}", "level7")
        history("admissions: -1", "-1")
        history("maf_pay: 5.00", "no layer pays")
        history("hifp: 5.00", "unknown key")

    def test_more_years_than_are_kept(self):
        head, claim = CASE.read_text(encoding="utf-8").split("claims:\n")
        claims = "".join(claim.replace("2018-03", f"{year}-03") for year in range(2018, 2048))
        long = pathlib.Path(self.folder.name) / "long.yaml"
        long.write_text(f"{head}claims:\n{claims}", encoding="utf-8")
        status, out, _ = run("run", "--quiet", POLICY, long)
        self.assertEqual(status, 1, out)
        self.assertIn("could not be run", out)
        self.assertEqual(out.splitlines()[-1], "0 passed, 1 failed")

    def test_not_a_file(self):
        status, out, _ = run("run", POLICY, "/no/such/case.yaml")
        self.assertEqual(status, 1)
        self.assertIn("not found", out)


class History(Edited):
    """Accumulators before the first claim reach the rules."""

    def figures(self, history, expect, *more):
        text = CASE.read_text(encoding="utf-8")
        old = re.search(r"expect: \{.*\}", text).group()
        status, out, _ = self.run_edited(
            ("claims:", f"history: {{year: 2018, {history}}}\nclaims:"),
            (old, f"expect: {{{expect}}}"), *more)
        self.assertEqual(status, 0, out)

    def test_paid_by_field_and_by_scope(self):
        self.figures("hifp_pay: 70000.00", "hifp_pay: 10000.00")
        self.figures("paid: {inpatient: 70000.00}", "hifp_pay: 10000.00")

    def test_a_cumulated_base(self):
        # 17,955 on top of 10,000: f(27,955) - f(10,000) = 17,955 x 0.50
        self.figures("accumulated: {critical: 10000.00}", "hifmi_pay: 8977.50")

    def test_another_year_does_not_count(self):
        self.figures("hifp_pay: 70000.00", "hifp_pay: 32045.00",
                     ("from: 2018-03-01", "from: 2019-03-01"), ("to: 2018-03-10", "to: 2019-03-10"))

    def test_the_manuals_whole_policy(self):
        page = (SOURCE / "conf" / "policy.5").read_text(encoding="utf-8")
        text = page.split(".Sh EXAMPLES", 1)[1].split(".Bd", 1)[1].split("\n", 1)[1]
        path = pathlib.Path(self.folder.name) / "policy.yaml"
        path.write_text(text.split(".Ed", 1)[0], encoding="utf-8")
        status, out, _ = run("check", path)
        self.assertEqual(status, 0, out)
        self.assertIn("0 处警告", out)
        self.assertIn("居民门诊统筹", out)

    def test_a_scalar_counts_all_grades(self):
        case = SOURCE / "conf/regions/431000-chenzhou/cases/d32-second-stay.yaml"
        status, out, _ = self.run_edited(
            ("claims:", "history: {year: 2024, admissions: 1}\nclaims:"),
            ("act_pay_dedc: 1200.00, hifp_pay: 18720.00", "act_pay_dedc: 600.00"),
            path=case, policy=SOURCE / "conf/regions/431000-chenzhou")
        self.assertEqual(status, 0, out)


class Check(Edited):
    def test_a_sound_folder_is_summed_up(self):
        status, out, _ = run("check", SOURCE / "conf/regions/431000-chenzhou")
        self.assertEqual(status, 0, out)
        for text in ("431000", "居民大病保险（resident_critical）", "按年累计", "示例数据"):
            self.assertIn(text, out)

    def test_all_faults_at_once_with_line_and_key(self):
        policy = self.edit(POLICY, ("field: hifmi_pay", "field: hifmy_pay"),
                           ("yuan: 100.00", "yuan: 100.005"), ("reach_back: false, ", ""))
        status, out, _ = run("check", policy)
        self.assertEqual(status, 3, out)
        for text in ("hifmy_pay", "100.005", "reach_back"):
            self.assertRegex(out, rf"policy\.yaml:\d+: layers\[\d\].*{text}|{text}")
        self.assertRegex(out, r"[\u4e00-\u9fff].* / [a-z]")

    def test_a_missing_folder(self):
        status, out, _ = run("check", "/no/such/folder")
        self.assertEqual(status, 1)
        self.assertIn("not found", out)


class CommandLine(unittest.TestCase):
    def test_help(self):
        status, out, _ = run("--help")
        self.assertEqual(status, 0)
        self.assertIn("usage: copay-policy", out)

    def test_misuse(self):
        for words in ([], ["check"], ["run", "x"], ["fly", "x"], ["--loud", "check", "x"]):
            status, out, err = run(*words)
            self.assertEqual((status, out), (100, ""), words)
            self.assertTrue(err)


class Collection(unittest.TestCase):
    def test_every_folder_of_cases_is_registered(self):
        registered = (CASES / "meson.build").read_text(encoding="utf-8")
        for folder in CASES.iterdir():
            if folder.is_dir():
                self.assertIn(f"'{folder.name}'", registered)

    def test_every_case_names_itself_and_its_source(self):
        for path in CASES.glob("*/*.yaml"):
            if not path.name.startswith("policy"):
                text = path.read_text(encoding="utf-8")
                self.assertIn(f"case: {path.stem}\n", text, path)
                self.assertRegex(text, r"(?m)^source: .{10}", path)


if __name__ == "__main__":
    result = unittest.main(exit=False, verbosity=0).result
    bad = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - bad} passed, {bad} failed")
    sys.exit(1 if bad else 0)
