"""copay-policy against the model of the whole language (reference/), on every case there is and on
drawn packs, members, histories and bills: to the fen, and step by step.

COPAY_MODEL_EXAMPLES sets how many packs are drawn; the seed is fixed. A difference is printed with
the smallest pack and case that show it.
"""
import json
import os
import pathlib
import random
import tempfile
import unittest
from collections import Counter

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from draw_audit import audits, facts, with_hospital
from draw_cases import cases
from draw_packs import catalogues, packs
from reference import compare, texts
from reference.layers import BASE, QUOTA
from reference.pack import Pack
from reference.packages import INSTITUTION, INSTITUTION_DUE
from reference.settle import FUNDS
from reference.situations import SITUATION
from schema import Schema

SOURCE = pathlib.Path(os.environ["COPAY_SOURCE"])
PROGRAM = pathlib.Path(os.environ["COPAY_BUILD"]) / "tools" / "copay-policy" / "copay-policy"
EXAMPLES = int(os.environ.get("COPAY_MODEL_EXAMPLES", "50"))
drawn = settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
                 report_multiple_bugs=False,
                 suppress_health_check=list(HealthCheck),
                 phases=[Phase.explicit, Phase.generate, Phase.shrink])
RARE_ROUNDS = 8
# What the language knows and no pack may say.
NEVER = {
    "layers.scope.any.bas_medn_flag: false": "refused: true is all that can be asked",
    "layers.scope.none.bas_medn_flag: false": "refused: true is all that can be asked",
    "lines.ceilings.scope.any.bas_medn_flag: false": "refused: true is all that can be asked",
    "lines.ceilings.scope.none.bas_medn_flag: false": "refused: true is all that can be asked",
    "packages.price.stated: false": "refused: a row without it has yuan",
}
INSTITUTIONS = ("fixmedins_code,name,fixmedins_type,admdvs,benefit_grade,cap_grade,dedc_grade,"
                "kinds,begndate,enddate\n")


def written_packs():
    """(a pack's path, the files of its cases)"""
    for pack in sorted((SOURCE / "conf" / "regions").iterdir()):
        yield pack, sorted((pack / "cases").glob("*.yaml"))
    for folder in sorted((SOURCE / "tests" / "cases").iterdir()):
        versions = {*folder.glob("policy.yaml"), *folder.glob("policy-*.yaml")}
        if versions:
            yield (folder if len(versions) > 1 else versions.pop(),
                   [f for f in sorted(folder.glob("*.yaml")) if not f.name.startswith(("policy", "audit"))])


class Written(unittest.TestCase):
    def test_every_case(self):
        for policy, files in written_packs():
            pack = Pack.read(policy)
            seen = compare.run(PROGRAM, policy, files)
            for file in files:
                with self.subTest(str(file.relative_to(SOURCE))):
                    tree = texts.read(file)
                    found = list(compare.compare(pack, tree, seen))
                    self.assertFalse(found, "\n".join(found))


# ---- drawn --------------------------------------------------------------------------------------

@st.composite
def regions(draw, wanted=lambda pack: True):
    """(versions of a policy by their files, catalogue's rows, cases); None: the pack is not wanted"""
    pack = draw(packs())
    if not wanted(pack):
        return None
    first = next(iter(pack.values()))
    catalogue = draw(catalogues(first))
    drawn_cases = [draw(cases(first)) | {"case": f"drawn{n}", "policy": "."}
                   for n in range(draw(st.integers(1, 3)))]
    return pack, catalogue, drawn_cases


@st.composite
def audited_regions(draw):
    """The same with smart-audit rules, and cases that they have something to find in."""
    pack, catalogue, trees = draw(regions())
    pack = {name: with_hospital(policy) for name, policy in pack.items()}
    first = next(iter(pack.values()))
    audit = draw(audits(first))
    return pack, catalogue, [draw(facts(tree, audit, list(first["kinds"]))) for tree in trees], \
        audit


def write(folder, pack, catalogue, trees, audit=None):
    """JSON is YAML. Returns the cases' files."""
    def put(name, tree):
        (folder / name).write_text(json.dumps(tree, ensure_ascii=False, indent=0), encoding="utf-8")
        return folder / name
    for name, policy in pack.items():
        put(name, policy)
    if audit:
        put("audit.yaml", audit)
    rows = [",".join(catalogue[0]), *(",".join(row.values()) for row in catalogue)]
    (folder / "catalogue.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    place = [f"H99000299001,示例,1,990002,{policy['grades'][0]},{policy['cap_grades'][0]},"
             f"{policy['grades'][0]},inpatient,2023-01-01,\n"]
    (folder / "institutions.csv").write_text(INSTITUTIONS + "".join(place), encoding="utf-8")
    return [put(f"{tree['case']}.yaml", tree) for tree in trees]


def shuffled(tree):
    """The same lines in another order, with the numbers they had."""
    claims = []
    for claim in tree["claims"]:
        if "void" in claim:
            claims.append(claim)
            continue
        lines = [{"feedetl_sn": str(n)} | line for n, line in enumerate(claim["lines"], 1)]
        random.Random(0).shuffle(lines)
        claims.append(claim | {"lines": lines})
    return tree | {"case": tree["case"] + "-shuffled", "claims": claims}


