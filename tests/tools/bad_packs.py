"""What copay-policy check says to who wrote a pack wrong: in one line the file, the line, the key, what
was found and what was expected, in Chinese and English; all of it at once.

usage: bad_packs.py PROGRAM SOURCE
"""
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

PROGRAM = sys.argv.pop(1)
SOURCE = pathlib.Path(sys.argv.pop(1))
PAGE = (SOURCE / "conf" / "policy.5").read_text(encoding="utf-8")
POLICY = PAGE[re.search(r"^language: \d+$", PAGE, re.M).start():]
POLICY = POLICY[:POLICY.index(".Ed")]  # the whole policy of the manual's EXAMPLES

YUAN = "yuan: 600.00"
ROW = "{yuan: 600.00, clause: IP}"
RATIO = "ratio: 0.65"
RATIO_ROW = "{ratio: 0.65, clause: IP}"
A_RATIO = ("应为0 至 1 的比例", "expected a ratio from 0 to 1")
AN_AMOUNT = ("应为非负金额（元，至多两位小数）", "expected an amount in yuan")
DEDUCTIBLE = "layers[0].deductible.table[0]"
RATIOS = "layers[0].ratio.table"

# What was written for what; the key; what is said in Chinese and in English. The line is that of
# what was written.
MISTAKES = {
    "80 for 0.80": (RATIO, "ratio: 80", f"{RATIOS}[0].ratio", "“80”有误", 'found "80"', *A_RATIO),
    "a percentage": (RATIO, "ratio: 65%", f"{RATIOS}[0].ratio", "“65%”有误", *A_RATIO),
    "too exact": (RATIO, "ratio: 0.65001", f"{RATIOS}[0].ratio", "至多四位小数", *A_RATIO),
    "points above 1": ("points: 0.05", "points: 5", "layers[0].adjust[0].points",
                       "“5”不是 -1 至 1", "expected points from -1 to 1"),
    "a ratio above 1 in sum": ("points: 0.05", "points: 0.5", "layers[0].adjust[0]",
                               "调整后为 1.15", "becomes 1.15, which is outside 0 to 1"),
    "a unit": (YUAN, "yuan: 600元", f"{DEDUCTIBLE}.yuan", "“600元”有误", *AN_AMOUNT),
    "ten thousands": (YUAN, "yuan: 20万", f"{DEDUCTIBLE}.yuan", "“20万”有误", *AN_AMOUNT),
    "commas of thousands": (YUAN, "yuan: 1,600.00", f"{DEDUCTIBLE}.600.00",
                            "金额不写千分位逗号", "no commas between thousands"),
    "less than nothing": (YUAN, "yuan: -600", f"{DEDUCTIBLE}.yuan", "“-600”有误", *AN_AMOUNT),
    "nothing": (YUAN, "yuan:", f"{DEDUCTIBLE}.yuan", "“”有误", *AN_AMOUNT),
    "full-width digits": (YUAN, "yuan: ６００.00", f"{DEDUCTIBLE}.yuan",
                          "“６”是全角，请用半角“6”", "is full-width, write '6'", *AN_AMOUNT),
    "a full-width stop": (RATIO, "ratio: 0．65", f"{RATIOS}[0].ratio", "“．”是全角", *A_RATIO),
    "full-width quotes": ('when: {insutypes: ["390"], kinds: [inpatient]}',
                          "when: {insutypes: [“390”], kinds: [inpatient]}",
                          "layers[0].when.insutypes[0]", "““390””未定义，已定义的有：390",
                          "is not defined; defined are: 390"),
    "a full-width colon in braces": (ROW, "{yuan：600.00, clause: IP}",
                                     f"{DEDUCTIBLE}.yuan：600.00", "“：”是全角，请用半角“:”",
                                     "is full-width, write ':'"),
    "a full-width colon": ("    zh: 居民住院统筹", "    zh：居民住院统筹", "", "键后缺少冒号和空格；“：”是全角",
                           "could not find expected ':'; "),
    "a full-width comma": (ROW, "{yuan: 600.00，clause: IP}", "", "“，”是全角", "write ','"),
    "no space after a colon": (ROW, "{yuan:600.00, clause: IP}", f"{DEDUCTIBLE}.yuan:600.00",
                               "冒号后须有空格", "a space must follow the colon"),
    "a tab": ("        - " + ROW, "\t- " + ROW, "", "缩进不能用制表符（Tab）", "tab character"),
    "one space too many": ("    zh: 居民住院统筹", "     zh: 居民住院统筹", "", "缩进与上下行不一致", "syntax"),
    "one space too few": ("      nth: all_stays", "     nth: all_stays", "", "缩进与同级的键不一致", "syntax"),
    "no dash": ("        - " + ROW, "          " + ROW, f"{DEDUCTIBLE[:-3]}",
                "此处是键值对，应为列表", "found a mapping, expected a list"),
    "no space after a dash": ("        - " + ROW, "        -" + ROW, "", "“-”后缺少空格", "syntax"),
    "no list": ("kinds: [inpatient]", "kinds: inpatient", "layers[0].when.kinds",
                "“inpatient”有误，应为列表", "expected a list"),
    "an empty list": ("kinds: [inpatient]", "kinds: []", "layers[0].when.kinds", "列表有 0 项，应为 1",
                      "found 0 items, expected 1"),
    "an open quote": ('支付65%", provenance', "支付65%, provenance", "", "双引号没有闭合", "syntax"),
    "a key twice": ("    scope: all\n", "    scope: all\n    scope: all\n", "layers[0].scope",
                    "键重复，第", "duplicate key, first on line"),
    "a key misspelt": ("    deductible:\n", "    deductable:\n", "layers[0].deductable",
                       "未知的键（是否为 deductible？），可用：layer",
                       "unknown key (did you mean deductible?), expected one of: layer"),
    "a word misspelt": ("per: stay", "per: stays", "layers[0].deductible.per",
                        "“stays”有误，应为以下之一：stay, visit", "expected one of: stay, visit"),
    "yes for true": ("stay: true", "stay: yes", "kinds.inpatient.stay", "应为true 或 false",
                     'found "yes", expected true or false'),
    "a clause that is not there": (ROW, "{yuan: 600.00, clause: IPP}", f"{DEDUCTIBLE}.clause",
                                   "条款“IPP”未定义，应为", "expected one under clauses"),
    "no clause": (ROW, "{yuan: 600.00}", f"{DEDUCTIBLE}.clause", "缺少该键", "this key is missing"),
    "no provenance": ('支付65%", provenance: illustrative', '支付65%"', "clauses.IP.provenance",
                      "缺少该键", "this key is missing"),
    "a kind that is not there": ("kinds: [inpatient]", "kinds: [inpatent]", "layers[0].when.kinds[0]",
                                 "“inpatent”未定义，已定义的有：outpatient, inpatient",
                                 "defined are: outpatient, inpatient"),
    "a date with slashes": ("from: 2024-01-01", "from: 2024/1/1", "effective.from",
                            "“2024/1/1”有误，应为日期 YYYY-MM-DD", "expected a date YYYY-MM-DD"),
    "a day that is not": ("from: 2024-01-01", "from: 2024-02-30", "effective.from", "“2024-02-30”有误",
                          "expected a date"),
    "dates against each other": ("{from: 2024-01-01}", "{from: 2024-01-01, to: 2023-12-31}",
                                 "effective.to", "结束日期早于开始日期", "the last day is before the first"),
    "rows that overlap": (RATIO_ROW, RATIO_ROW + "\n        - {grades: [level3], ratio: 0.60, "
                          "clause: IP}", f"{RATIOS}[1]", "适用对象与第 57 行的规则重叠",
                          "overlaps the rule on line 57"),
    "a gap between rows": (RATIO_ROW, "{age: {to: 60}, ratio: 0.65, clause: IP}", RATIOS,
                           "没有适用于级别 level3、人员类别 resident（61 岁）的规则",
                           "no rule for grade level3, class resident (age 61)"),
    "a band that is not reached": (RATIO_ROW, "{bands: [{ratio: 0.60}, {upto: 20000.00, "
                                   "ratio: 0.70}], clause: IP}", f"{RATIOS}[0].bands[1]",
                                   "本段不会用到", "the band before has no upper bound"),
    "bands out of order": (RATIO_ROW, "{bands: [{upto: 30000.00, ratio: 0.60}, {upto: 20000.00, "
                           "ratio: 0.70}], clause: IP}", f"{RATIOS}[0].bands[1].upto",
                           "分段上限须递增", "upper bounds must ascend"),
    "what erases a terminal's lines": (
        "住院：起付标准600元，支付65%", r"x\u001b[1A\u001b[2K\u202e\r", "clauses.IP.text",
        r"“x\u001b[1A\u001b[2K\u202e\u000d”有误，应为不含控制字符的文本（现有 U+001B）",
        "expected a text without control characters (it has U+001B)"),
    "what turns the order of reading": ("zh: 居民住院统筹", 'zh: "居民\u202e统筹"', "layers[0].zh",
                                        r"“居民\u202e统筹”有误", "(it has U+202E)"),
    "a key that erases": ("      nth: all_stays", r'      "n\e[2Kh": all_stays',
                          r"layers[0].deductible.n\u001b[2Kh", "键含控制字符 U+001B",
                          "the key holds a control character, U+001B"),
    "a row for some beside one for all": (
        RATIO_ROW, "{identities: [low_income], ratio: 0.70, clause: IP}\n        - " + RATIO_ROW,
        f"{RATIOS}[1]", "其余人员的行写 not_identities", "a row for the rest says not_identities"),
    "lowered by": ("points: 0.05", "lowered_by: 0.05", "layers[0].adjust[0].lowered_by",
                   "“降低”有三种读法", "say which of three"),
}


