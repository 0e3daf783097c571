"""What a row of the table VARIATIONS of conf/policy.5 names can fail: with the row's key taken out
of the policy, or saying something else, one of the row's cases is no longer what it expects.

A row of OWN says by hand what to change. For every other the places of its key are changed one by
one until a case fails: first the key itself, then, where every such policy is refused and so proves
nothing, what is within it and the row that it stands in. SILENT rows have a reason.

usage: ignored.py COPAY_POLICY SOURCE [V-NN...]
"""
import csv
import io
import itertools
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tools"))
import policy_text as text_of  # noqa: E402

program, source = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
release = pathlib.Path(os.environ.get("COPAY_RELEASE", "/nowhere"),
                       "tools/copay-policy/copay-policy")
program = release if release.exists() else program
only = sys.argv[3:]
failed_cases = re.compile(r"^(\d+) passed, (\d+) failed$", re.M)
column = re.compile(r"chrgitm_lv|(selfpay_prop|pric_uplmt)_|item_dedc$|pay_standard$")
MOST = 150  # changes of one row; a row that needs more is better told by hand

# Row: (what, in place of it), each a regular expression over the policies and the catalogue.
OWN = {
    "a fixed amount off, with a floor": [(r"floor: 100.00", "floor: 300.00")],
    "only some stays are counted, or by themselves":
        [(r"nth: \{counts: all_stays, in: \{place: \[home\]\}\}", "nth: all_stays")],
    "by age": [(r"(illness: \[other\]\}), age: \{(to: 5|from: 70)\}, yuan: \[([\d.]+),[^\]]*\]",
                r"\1, age: {\2}, yuan: \3")],
    "by disease: none, or none from the 2nd on":
        [(r"(in: \{illness: \[chemo\]\}, yuan:) \[([\d.]+), 0.00\]", r"\1 \2")],
    "chemotherapy none from the 2nd": [(r"yuan: \[800.00, 0.00\]", "yuan: 800.00")],
    "delivery: none": [(r" *- \{in: \{illness: \[delivery\]\}, yuan: 0.00, clause: BIRTH\}\n", ""),
                       (r"in: \{illness: \[other\]", "in: {illness: [delivery, other]")],
    "stays at one grade, or all": [(r"nth: same_grade", "nth: all_stays")],
    "bounds include the deductible": [(r"from: zero", "from: deductible")],
    "bands absolute or above the deductible": [(r"from: zero", "from: deductible")],
    "marginal by a stay's amount":
        [(r"(?s)bands:\n +- \{upto: 30000.00, ratio: 0.85\}.*?\{ratio: 0.95\}", "ratio: 0.85")],
    "marginal by the year's amount":
        [(r"(counts_dedc: true)\n    cumulative: [^\n]*", r"\1")],
    "finer grades, deductible apart":
        [(r"(grades: \[level3a\], yuan:) 1200.00", r"\1 1000.00")],
    "bands of their own for some, and a row for the rest":
        [(r"(?<!_)identities: \[hardship\]", "identities: [hardship, marginal]"),
         (r"not_identities: \[hardship, destitute\]",
          "not_identities: [hardship, destitute, marginal]")],
    "by the number of children, or by birth order":
        [(r"fetus_cnt: \{from: 3\}", "fetus_cnt: {from: 4}"),
         (r"fetts: \{from: 3, to: 3\}", "fetts: {from: 4}")],
    "a cap within a band, the rest on to the next layer":
        [(r"employee_inpatient.excess", "inscp_scp_amt, -employee_inpatient.paid")],
    "replaced deductible and ratio elsewhere":
        [(r"(in: \{place: \[other_province, unfiled\]\}, yuan:) 1500.00", r"\1 700.00")],
    "no outpatient benefit without a referral":
        [(r", in: \{access: \[[^\]]*\], ", ", in: {")],
    "deductible of an item": [(r"2000.00,", "0.01,")],
    "above an absolute amount":
        [(r"\{yuan: 100000.00, clause: E-CI\}", "{yuan: 0.00, clause: E-CI}")],
    "civil servants by rank": [(r'cvlserv_lv: \["2"\]', 'cvlserv_lv: ["9"]')],
    "residents' old account": [(r"(?ms)^account:.*?(?=^layers:)", "")],
    "stays across years split by the day of the fee":
        [(r"stay_across_years: split", "stay_across_years: whole"), (r"\n *split: [^\n]*", "")],
    "rules changed in mid-year": [(r"to: 2024-06-30", "to: 2024-04-30"),
                                  (r"from: 2024-07-01", "from: 2024-05-01")],
    "sums by year, layer, care, disease, month, hospital": [(r"per: hospital_year", "per: year")],
    "half up to the fen: first self-pay by the line, each band by its difference":
        [(r"(?m)^lines:", "rounding: {preselfpay: {per: line, to: down}, "
                            "segments: {per: layer, to: down}}\nlines:")],
    "a stay across a change of scheme, split":
        [(r"cover_change: split", "cover_change: whole"), (r"\n *split: [^\n]*", "")],
    "cover lost during a stay, split":
        [(r"cover_change: split", "cover_change: whole"), (r"\n *split: [^\n]*", "")],
    "volume purchase": [(r",8.00,", ",,")],
    "base computed back at a cap":
        [(r"employee_inpatient.excess", "inscp_scp_amt, -employee_inpatient.paid")],
    "large amounts above the cap":
        [(r"employee_inpatient.excess", "inscp_scp_amt, -employee_inpatient.paid")],
    "cap per disease": [(r"\n *- \{in: \{disease: \[heart\]\}, on: payment[^\n]*", "")],
    "the hospital bears": [(r"times: -0.10", "times: -0.20")],
    "DRG, DIP beside the patient": [(r"(?s)  - package: groups\n.*?(?=  - package)", "")],
    "two schemes side by side until a day": [(r"to: 2016-12-31", "to: 2017-06-30"),
                                             (r"from: 2017-01-01", "from: 2017-07-01")],
    "inclusive bounds": [(r"upto: 5000.00", "upto: 4999.99")],
    "settlement periods of a long stay": [(r"period_days: 90", "period_days: 91")],
    "what is not consumed is lost or carried": [(r"unused: lost", "unused: carried")],
    "basic joint with the large-amount layer":
        [(r"jointly: \[inpatient, large\]", "jointly: [large]")],
    "several diseases together": [(r"\n *- \{on: payment, yuan: 7000[^\n]*", "")],
    "a fee below the lump": [(r"below: actual", "below: cash_benefit")],
    "deductible \\-50 %, +5 points, no cap": [(r"\n *uncapped: true", "")],
    "by the class of the item": [(r'chrgitm_lv: \["01"\]', 'chrgitm_lv: ["01", "02"]')],
    "more for TCM or essential drugs (追补)":
        [(r"bas_medn_flag: true", 'med_chrgitm_type: ["14"]')],
    "up pays the difference, down none": [(r"within_days: 1, transfers: \[up\]",
                                            "within_days: 2, transfers: [up]")],
    "tilted assistance": [(r"(accumulates: aid_tilt)\n *cumulative: [^\n]*", r"\1")],
    "优抚 before assistance, 特惠保, commercial layers":
        [(r"base: \[inscp_scp_amt, -basic.paid, -critical.paid\]", "base: [rest_inscp]")],
}
SILENT = {
    "chronic care by head": "is no money of the claim; package_test.c sees its step",
}