def more(tree):
    """The first claim alone, with more money in scope."""
    claim = tree["claims"][0]
    extra = dict(claim["lines"][0])
    if "chrgitm_lv" not in extra:
        return None
    extra = {"chrgitm_lv": "01", "amount": "777.77", "feedetl_sn": "more"}
    for key in ("med_chrgitm_type", "bas_medn_flag"):
        extra |= {key: claim["lines"][0][key]} if key in claim["lines"][0] else {}
    return tree | {"case": tree["case"] + "-more",
                   "claims": [claim | {"lines": [*claim["lines"], extra]}]}


def split(tree):
    """The lines of the first claim as claims of their own, and once more together."""
    claim = tree["claims"][0]
    if any("init_feedetl_sn" in line for line in claim["lines"]):
        return []
    parts = [claim | {"lines": [line]} for line in claim["lines"]]
    return [tree | {"case": tree["case"] + "-whole", "claims": [claim]},
            tree | {"case": tree["case"] + "-split", "claims": parts}]


def undone(tree):
    """The first claim is settled and voided before all of them."""
    first, *rest = tree["claims"]
    later = [c | {"void": str(int(c["void"]) + 2)} if "void" in c else c for c in rest]
    void = {"void": "1", "expect": {"psn_cash_pay": "0.00"}}
    return tree | {"case": tree["case"] + "-undone", "claims": [first, void, first, *later]}


class Drawn(unittest.TestCase):
    """Every figure of drawn packs is the model's, and what must always hold does."""

    def test_drawn(self):
        """And the packs drawn say all that the language can: of what is rare, some are drawn that
        have it."""
        known = Schema(PROGRAM)

        def check(region):
            for policy in region[0].values():
                known.take(policy)
            self.check_region(region)

        def rare(pack):
            return any(known.brings(policy) for policy in pack.values())
        drawn(given(regions())(check))()
        for number in range(RARE_ROUNDS):
            with tempfile.TemporaryDirectory(prefix="copay-model-") as folder:
                known.ask(pathlib.Path(folder))
            if known.missing() == set(NEVER):
                break
            seed(number)(drawn(given(regions(rare))(lambda region: region and check(region))))()
        self.assertEqual(known.missing(), set(NEVER), "keys and words that no pack drawn has")

    def test_audited(self):
        """Findings, refused lines and what they make of the bill, whatever the order of its
        lines."""
        outcomes = Counter()

        def check(region):
            drawn_pack, catalogue, trees, audit = region
            all_trees = [*trees, *map(shuffled, trees)]
            with tempfile.TemporaryDirectory(prefix="copay-model-") as folder:
                folder = pathlib.Path(folder)
                seen = compare.run(PROGRAM, folder,
                                   write(folder, drawn_pack, catalogue, all_trees, audit))
            pack = Pack(drawn_pack, catalogue, audit)
            for tree in all_trees:
                found = list(compare.compare(pack, tree, seen))
                self.assertFalse(found, json.dumps(audit, ensure_ascii=False) + "\n"
                                 + told(drawn_pack, catalogue, tree, found))
            for tree in trees:
                for number, claim in enumerate(tree["claims"], 1):
                    figures = seen[tree["case"], number]
                    outcomes.update(f["outcome"] for f in figures.get("findings", ()))
                    if "refused" not in figures and "void" not in claim:
                        self.identities(compare.seen_of(figures))
        drawn(given(audited_regions())(check))()
        if EXAMPLES >= 50:
            self.assertEqual(set(outcomes), {"told", "asked", "overridden", "unconsented",
                                             "line_refused", "claim_refused", "held"})

    def check_region(self, region):
        drawn_pack, catalogue, trees = region
        extra = [shuffled(tree) for tree in trees]
        extra += [tree for tree in map(more, trees) if tree]
        extra += [part for tree in trees for part in split(tree)]
        extra += [undone(tree) for tree in trees]
        with tempfile.TemporaryDirectory(prefix="copay-model-") as folder:
            folder = pathlib.Path(folder)
            files = write(folder, drawn_pack, catalogue, [*trees, *extra])
            seen = compare.run(PROGRAM, folder, files)
        pack = Pack(drawn_pack, catalogue)
        for tree in [*trees, *extra]:
            found = list(compare.compare(pack, tree, seen))
            self.assertFalse(found, told(drawn_pack, catalogue, tree, found))
        for tree in trees:
            try:
                self.always(drawn_pack, tree, seen)
            except AssertionError as broken:
                self.fail(told(drawn_pack, catalogue, tree, [str(broken)]))

    def always(self, pack, tree, seen):
        name = tree["case"]
        for number in range(1, len(tree["claims"]) + 1):
            figures = seen[name, number]
            self.assertEqual(answer(figures), answer(seen[f"{name}-undone", number + 2]),
                             "a void restores every accumulator")
            if "refused" not in figures and "voids" not in figures:
                self.identities(compare.seen_of(figures))
                self.assertEqual(compare.seen_of(figures),
                                 compare.seen_of(seen[f"{name}-shuffled", number]))
        if len(pack) > 1:
            return  # another version may have answered
        (policy,) = pack.values()
        if (f"{name}-more", 1) in seen:
            self.more_pays_no_less(policy, seen[name, 1], seen[f"{name}-more", 1])
        if (f"{name}-whole", 1) in seen:
            parts = [seen[f"{name}-split", n]
                     for n in range(1, len(tree["claims"][0]["lines"]) + 1)]
            self.splitting_changes_nothing(policy, seen[f"{name}-whole", 1], parts)

    def identities(self, seen):
        """Design decision 2."""
        t = seen["totals"]
        parts = [sum(line[i] for line in seen["lines"].values()) for i in range(4)]
        self.assertEqual(parts, [t["fulamt_ownpay_amt"], t["overlmt_selfpay"],
                                 t["preselfpay_amt"], t["inscp_scp_amt"]])
        self.assertEqual(sum(parts), t["medfee_sumamt"])
        self.assertEqual(t["fund_pay_sumamt"], sum(t[field] for field in FUNDS))
        self.assertEqual(t["medfee_sumamt"],
                         t["fund_pay_sumamt"] + t["psn_part_amt"] + t["hosp_part_amt"])
        self.assertEqual(t["psn_part_amt"],
                         t["acct_pay"] + t["acct_mulaid_pay"] + t["psn_cash_pay"])
        self.assertEqual(t["psn_part_amt"], t["psn_selfpay_amt"] + t["psn_ownpay_amt"])
        for field in (*FUNDS, "hosp_part_amt"):
            self.assertEqual(t[field], sum(row[4] for row in seen["rows"] if row[2] == field))
        self.assertGreaterEqual(min(
            *t.values(), *(row[4] for row in seen["rows"]),
            *(value for (_, _, _, scope), value in seen["moved"].items() if "~" not in scope),
            *(figure for step in seen["steps"] if step[0] not in (INSTITUTION, INSTITUTION_DUE)
              for figure in step[2:6])), 0)

    def more_pays_no_less(self, policy, less, more_money):
        """More money in scope never lowers what a layer pays that rests on nothing else (within a
        bracket: there may be a cliff between two)."""
        if "refused" in less or "refused" in more_money:
            return
        for layer in policy["layers"]:
            if alone(layer) and based(more_money, layer) >= based(less, layer) \
                    and not crowded(more_money, layer) and not any(
                    "brackets" in row for row in layer["ratio"]["table"]):
                self.assertGreaterEqual(paid(more_money, layer), paid(less, layer), layer["layer"])

    def splitting_changes_nothing(self, policy, whole, parts):
        """A cumulative layer pays the same for the same sum of its base, however it comes."""
        if any("refused" in figures for figures in (whole, *parts)) or \
                any(situation(part) != situation(whole) for part in parts):
            return
        for layer in policy["layers"]:
            if (alone(layer) and "cumulative" in layer
                    and cumulated(whole, layer) == sum(cumulated(part, layer) for part in parts)
                    and not any(crowded(figures, layer) for figures in (whole, *parts))):
                self.assertEqual(paid(whole, layer), sum(paid(part, layer) for part in parts))


