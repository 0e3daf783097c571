"""Smart-audit rules, and what bills and members need for them to find something."""
import datetime

from hypothesis import strategies as st

from draw_packs import ITEMS, Pen

PREFIXES = ["0", "00120", ITEMS[0], ITEMS[1], "STATED", "X"]
DISEASES = ["M01.2", "M05", "M", "E11", "C50"]
FIRST = datetime.date(2024, 1, 1)


def items(pen):
    def match():
        return pen.one([
            lambda: {"codes": [pen.one(PREFIXES)]}, lambda: {"chrgitm_lv": ["02"]},
            lambda: {"med_chrgitm_type": ["09", "14"]}, lambda: {"lmt_used_flag": "true"}])()
    scope = {"any": match()} if pen.number(0, 3) else {}
    if not scope or pen.chance(4):
        scope["none"] = match()
    return scope


def where(pen, pack, line=False):
    asked = {"kinds": lambda: pen.some(pack["kinds"]), "grades": lambda: pen.some(pack["grades"]),
             "sex": lambda: pen.one("12"),
             "age": lambda: {pen.one(["from", "to"]): str(pen.number(10, 80))},
             "diagnoses": lambda: [pen.one(DISEASES)], "emergency": lambda: pen.one(
                 ["true", "false"]), **({"hosp_appr_flag": lambda: pen.some("012")} if line else {})}
    return {key: asked[key]() for key in pen.some(asked) if pen.chance()} or {"sex": "2"}


def limit(pen):
    of, per = pen.one(["cnt", "amount", "lines"]), pen.one(["line", "fee_day", "claim", "month",
                                                          "days"])
    if pen.chance(4):
        return {"of": "supply", "counted": pen.one(["each_item", "together"]),
                "history": pen.bool(), "at_most": str(pen.number(0, 40))}
    rule = {"of": "cnt" if per == "line" and of == "lines" else of, "per": per}
    if per == "days":
        rule["days"] = str(pen.number(1, 30))
    if per != "line":
        rule["counted"] = pen.one(["each_item", "together"])
    if per not in ("line", "claim"):
        rule["history"] = pen.bool()
    rule["at_most"] = (pen.yuan(500) if rule["of"] == "amount" else str(pen.number(0, 6)))
    if rule["of"] == "cnt" and per == "claim" and pen.chance():
        rule["at_most"] = "stay_days"
    return rule


KINDS = {
    "only": lambda pen, pack: where(pen, pack, line=True),
    "price": lambda pen, pack: {"at_most": pen.one(["cap", pen.yuan(100)])},
    "limit": lambda pen, pack: limit(pen),
    "exclude": lambda pen, pack: {"with": items(pen), "per": pen.one(["fee_day", "claim"])},
    "overlap": lambda pen, pack: {"kinds": pen.some(pack["kinds"]), "edges": pen.bool(),
                                  "at": pen.one(["anywhere", "elsewhere"])},
    "readmission": lambda pen, pack: {"within_days": str(pen.number(0, 60)),
                                      "at": pen.one(["anywhere", "same_hospital"]),
                                      "diagnosis": pen.one(["same", "category", "any"])},
    "standing": lambda pen, pack: {"of": pen.one(["member", "institution"]),
                                   "is": pen.some(["frozen", "suspended"])},
}


@st.composite
def audits(draw, pack):
    """A tree for audit.yaml in the vocabulary of a policy that has lines.hospital."""
    pen = Pen(draw)
    rules = []
    for number in range(pen.number(1, 5)):
        kind = pen.one([*KINDS, "limit", "limit"])
        of_line = kind in ("only", "price", "limit", "exclude")
        level = pen.one(["inform", "ask", "hold", "refuse_claim", "inform",
                         *(["refuse_line"] * 5 if of_line else ())])
        rule = {"rule": f"r{number}", "zh": "示例", "clause": pen.clause(), "level": level}
        if level == "refuse_line":
            rule["borne_by"] = pen.one(["patient", "hospital"])
        if pen.chance(3):
            rule["when"] = where(pen, pack)
        if of_line:
            rule["items"] = items(pen)
        rules.append(rule | {kind: KINDS[kind](pen, pack)})
    asks = any(rule["level"] == "ask" for rule in rules)
    return {"language": "1", "clauses": pen.clauses, "rules": rules,
            **({"reasons": {"01": "示例"}} if asks else {})}


@st.composite
def facts(draw, tree, audit, kinds):
    """The case with what audit asks for."""
    pen = Pen(draw)

    def day(most=300):
        return FIRST + datetime.timedelta(days=pen.number(0, most))

    def state():
        return {pen.one(["frozen", "suspended"]): str(day())}
    earlier = {}
    if pen.chance():
        begin = day()
        earlier["visits"] = [{"kind": pen.one(kinds), "from": str(begin), "setl_id": "S1",
                              "fixmedins_code": "H99000099001",
                              "dise_codg": pen.one(DISEASES)}]
        if pen.number(0, 4):
            earlier["visits"][0]["to"] = str(begin + datetime.timedelta(days=pen.number(0, 30)))
    if pen.chance():
        earlier["dispensed"] = [
            {"item": pen.one([*ITEMS, "STATED"]), "on": str(when), "cnt": str(pen.number(1, 5)),
             "amount": pen.yuan(200), "prd_days": str(pen.number(0, 60)), "setl_id": f"S{n}"}
            for n, when in enumerate(sorted(day() for _ in range(pen.number(1, 4))))]
    claims = []
    for claim in tree["claims"]:
        if "void" in claim:
            break  # copay-policy audits again what it reckons again, and the model does not
        lines = [line | ({"prd_days": str(pen.number(1, 40))}
                         if "init_feedetl_sn" not in line and pen.chance() else {})
                 for line in claim["lines"]]
        more = {"diagnoses": [pen.one(DISEASES)]} if pen.chance(3) else {}
        answers = [{"rule": rule["rule"], "reason_code": pen.one(["01", "01", "02"]),
                    "consent": pen.one(["true", "true", "false"])}
                   | ({"line": "1"} if pen.chance(4) else {})
                   for rule in audit["rules"] if pen.number(0, 3)]
        place = claim["institution"] | ({"standing": state()} if pen.chance(6) else {})
        claims.append(claim | more | {"lines": lines, "institution": place}
                      | ({"answers": answers} if answers else {}))
    member = tree["member"] | ({"standing": state()} if pen.chance(6) else {})
    return tree | {"member": member, "claims": claims} | ({"earlier": earlier} if earlier else {})


def with_hospital(pack):
    """A policy that says how the hospital bears lines."""
    lines = pack["lines"]
    if "hospital" in lines:
        return pack
    return pack | {"lines": lines | {"hospital": {"fund_pay_type": "630101",
                                                  "clause": lines["clauses"]["class_a"]}}}