def rows():
    page = (source / "conf" / "policy.5").read_text(encoding="utf-8")
    for line in page[page.index(".Sh VARIATIONS"):].splitlines():
        if line.startswith(".It V-"):
            yield [cell.strip() for cell in line[4:].split(" Ta ")]


def folder_of(name):
    """(the policy's folder, its cases' folder)"""
    own = source / "tests" / "cases" / name
    if own.is_dir():
        return own, own
    packs = [p for p in (source / "conf" / "regions").iterdir()
             if re.fullmatch(rf"\d{{6}}-{re.escape(name)}", p.name)]
    return (packs[0], packs[0] / "cases") if packs else (None, None)


def cases_of(cell):
    """{folder of a policy: its cases that the cell names}; a file is another test."""
    named, last = {}, None
    for name in re.split(r", *", cell):
        if (source / name).is_file():
            continue
        head, _, case = name.partition("/")
        if folder_of(head)[0]:
            last = folder_of(head)
        else:
            case = head
        named.setdefault(last[0], []).append(last[1] / f"{case}.yaml" if case else last[1])
    return named


class Copy:
    """A policy's folder elsewhere, in which files may say something else."""

    def __init__(self, folder, directory):
        self.here = pathlib.Path(directory) / folder.name
        self.here.mkdir(exist_ok=True)
        for file in folder.iterdir():
            if file.is_file():
                shutil.copy(file, self.here)
        self.policies = sorted(self.here.glob("policy*.yaml"))
        self.files = {file: file.read_text(encoding="utf-8") for file in self.here.glob("*.*")}

    def fails(self, cases, changes):
        """One of the cases runs and is not what it expects; None: none of them runs."""
        good = None
        for file, text in {**self.files, **changes}.items():
            file.write_text(text, encoding="utf-8")
        alone = len(self.policies) == 1 and not (self.here / "catalogue.csv").exists()
        for case in cases:
            run = subprocess.run([program, "run", "-q", self.policies[0] if alone else self.here,
                                  case], capture_output=True, text=True, timeout=60, check=False)
            said = failed_cases.search(run.stdout)
            refused = re.search(r"policy[^ /]*\.yaml:\d+: ", run.stdout + run.stderr)
            if said and not refused:
                good = good or int(said.group(2)) > 0
        return good