class BadPacks(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="copay-policy-test-")
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name) / "policy.yaml"

    def check(self, data):
        self.path.write_bytes(data)
        done = subprocess.run([PROGRAM, "check", self.path], capture_output=True, text=True,
                              timeout=60, check=False)
        return done.returncode, done.stdout

    def test_the_policy_is_sound(self):
        self.assertEqual(self.check(POLICY.encode())[0], 0)

    def test_each_mistake_is_named(self):
        for name, (right, wrong, key, *said) in MISTAKES.items():
            with self.subTest(name):
                self.assertIn(right, POLICY)
                status, out = self.check(POLICY.replace(right, wrong, 1).encode())
                self.assertNotEqual(status, 0)
                self.assertNotRegex(out, "[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]")
                place = re.escape(f"{key}: " if key else "")
                lines = [line for line in out.splitlines()
                         if re.search(rf"policy\.yaml:\d+: {place}", line) and
                         all(text in line for text in said)]
                self.assertEqual(len(lines), 1, out)
                self.assertIn(" / ", lines[0])
                number = int(re.search(r":(\d+): ", lines[0]).group(1))
                at = POLICY[:POLICY.index(right)].count("\n") + 1
                self.assertLessEqual(at - 1, number, lines[0])
                self.assertLessEqual(number, at + 1, lines[0])

    def test_possible_keys_are_listed_whole(self):
        """To the last, and without those that are refused."""
        for right, wrong, first, last in (
                ("kinds:\n", "care:\n", "language", "rounding"),
                ("    deductible:\n", "    less:\n", "layer", "accumulates_by"),
                ("points: 0.05", "much: 0.05", "grades", "clause")):
            with self.subTest(wrong):
                self.assertIn(right, POLICY)
                out = self.check(POLICY.replace(right, wrong, 1).encode())[1]
                self.assertRegex(out, rf"未知的键，可用：({first}, [a-z_, ]+, {last}) / unknown key, "
                                      r"expected one of: \1\n")
                self.assertNotRegex(out, r"可用：.*\b(less|lowered_by)\b")

    def test_all_at_once(self):
        text = POLICY
        for right, wrong in ((RATIO, "ratio: 65"), (YUAN, "yuan: 600元"), ("per: stay", "per: stays"),
                             ("clause: LOW}", "clause: LO}"), ("field: hifp_pay", "field: hifp")):
            self.assertIn(right, text)
            text = text.replace(right, wrong, 1)
        status, out = self.check(text.encode())
        self.assertNotEqual(status, 0)
        self.assertEqual(sum("policy.yaml:" in line for line in out.splitlines()[:-1]), 5, out)
        self.assertIn("5 处错误 / 5 faults", out)

    def faults_of(self, *changes):
        """The places of what is wrong with the policy after these changes: [(line, key)]."""
        text = POLICY
        for right, wrong in changes:
            self.assertIn(right, text)
            text = text.replace(right, wrong, 1)
        out = self.check(text.encode())[1]
        found = re.findall(r"policy\.yaml:(\d+): (?:([a-z][\w.\[\]]*): )?", out)
        return [(text.splitlines()[int(line) - 1].strip(), key) for line, key in found]

    def test_shortcuts_and_second_keys_hide_nothing(self):
        found = self.faults_of(("clauses:\n", "clauses: &x\n"), (YUAN, "yuan: *y"),
                               ("    scope: all\n", "    scope: all\n    scope: none\n"),
                               ("per: stay", "per: stays"), (RATIO, "ratio: 1.2"))
        self.assertEqual(found, [("clauses: &x", ""), ("scope: none", "layers[0].scope"),
                                 ("per: stays", "layers[0].deductible.per"),
                                 ("- {yuan: *y, clause: IP}", ""),
                                 ("- {ratio: 1.2, clause: IP}", f"{RATIOS}[0].ratio")])

    def test_one_mistake_is_one_fault(self):
        """What stands in its place is no mistake too: points below 0, bands that do not ascend."""
        less = ("points: 0.05", "points: -0.10")
        self.assertEqual(self.faults_of((RATIO, "ratio: 1.2"), less),
                         [("- {ratio: 1.2, clause: IP}", f"{RATIOS}[0].ratio")])
        bands = "{bands: [{upto: 3万, ratio: 0.60}, {upto: 50000.00, ratio: 7}, {ratio: 0.80}], " \
                "clause: IP}"
        found = self.faults_of((RATIO_ROW, bands), ("ratio:\n", "ratio:\n      from: zero\n"), less)
        self.assertEqual([key for _, key in found],
                         [f"{RATIOS}[0].bands[0].upto", f"{RATIOS}[0].bands[1].ratio"])
        rows = "\n        - ".join(["{grades: [level4], ratio: 0.60, clause: IP}", RATIO_ROW])
        self.assertEqual([key for _, key in self.faults_of((RATIO_ROW, rows))],
                         [f"{RATIOS}[0].grades[0]"])
        base = "base: [inscp_scp, -outpatient.paid, inscp_scp_amt]"
        found = self.faults_of(("base: [inscp_scp_amt]", base))
        self.assertEqual([key for _, key in found], ["layers[0].base[0]", "layers[0].base[1]"])

    def test_other_encodings(self):
        for encoding in ("gbk", "utf-16"):
            status, out = self.check(POLICY.encode(encoding))
            self.assertEqual(status, 1)
            self.assertIn("不是 UTF-8 文本，请另存为 UTF-8 / not UTF-8 text: save it as UTF-8", out)
        self.assertEqual(self.check(b"\xef\xbb\xbf" + POLICY.encode())[0], 0)
        self.assertEqual(self.check(POLICY.replace("\n", "\r\n").encode())[0], 0)
        self.assertIn("文件为空 / the file is empty", self.check(b"")[1])


if __name__ == "__main__":
    run = unittest.main(exit=False, verbosity=1).result
    bad = len(run.failures) + len(run.errors)
    print(f"{run.testsRun - bad} passed, {bad} failed")
    sys.exit(1 if bad else 0)
