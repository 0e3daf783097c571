"""The two sides in one form, and where they differ."""
import json
import subprocess
from fractions import Fraction

from . import audit, settle
from .case import read
from .course import Course
from .texts import half_up

KINDS = {"stays": "stays", "visits": "visits", "deductible": "dedc", "paid": "paid",
         "cumulated base": "base", "bands run over": "bands"}


def run(program, policy, cases):
    """{(case's name, claim's number): what copay-policy says of it}; all in one process."""
    done = subprocess.run([program, "explain", "--lang", "en", "--json", "--policy", str(policy),
                           *map(str, cases)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout[-3000:], done.stderr[-1000:])
    return {(case["case"], number): claim for case in json.loads(done.stdout)
            for number, claim in enumerate(case["claims"], 1)}


def fen(text):
    return int(text.replace(".", ""))


def figure(value):
    """A sum of money is a text, a number of days or stays is a number."""
    return fen(value) if isinstance(value, str) else value


def expected_of(outcome):
    return {
        "year": {year for year, *_ in outcome.moved}, "totals": outcome.totals,
        "lines": {sn: [*s.figures, s.reason, s.clause] for sn, s in outcome.splits.items()},
        "rows": [[r.layer, r.fund_pay_type, r.field, r.owner, r.amount, r.clause]
                 for r in outcome.rows],
        # A step shows four decimals of a ratio that adjustments made finer.
        "steps": [[s.code, s.layer, *map(half_up, (s.base, s.limit, s.amount)),
                   Fraction(half_up(s.ratio * 10000), 10000), s.clause] for s in outcome.steps],
        "moved": dict(outcome.moved),
    }


def clause_of(node):
    return node["clause"]["id"] if node["clause"] else ""


def seen_of(claim):
    """What copay-policy computed, in whole fen."""
    parts = ("fulamt_ownpay_amt", "overlmt_amt", "preselfpay_amt", "inscp_scp_amt")
    moved = {(m["year"], str(m["insutype"]), KINDS[m["kind"]], m["scope"]):
             figure(m["value"])
             for m in claim["accumulators"]}
    return {
        "year": {year for year, *_ in moved},
        "totals": {name: fen(text) for name, text in claim["totals"].items()},
        "lines": {x["feedetl_sn"]: [*(fen(x[name]) for name in parts), x["reason"], clause_of(x)]
                  for x in claim["lines"]},
        "rows": [[r["layer"], r["fund_pay_type"], r["field"] or "hosp_part_amt", r["owner"],
                  fen(r["amount"]), clause_of(r)]
                 for r in claim["rows"] if r["layer"] not in ("account", "family")],
        "steps": [[s["code"], s["layer"], fen(s["base"]), figure(s["limit"]), fen(s["amount"]),
                   Fraction(s["ratio"]), clause_of(s)] for s in claim["steps"]],
        "moved": moved,
    }


def differences(expected, seen):
    """Texts, empty when both sides say the same."""
    for part in expected:
        if expected[part] == seen[part]:
            continue
        if isinstance(expected[part], dict):
            for key in sorted({*expected[part], *seen[part]}, key=str):
                mine, other = expected[part].get(key), seen[part].get(key)
                if mine != other:
                    yield f"{part} {key}: model {mine}, copay-policy {other}"
        else:
            yield f"{part}:"
            for mark, mine, other in (("model", expected[part], seen[part]),
                                      ("copay-policy", seen[part], expected[part])):
                for one in mine:
                    yield f"  {mark} {one}" + ("" if one in other else "    <<<")


def audited(pack, member, claim, tree):
    """The bill as audit sees it; None: nothing is audited."""
    version = pack.version_for(claim.days)
    if not pack.audit or not version or not version.kind_of(claim.med_type):
        return None
    mine = [c.insutype for c in member.covers if c.begin <= claim.begin <= c.end]
    insutype = claim.insutype or ("310" if "310" in mine else mine[0] if mine else "")
    return audit.Bill(pack, tree, claim, insutype)


def compare(pack, tree, seen):
    """Runs a case through the model and holds every claim against what copay-policy said of it."""
    case = read(tree, pack)
    course = Course(pack, case)
    history = audit.History(tree)
    case.member.tree = tree["member"]
    for claim in case.claims:
        figures = seen[case.name, claim.number]
        refused = [r["reason"] for r in figures.get("refused", ())]
        said = tree["claims"][claim.number - 1]
        bill = None if "void" in said else audited(pack, case.member, claim, said)
        if bill and "findings" not in figures:  # refused before anybody looked
            bill = None
            if not refused:
                yield f"claim {claim.number}: copay-policy did not audit it"
                return
        if bill:
            findings, borne, reasons = audit.audit(pack, bill, case.member, history)
            found = [(f["rule_id"], f["feedetl_sn"], fen(f["vola_amt"]), f["outcome"],
                      f["vola_evid"]["setl_id"]) for f in figures.get("findings", ())]
            if findings != found:
                yield f"claim {claim.number}: model finds {findings}, copay-policy {found}"
                return
            if sorted(set(reasons)) != sorted({r for r in refused if r.startswith("AUDIT_")}):
                yield f"claim {claim.number}: model refuses {reasons}, copay-policy {refused}"
                return
            if reasons:
                continue
            claim = audit.as_settled(claim, borne)
            case.claims[claim.number - 1] = claim  # as what voids an earlier one reckons it again
        try:
            outcome = course.answer(claim)
        except settle.Refused as reason:
            if str(reason) not in refused:
                yield f"claim {claim.number}: model refuses {reason}, copay-policy {refused}"
                return
            continue
        if any("too long a chain" in r["text"] for r in figures.get("refused", ())):
            return  # beyond what the exact arithmetic of layers upon cut layers holds
        if refused:
            yield f"claim {claim.number}: copay-policy refuses {refused}"
            return
        found = list(differences(expected_of(outcome), seen_of(figures)))
        if found:
            yield f"claim {claim.number}:"
            yield from found
            return
        course.take(claim, outcome)
        if bill:
            history.add(bill)
        if "void" in said:
            history.drop(int(said["void"]))