def words_of_keys():
    """{a key's last word: every plain word that a policy has there}"""
    words = {}
    for file in [*source.glob("conf/regions/*/policy*.yaml"),
                 *source.glob("tests/cases/*/policy*.yaml")]:
        for path, value in text_of.places(text_of.read(file)):
            if isinstance(value, text_of.Scalar) and not value.quoted:
                words.setdefault(text_of.key_of(path), set()).add(value.text)
    return words


def sought(cell):
    """The ends that a place's key may have."""
    for part in re.split(r", *", re.sub(r"[\[\]<>]", " ", cell)):
        found = re.findall(r"[a-z_]+(?:\.[a-z_]+)*", part)
        if found:
            yield [*found[0].split("."), *(found[1:2] if ":" in part else [])]
            yield found[0].split(".")


def is_at(path, wanted):
    """Its words, in order, with the last one last."""
    words = [word for word in path if isinstance(word, str)]
    if not words or not isinstance(path[-1], str) or words[-1] != wanted[-1]:
        return False
    rest = iter(words)
    return all(word in rest for word in wanted)


def others(tree, path, value, words):
    """Trees in which the key there says something else, or is not there."""
    if isinstance(value, text_of.Scalar) and not value.quoted:
        if re.fullmatch(r"-?[1-9]\d*|-?\d+\.\d+", value.text):
            known = [re.sub(r"\d", "0", value.text)[-4:]]
        else:
            known = sorted(words.get(text_of.key_of(path), set()) - {value.text})
        for word in known:
            yield text_of.changed(tree, path, text_of.Scalar(word, False))
    if isinstance(value, list) and len(value) > 1:
        for i in range(len(value)):
            yield text_of.changed(tree, (*path, i), None)
    yield text_of.changed(tree, path, None)


def around(tree, path, value, words):
    """Trees in which something within the key does, or the key's row is not there."""
    if not isinstance(value, text_of.Scalar):
        for below, inner in text_of.places(value):
            if isinstance(inner, text_of.Scalar):
                yield from others(tree, (*path, *below), inner, words)
    row = next((path[:i + 1] for i in reversed(range(len(path))) if isinstance(path[i], int)), ())
    if len(row) > 2:  # not a whole layer
        yield text_of.changed(tree, row, None)


def changes(copy, cell, words, way):
    """{file: its new text}, one after another; way: others or around."""
    ends = list(sought(cell))
    for file in copy.policies:
        tree = text_of.read(file)
        for wanted in ends:
            for path, value in text_of.places(tree):
                if is_at(path, wanted):
                    for other in way(tree, path, value, words):
                        yield {file: text_of.written(other)}
    catalogue = copy.here / "catalogue.csv"
    if catalogue in copy.files and column.match(cell):
        table = list(csv.reader(io.StringIO(copy.files[catalogue])))
        for i, name in enumerate(table[0]):
            if column.match(name) and any(name.startswith(end[0]) for end in ends):
                for value in ("", "0.00"):
                    out = io.StringIO()
                    csv.writer(out, lineterminator="\n").writerows(
                        [table[0], *([*row[:i], value if row[i] else "", *row[i + 1:]]
                                     for row in table[1:])])
                    yield {catalogue: out.getvalue()}


def by_hand(files, rules):
    """{file: its text with every rule applied}"""
    new = dict(files)
    for file in new:
        for what, instead in rules:
            new[file] = re.sub(what, instead, new[file])
    return new


def can_fail(row, words):
    ran = False
    for way in others, around:
        for folder, cases in cases_of(row[3]).items():
            with tempfile.TemporaryDirectory() as directory:
                copy = Copy(folder, directory)
                if row[1] in OWN:
                    tried = [by_hand(copy.files, OWN[row[1]])]
                else:
                    tried = itertools.islice(changes(copy, row[2], words, way), MOST)
                for change in tried:
                    fails = copy.fails(cases, change)
                    ran = ran or fails is not None
                    if fails:
                        return True
        if ran:
            return False
    return False



passed = failed = 0
known, table = words_of_keys(), list(rows())
for row in table:
    if only and row[0] not in only or row[2].startswith("no key"):
        continue
    good = row[1] in SILENT or can_fail(row, known)
    passed, failed = passed + good, failed + (not good)
    if not good:
        print(f"{row[0]} {row[1]}: no case of {row[3]} fails without {row[2]}", flush=True)
for name in [*OWN, *SILENT]:
    if name not in [row[1] for row in table]:
        failed += 1
        print(f"there is no row '{name}'")
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