def answer(figures):
    """What it comes to, or why it is refused."""
    return sorted(r["reason"] for r in figures["refused"]) if "refused" in figures \
        else compare.seen_of(figures)


def paid(figures, layer):
    return sum(row[4] for row in compare.seen_of(figures)["rows"] if row[0] == layer["layer"])


def based(figures, layer):
    """Its money: a ceiling that the lines have together leaves it less when others are dearer."""
    return sum(step[4] for step in compare.seen_of(figures)["steps"]
               if step[:2] == [BASE, layer["layer"]])


def cumulated(figures, layer):
    return sum(value for (_, _, kind, scope), value in compare.seen_of(figures)["moved"].items()
               if (kind, scope) == ("base", layer["accumulates"]))


def situation(figures):
    return [step[1] for step in compare.seen_of(figures)["steps"] if step[0] == SITUATION]


def alone(layer):
    """It rests on the money in scope, and on nothing that other layers pay."""
    return layer.get("base") == ["inscp_scp_amt"] and all(
        cap["jointly"] == [layer["accumulates"]] for cap in layer.get("caps", ()))


def crowded(figures, layer):
    """Whether other layers left it less of the fee than it would have paid."""
    return any(step[:2] == [QUOTA, layer["layer"]] and not step[6]
               for step in compare.seen_of(figures)["steps"])


def told(pack, catalogue, tree, found):
    """For people: everything that matters to the difference."""
    heads = [json.dumps({k: v for k, v in policy.items() if k not in ("clauses", "med_types")},
                        ensure_ascii=False) for policy in pack.values()]
    coded = any("med_list_codg" in line for claim in tree["claims"]
                for line in claim.get("lines", ()))
    return "\n".join([*heads, *(map(str, catalogue) if coded else ()),
                      json.dumps(tree, ensure_ascii=False), *found])
