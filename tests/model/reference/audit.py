"""A region's smart-audit rules over a case's bills, from conf/audit.5 alone: the findings, and the
lines that are refused."""
import dataclasses
from fractions import Fraction

from . import texts


def _half_up(value):
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def _begins(prefixes, code):
    return any(code.startswith(p) for p in prefixes)


class Line:
    """A line less what the bill takes back of it; amount in fen."""

    def __init__(self, number, tree, begin):
        self.sn = tree.get("feedetl_sn", str(number))
        self.original = tree.get("init_feedetl_sn", "")
        self.code = tree.get("med_list_codg", tree.get("item", "STATED"))
        self.tree = tree
        self.day = texts.day(tree["on"]) if "on" in tree else begin
        self.amount = Fraction(texts.yuan(tree["amount"]))
        self.cnt = self.whole = Fraction(tree.get("cnt", "-1" if self.amount < 0 else "1"))
        self.pric = Fraction(tree["pric"]) * 100 if "pric" in tree else abs(self.amount)
        self.prd_days = Fraction(tree.get("prd_days", "0"))
        self.item = None

    @property
    def supply(self):
        return Fraction(_half_up(self.prd_days * 100 * self.cnt / self.whole), 100)

    def counted(self, of):
        return {"cnt": self.cnt, "amount": self.amount, "lines": Fraction(1)}[of]


class Earlier:
    """A line that was dispensed before."""

    def __init__(self, tree):
        self.code, self.day = tree["item"], texts.day(tree["on"])
        self.cnt = Fraction(tree.get("cnt", "0"))
        self.amount = Fraction(texts.yuan(tree.get("amount", "0")))
        self.supply = Fraction(tree.get("prd_days", "0"))
        self.setl_id = tree.get("setl_id", "")

    counted = Line.counted


class History:
    """What a case's member brings along, and what its bills add."""

    def __init__(self, tree):
        earlier = tree.get("earlier", {})
        self.visits = [{"kind": v["kind"], "from": texts.day(v["from"]),
                        "to": texts.day(v["to"]) if "to" in v else texts.OPEN,
                        "place": v.get("fixmedins_code", ""), "dise_codg": v.get("dise_codg", ""),
                        "setl_id": v.get("setl_id", "")} for v in earlier.get("visits", ())]
        self.dispensed = [Earlier(d) for d in earlier.get("dispensed", ())]

    def add(self, bill):
        setl_id = f"claim-{bill.number}"
        self.visits.append({"kind": bill.kind, "from": bill.begin, "to": bill.end,
                            "place": bill.place, "setl_id": setl_id,
                            "dise_codg": bill.tree.get("dise_codg", "")})
        for line in bill.lines:
            one = Earlier({"item": line.code, "on": str(line.day)})
            one.cnt, one.amount, one.supply = line.cnt, line.amount, line.prd_days
            one.setl_id = setl_id
            self.dispensed.append(one)
        self.dispensed.sort(key=lambda one: one.day)

    def drop(self, number):
        """A settlement that is voided."""
        setl_id = f"claim-{number}"
        self.visits = [v for v in self.visits if v["setl_id"] != setl_id]
        self.dispensed = [d for d in self.dispensed if d.setl_id != setl_id]


class Bill:
    def __init__(self, pack, tree, claim, insutype):
        self.pack, self.tree, self.number, self.place = pack, tree, claim.number, claim.place
        self.claim, self.begin, self.end = claim, claim.begin, claim.end
        version = pack.version_for(claim.days)
        self.policy, self.insutype = version.policy, insutype
        self.kind = version.kind_of(claim.med_type)[0]
        lines = [Line(n, line, self.begin) for n, line in enumerate(tree["lines"], 1)]
        by_number = {line.sn: line for line in lines}
        for line in (x for x in lines if x.original):
            by_number[line.original].amount += line.amount
            by_number[line.original].cnt += line.cnt
        self.lines = sorted((x for x in lines if not x.original and x.cnt > 0),
                            key=lambda x: (x.day, x.sn))
        self.amount = sum((texts.yuan(x["amount"]) for x in tree["lines"]), Fraction(0))

    def item_of(self, line):
        """Class, type, limited use, tags and price cap."""
        tree = line.tree
        if "med_list_codg" in tree:
            item = self.pack.item(line.code, line.day, self.insutype, "", self.claim.cap_grade)
            return item and (item.level, item.type, item.limited, item.tags, item.ceiling)
        cap = texts.yuan(tree["pric_uplmt_amt"]) if "pric_uplmt_amt" in tree else None
        return (tree["chrgitm_lv"], tree.get("med_chrgitm_type", "14"), False,
                tuple(tree.get("tags", ())), cap)

    def means(self, scope, line):
        item = self.item_of(line)

        def one(match):
            level, kind, limited, tags, _ = item
            return (_begins(match.get("codes", ()), line.code)
                    or level in match.get("chrgitm_lv", ())
                    or kind in match.get("med_chrgitm_type", ())
                    or "lmt_used_flag" in match and limited
                    or any(t in match.get("tags", ()) for t in tags))
        return (item is not None and ("any" not in scope or one(scope["any"]))
                and not ("none" in scope and one(scope["none"])))

    def holds(self, where, member, day, line=None):
        newborn = self.tree.get("newborn")
        born = texts.day(newborn["born"]) if newborn else member.born
        sex = newborn["sex"] if newborn else member.sex
        diagnoses = [self.tree.get("dise_codg", ""), *self.tree.get("diagnoses", ())]
        age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
        answers = {
            "kinds": lambda v: self.kind in v, "insutypes": lambda v: self.insutype in v,
            "grades": lambda v: self.claim.grade in v,
            "institution_tags": lambda v: any(t in v for t in self.claim.tags),
            "sex": lambda v: v == sex, "age": lambda v: texts.within(age, v),
            "diagnoses": lambda v: any(_begins(v, d) for d in diagnoses),
            "operations": lambda v: _begins(v, self.tree.get("oprn_oprt_code", "")),
            "emergency": lambda v: v == self.tree.get("emergency", "false"),
            "hosp_appr_flag": lambda v: line.tree.get("hosp_appr_flag", "0") in v,
        }
        return all(answers[key](value) for key, value in where.items())


def _only(rule, bill, member, _):
    for line in bill.lines:
        if bill.means(rule["items"], line) and not bill.holds(rule["only"], member, line.day, line):
            yield line, line.amount, ""


def _price(rule, bill, *_):
    most = rule["price"]["at_most"]
    for line in (x for x in bill.lines if bill.means(rule["items"], x)):
        limit = bill.item_of(line)[4] if most == "cap" else texts.yuan(most)
        if limit is not None and line.pric > limit:
            yield line, max(line.amount - _half_up(limit * line.cnt), 0), ""


def _exclude(rule, bill, *_):
    by_day = rule["exclude"]["per"] == "fee_day"
    for line in (x for x in bill.lines if bill.means(rule["items"], x)):
        if any(other is not line and (not by_day or other.day == line.day)
               and bill.means(rule["exclude"]["with"], other) for other in bill.lines):
            yield line, line.amount, ""


def _together(limit, a, b):
    """Whether what was on day `a` counts with a line of day `b`, which is not before it."""
    return {"fee_day": lambda: a == b, "claim": lambda: True,
            "month": lambda: (a.year, a.month) == (b.year, b.month),
            "days": lambda: (b - a).days < int(limit["days"])}[limit["per"]]()


def _groups(rule, bill):
    lines = [x for x in bill.lines if bill.means(rule["items"], x)]
    if rule["limit"].get("counted") != "each_item":
        return [lines] if lines else []
    return [[x for x in lines if x.code == code] for code in sorted({x.code for x in lines})]


def _before(rule, bill, history, group):
    if not texts.true(rule["limit"].get("history")):
        return []
    if rule["limit"]["counted"] == "each_item":
        return [d for d in history.dispensed if d.code == group[0].code]
    stated = "med_list_codg" not in group[0].tree

    def means(one):
        """By the catalogue; where lines are stated, one that it does not know has a code alone."""
        bare = {"item": one.code, "chrgitm_lv": "0", "med_chrgitm_type": "0"}
        coded = bill.pack.item(one.code, one.day, bill.insutype, "", bill.claim.cap_grade)
        tree = {"med_list_codg": one.code} if coded or not stated else bare
        return bill.means(rule["items"],
                          Line(0, {"amount": "1", "on": str(one.day)} | tree, None))
    return [d for d in history.dispensed if means(d)]


def _supply(rule, bill, history):
    most = Fraction(rule["limit"]["at_most"])
    for group in _groups(rule, bill):
        before = _before(rule, bill, history, group)
        events = sorted([(d.day, 0, n, d) for n, d in enumerate(before)] +
                        [(x.day, 1, n, x) for n, x in enumerate(group)], key=lambda e: e[:3])
        left, today, last = Fraction(0), events[0][0], ""
        for day, is_line, _, one in events:
            left, today = max(left - (day - today).days, 0) + one.supply, day
            if not is_line:
                last = one.setl_id
            elif one.supply and left > most:
                yield one, _share(one.amount, left - most, one.supply), last


def _share(amount, over, value):
    return amount if over >= value else _half_up(amount * over / value)


def _limit(rule, bill, _, history):
    limit = rule["limit"]
    if limit["of"] == "supply":
        yield from _supply(rule, bill, history)
        return
    most = limit["at_most"]
    if most == "stay_days":
        most = max((bill.end - bill.begin).days, 1)
    most = texts.yuan(most) if limit["of"] == "amount" else Fraction(most)
    for group in _groups(rule, bill):
        before = _before(rule, bill, history, group)
        for n, line in enumerate(group):
            value = line.counted(limit["of"])
            with_it = [] if limit["per"] == "line" else [
                x for x in group[:n] if _together(limit, x.day, line.day)]
            earlier = [d for d in before if d.day <= line.day
                       and _together(limit, d.day, line.day)]
            over = value + sum(x.counted(limit["of"]) for x in with_it + earlier) - most
            if over > 0:
                yield (line, _share(line.amount, over, value),
                       earlier[-1].setl_id if earlier else "")


def _latest(visits):
    return max(visits, key=lambda v: (v["from"], v["setl_id"]), default=None)


def _overlap(rule, bill, _, history):
    asked = rule["overlap"]

    def is_beside(v):
        if asked["edges"] == "true":
            return bill.begin <= v["to"] and v["from"] <= bill.end
        return bill.begin < v["to"] and v["from"] < bill.end
    found = _latest([v for v in history.visits if v["kind"] in asked["kinds"] and is_beside(v)
                     and (asked["at"] == "anywhere" or v["place"] != bill.place)])
    if found:
        yield None, bill.amount, found["setl_id"]


def _readmission(rule, bill, _, history):
    asked, mine = rule["readmission"], bill.tree.get("dise_codg", "")
    stays = [k for k, v in bill.policy["kinds"].items() if texts.true(v.get("stay"))]

    def is_same(other):
        size = {"same": None, "category": 3}.get(asked["diagnosis"])
        return asked["diagnosis"] == "any" or bool(mine and other) and mine[:size] == other[:size]
    found = _latest([v for v in history.visits if v["kind"] in stays and v["to"] <= bill.begin
                     and (bill.begin - v["to"]).days <= int(asked["within_days"])
                     and (asked["at"] == "anywhere" or v["place"] == bill.place)
                     and is_same(v["dise_codg"])])
    if found:
        yield None, bill.amount, found["setl_id"]


def _standing(rule, bill, member, _):
    asked = rule["standing"]
    states = bill.tree["institution"] if asked["of"] == "institution" else member.tree
    days = states.get("standing", {})
    if any(state in days and texts.day(days[state]) <= bill.end for state in asked["is"]):
        yield None, bill.amount, ""


KINDS = {"only": _only, "price": _price, "limit": _limit, "exclude": _exclude, "overlap": _overlap,
         "readmission": _readmission, "standing": _standing}


def _outcome(rule, rules, answers, sn):
    mine = [a for a in answers if a["rule"] == rule["rule"] and a.get("line", "") in ("", sn)]
    answer = next((a for a in mine if a.get("line") == sn), mine[0] if mine else {})
    level = rule["level"]
    if level == "ask":
        known = answer.get("reason_code") in rules["reasons"]
        return "overridden" if known else "asked"
    if level == "refuse_line":
        agreed = rule["borne_by"] == "hospital" or texts.true(answer.get("consent"))
        return "line_refused" if agreed else "unconsented"
    return {"inform": "told", "hold": "held", "refuse_claim": "claim_refused"}[level]


def audit(pack, bill, member, history):
    """([(rule, sn, fen, outcome, setl_id)], {sn: who bears it}, reasons not to settle)"""
    findings, borne, reasons = [], {}, []
    for rule in pack.audit["rules"]:
        span = rule.get("effective", {})
        if not (texts.day(span.get("from", "1900-01-01")) <= bill.end
                <= texts.day(span.get("to", "9999-12-31"))
                and bill.holds(rule.get("when", {}), member, bill.begin)):
            continue
        kind = next(key for key in KINDS if key in rule)
        for line, fen, setl_id in KINDS[kind](rule, bill, member, history):
            sn = line.sn if line else ""
            outcome = _outcome(rule, pack.audit, bill.tree.get("answers", ()), sn)
            findings.append((rule["rule"], sn, int(fen), outcome, setl_id))
            if outcome == "line_refused" and borne.get(sn) != "hospital":
                borne[sn] = rule["borne_by"]
            if outcome in ("asked", "unconsented"):
                reasons.append("AUDIT_UNANSWERED")
            if outcome == "claim_refused":
                reasons.append("AUDIT_REFUSED")
    return findings, borne, reasons


def as_settled(claim, borne):
    """The claim with its refused lines; what is the hospital's already stays so."""
    lines = [dataclasses.replace(line, refused=borne[line.sn])
             if line.sn in borne and line.refused != "hospital" else line for line in claim.lines]
    return dataclasses.replace(claim, lines=lines)

