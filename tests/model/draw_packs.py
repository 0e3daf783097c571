"""Policy packs that copay-policy accepts, drawn at random: trees of texts as YAML gives them."""
from hypothesis import strategies as st

GRADES = ["primary", "level1", "level2", "level3"]
CLASSES = {"active": ("310", ["11"]), "retired": ("310", ["12"]), "resident": ("390", ["14", "15"])}
IDENTITIES = [("destitute", "2"), ("low_income", "1"), ("marginal", "3")]
FIELDS = {"hifp_pay": "310101", "hifob_pay": "330101", "hifmi_pay": "390201", "maf_pay": "610101",
          "cvlserv_pay": "320101", "oth_pay": "999996", "hifes_pay": "370101",
          "hifdm_pay": "340101"}
KINDS = {"outpatient": {"stay": "false", "pharmacy": "false"},
         "inpatient": {"stay": "true", "before_days": "2"}, "pharmacy": {"pharmacy": "true"}}
MED_TYPES = {"11": "outpatient", "13": "outpatient", "21": "inpatient", "22": "inpatient",
             "24": "inpatient", "41": "pharmacy"}
TRAUMA = "22"
TITLES = {"primary": "一级以下", "active": "在职人员", "resident": "居民", "inpatient": "住院治疗"}
PARTS = ["inscp_scp_amt", "preselfpay_amt", "overlmt_selfpay", "fulamt_ownpay_amt"]
AMOUNTS = [*PARTS, "medfee_sumamt"]
MAX_YUAN = 100000


def yuan(fen):
    return f"{fen // 100}.{fen % 100:02d}"


def decimal4(n):
    return f"{n // 10000}.{n % 10000:04d}"


class Pen:
    """Draws, and hands out a clause of its own for every rule."""

    def __init__(self, draw, prefix=""):
        self.draw, self.prefix = draw, prefix
        self.clauses = {}

    def chance(self, of=2):
        return self.draw(st.integers(0, of - 1)) == of - 1

    def one(self, values):
        return self.draw(st.sampled_from(list(values)))

    def some(self, values, least=1):
        """A subset, in the order given."""
        values = list(values)
        mask = self.draw(st.integers(0, 2 ** len(values) - 1))
        chosen = [v for i, v in enumerate(values) if mask >> i & 1]
        return chosen if len(chosen) >= least else values

    def number(self, low, high):
        return self.draw(st.integers(low, high))

    def fen(self, most=MAX_YUAN):
        """Round amounts and odd ones."""
        unit = self.one([100000, 10000, 5000, 100, 1])
        return self.number(0, min(most * 100 // unit, 300)) * unit

    def yuan(self, most=MAX_YUAN):
        return yuan(self.fen(most))

    def ratio(self, most=10000):
        return decimal4(min(most, self.one([0, 10000, 500 * self.number(0, 20), 8500, 6667,
                                            self.number(0, 10000)])))

    def clause(self):
        name = f"C{self.prefix}{len(self.clauses) + 1}"
        self.clauses[name] = {"text": "示例", "provenance":
                              ["illustrative", "official", "secondary"][len(self.clauses) % 3]}
        return name

    def rarely(self, **key):
        """One key with what is drawn for it, or none."""
        ((name, value),) = key.items()
        return {name: value()} if self.chance(3) else {}

    def bool(self):
        return self.one(["true", "true", "false"])


def named(pen, pack, care, row):
    """The row for some identities alone, now and then: of tables that are not for everybody."""
    if "identities" in pack and not names_people(row) and pen.chance(4):
        names = [i["name"] for i in pack["identities"]["list"]]
        return row | {"identities": pen.some(care.get("identities", names))}
    return row


def names_people(row):
    return "identities" in row or "not_identities" in row


def split(pen, values):
    """A partition of the values into one to three lists."""
    parts = {}
    for value in values:
        parts.setdefault(pen.number(0, 2), []).append(value)
    return list(parts.values())


def met(pack, dimension, care, classes):
    """The values that a layer for this care and these classes can meet."""
    def meets(value):
        when = value.get("when", {})
        kinds = {MED_TYPES[code] for code in when.get("med_types", MED_TYPES)}
        return (not kinds.isdisjoint(care["kinds"])
                and not set(when.get("kinds", care["kinds"])).isdisjoint(care["kinds"])
                and not set(when.get("insutypes", care["insutypes"])).isdisjoint(care["insutypes"])
                and not set(when.get("classes", classes)).isdisjoint(classes)
                and value["name"] in care.get("in", {}).get(dimension, [value["name"]]))
    return [v["name"] for v in pack["situations"][dimension]["values"] if meets(v)]


def selectors(pen, pack, classes, care):
    """Rows that together are for everybody once: by grade, class, age, situation or not at all."""
    rows = [{}]
    if pen.chance():
        rows = [{**row, "grades": part} for row in rows for part in split(pen, pack["grades"])]
    if pen.chance(3):
        rows = [{**row, "classes": part} for row in rows for part in split(pen, classes)]
    if len(care.get("identities", ())) > 1 and pack["identities"]["combine"] == "best" and \
            pen.number(0, 2):
        rows = [{**row, "identities": part} for row in rows
                for part in split(pen, care["identities"])]
    elif "identities" in pack and pen.chance(4):
        rows = [row | who for row in rows for who in some_and_rest(pen, pack, care)]
    if pen.chance(5):
        bound = pen.number(1, 90)
        rows = [{**row, "age": span} for row in rows
                for span in ({"to": str(bound - 1)}, {"from": str(bound)})]
    if "situations" in pack and pen.chance(3):
        name = pen.one(pack["situations"])
        rows = [{**row, "in": {name: part}} for row in rows
                for part in split(pen, met(pack, name, care, classes))]
    return rows


def some_and_rest(pen, pack, care):
    """A row for who has one of these identities, and one for who has none of them."""
    names = care.get("identities", [i["name"] for i in pack["identities"]["list"]])
    chosen = pen.some(names)
    if "identities" in care and len(chosen) == len(names):
        return [{}]  # there is no rest
    return [{"identities": chosen}, {"not_identities": chosen}]


FILINGS = {"referral": "2501", "residence": "2505"}
PLACES = ["H99000099001", "H99000299001", "H11000099001"]


def filings(pen):
    return {name: {"zh": "示例", "codes": [code]} | pen.rarely(clause=pen.clause)
            | pen.rarely(days=lambda: str(pen.number(1, 60))) for name, code in FILINGS.items()}


def when(pen, pack):
    """What a situation asks of a claim."""
    bound = pen.number(0, 90)
    tests = {
        "kinds": lambda: pen.some(KINDS), "med_types": lambda: pen.some(MED_TYPES),
        "insutypes": lambda: pen.some(pack["insutypes"]),
        "classes": lambda: pen.some(pack["person_classes"]), "sex": lambda: pen.one("12"),
        "age": lambda: pen.one([{"from": str(bound)}, {"to": str(bound)}]),
        "distance": lambda: pen.some(["county", "city", "province", "beyond"]),
        "filing": lambda: pen.some(pack["filings"]),
        "diseases": lambda: pen.one([["M0"], ["M01", "E11"], ["C5", "E1"]]),
        "operations": lambda: pen.one([["47"], ["47.01", "36"]]),
        "institutions": lambda: [pen.one(PLACES)],
        "institution_tags": lambda: pen.some(pack["institution_tags"]),
        "fetus_cnt": lambda: pen.one([{"from": "2"}, {"to": "1"}, {"from": "1", "to": "2"}]),
        "fetts": lambda: pen.one([{"from": "2"}, {"to": "2"}]),
        "delivery": lambda: pen.some(["1", "2"]), "birctrl": lambda: pen.some(["1", "2"]),
        "emergency": lambda: pen.one(["true", "false"]),
        "newborn": lambda: pen.one(["true", "false"]), "trauma": lambda: pen.one(["true", "false"]),
        "cvlserv_lv": lambda: pen.some(["1", "2"]),
        "prescriber_grades": lambda: pen.some(pack["grades"]),
        "grades": lambda: pen.some(pack["grades"]),
        "break_days": lambda: str(pen.number(1, 120)),
        "transfer": lambda: {"to": pen.some(["up", "down", "same", "same_hospital"]),
                             "within_days": str(pen.number(1, 30))},
    }
    if years_split(pack):
        del tests["transfer"]
    keys = list(dict.fromkeys(pen.one(tests) for _ in range(pen.number(1, 2))))
    if set(keys) in ({"kinds", "med_types"}, {"insutypes", "classes"}):
        del keys[0]  # they may contradict each other, and copay-policy says so
    return {key: tests[key]() for key in keys}


def situations(pen, pack):
    return {name: {"zh": "示例", "values": values(pen, pack, name)}
            for name in ("place", "ill")[:pen.number(1, 2)]}


def values(pen, pack, name):
    """Values that earlier ones do not always take."""
    asked = []
    for _ in range(pen.number(1, 3)):
        wanted = when(pen, pack)
        implied = {*wanted, *({"med_types": "kinds", "classes": "insutypes"}.get(k) for k in wanted)}
        if not any(set(earlier) <= implied for earlier in asked):
            asked.append(wanted)
    return [*({"name": f"{name}{n}", "zh": "示例", "when": wanted} | pen.rarely(clause=pen.clause)
              for n, wanted in enumerate(asked)), {"name": f"{name}_rest", "zh": "示例"}]


def bands(pen, open_end=False):
    """Upper bounds, inclusive; the last band may end too."""
    bounds = sorted({pen.fen() + 1 for _ in range(pen.number(1, 3))})
    rows = [{"upto": yuan(bound), "ratio": pen.ratio()} for bound in bounds]
    if open_end or not pen.chance(4):
        rows.append({"ratio": pen.ratio()})
    for row in rows:
        if pen.chance(3):
            row["clause"] = pen.clause()
    return rows


def brackets(pen, ascending):
    rows = bands(pen, open_end=True)
    if ascending:
        for row, ratio in zip(rows, sorted(row["ratio"] for row in rows)):
            row["ratio"] = ratio
    return rows


def ratio_table(pen, pack, classes, care, rules):
    """Marginal bands, brackets of the whole base, one ratio, or a fixed sum."""
    rows = []
    cumulative = "cumulative" in rules
    for row in selectors(pen, pack, classes, care):
        form = pen.number(0, 7)
        if form < 3:
            how = {"ratio": pen.ratio()}
        elif form < 6:
            how = {"bands": bands(pen)}
        elif form == 6 or cumulative:
            how = {"brackets": brackets(pen, cumulative)}
        else:
            how = {"lump": yuan(pen.fen(3000) + 1), "below": pen.one(["actual", "cash_benefit"])}
        rows.append({**row, **how, "clause": pen.clause()})
    bounded = any("bands" in row or "brackets" in row for row in rows)
    measured = {"from": pen.one(["zero", "deductible"])} if bounded and "deductible" in rules else {}
    marginal = any("bands" in row and (len(row["bands"]) > 1 or "upto" in row["bands"][0])
                   for row in rows)
    if marginal and not cumulative and not any("brackets" in row or "lump" in row for row in rows):
        measured |= {"bands_over": pen.one(["settlement", "year"])} if pen.chance() else {}
    return measured | {"table": rows}


def series(pen):
    """By the nth stay or visit."""
    form = pen.number(0, 5)
    first = pen.fen(3000)
    if form == 0:
        return yuan(first)
    if form < 3:
        return [yuan(first), *(pen.yuan(3000) for _ in range(pen.number(0, 2)))]
    first += 100
    again = {3: {"minus": yuan(pen.number(first // 20, first))}, 4: {"times": pen.ratio(9500)},
             5: {"less_of_first": sorted({pen.ratio() for _ in range(2)})}}[form]
    if form < 5 or pen.chance():
        again["floor"] = yuan(pen.number(first // 2, first))  # it is reached soon
    return {"first": yuan(first), "again": again}


def counting_stays(pack, care):
    """The deductibles so far that count these stays too."""
    return [e["deductible"] for e in pack["layers"]
            if e.get("deductible", {}).get("per") in ("stay", "period")
            and not set(e["when"]["insutypes"]).isdisjoint(care["insutypes"])]


def deductible(pen, pack, classes, care, cumulative, plain):
    """Of a cumulative layer: a floor under the year's base."""
    kinds = care["kinds"]
    stays = [k for k in kinds if k == "inpatient"]
    per = "year" if cumulative or pen.chance() else pen.one(
        ["day", "month", "quarter", "year", "hospital_year"])
    others = counting_stays(pack, care)
    alone = any(rules.get("unused") != "lost" for rules in others)
    if not cumulative and len(stays) in (0, len(kinds)) and pen.chance():
        per = "visit" if not stays else per if alone else "stay"
        if per == "stay" and plain and not others and not pen.number(0, 4):
            per = "period"
    rules = {"per": per}
    if per == "stay":
        rules |= of_stays(pen, pack, others)
    if per == "period":
        rules |= {"period_days": "5", "nth": pen.one(["same_grade", "all_stays"])}
    if per == "year" and not cumulative and pen.chance(4):
        rules["top_up"] = pen.bool()
    if not cumulative and pen.chance(3):
        rules["ceiling"] = {"yuan": pen.yuan(2000), "clause": pen.clause()}
    rules["table"] = [
        {**row, "yuan": series(pen) if per in ("stay", "visit", "period") else pen.yuan(3000),
         "clause": pen.clause()}
        for row in selectors(pen, pack, classes, care)]
    if rules.get("unused") == "lost" and pen.chance():
        rules["table"][0]["nth"] = nth(pen, pack)
    return rules


def nth(pen, pack):
    counts = pen.one(["same_grade", "all_stays"])
    if "situations" not in pack or not pen.number(0, 2):
        return counts
    dimension = pen.one(pack["situations"])
    values = [v["name"] for v in pack["situations"][dimension]["values"]]
    return {"counts": counts, "in": {dimension: pen.some(values)}}


def of_stays(pen, pack, others):
    """Which stay it is, and what becomes of what is not consumed. Deductibles that count the same
    stays make the same of them."""
    rules = {"nth": nth(pen, pack), "unused": "lost"}
    if others:
        return rules | {key: others[0][key] for key in ("merge",) if key in others[0]}
    if isinstance(rules["nth"], str) and not splits(pack) and pen.chance(3):
        return rules | {"unused": "carried"}
    if not years_split(pack) and pen.chance(3):
        ways = pen.some(["up", "down", "same", "same_hospital"])
        rules["merge"] = [{"within_days": str(pen.number(0, 60)), "transfers": part,
                           "pays": pen.one(["difference", "none", "full"]), "clause": pen.clause()}
                          for part in split(pen, ways)]
    return rules


def ratios_of(table):
    for row in table:
        for band in row.get("bands", row.get("brackets", [] if "lump" in row else [row])):
            yield round(float(band["ratio"]) * 10000)


def adjust(pen, pack, classes, care, rules):
    """Rows that no set of which takes a ratio out of 0 to 1, or beyond eight decimals."""
    def row(**changes):
        who = pen.one(selectors(pen, pack, classes, care))
        if "identities" in pack and not names_people(who) and pen.chance(3):
            names = [i["name"] for i in pack["identities"]["list"]]
            who = who | {"identities": pen.some(care.get("identities", names))}
        return who | changes | {"clause": pen.clause()}
    rows = []
    ratios = list(ratios_of(rules["ratio"]["table"]))
    low, high = min(ratios, default=0), max(ratios, default=0)
    lump = any("lump" in row for row in rules["ratio"]["table"])
    if pen.chance() and not lump:
        points = pen.number(-low, 10000 - high)
        if points:
            rows.append(row(points=("-" if points < 0 else "") + decimal4(abs(points))))
    if pen.chance() and not lump and (not rows or not rows[0]["points"].startswith("-")):
        how = pen.one(["multiply", "personal_share"])
        at = len(rows) if how == "personal_share" else pen.number(0, len(rows))
        rows.insert(at, row(**{how: pen.ratio(9999)}))
    if "deductible" in rules and pen.chance(3):
        rows.append(row(deductible_times=pen.ratio(9999)))
    if "deductible" in rules and pen.chance(3):
        rows.insert(0, row(deductible_plus=yuan(pen.fen(500) + 1)))
    if pen.chance(3):
        rows.append(row(first_selfpay=decimal4(pen.number(1, 5000))))
    if "caps" in rules and pen.chance(4):
        rows.append(row(uncapped=pen.bool()))
    return rows


def caps(pen, pack, classes, care, scope, others):
    """Rows of one sort; the layer's other caps are over the year."""
    stays = {kind == "inpatient" for kind in care["kinds"]}
    spans = ["day", "month", "quarter", *(["stay"] if stays == {True} else ["visit"] if
                                          stays == {False} else [])]
    per = pen.one(spans) if not care["cumulative"] and pen.chance(3) else "year"
    rows = []
    for row in selectors(pen, pack, classes, care)[:2] if pen.chance() else [{}]:
        rows.append({**named(pen, pack, care, row), "per": per,
                     "on": pen.one(["payment", "payment", "eligible"]),
                     "yuan": pen.yuan(50000), "jointly": [scope], "clause": pen.clause()})
        if rows[-1]["on"] == "payment" and others and pen.chance(3):
            rows[-1]["jointly"] = [scope, *pen.some(others)][:4]
        if pen.chance(4):
            rows[-1] |= raised(pen)
    if per != "year":
        rows.append({"on": "payment", "yuan": pen.yuan(50000), "jointly": [scope],
                     "clause": pen.clause()})
    return rows


def of_values(pen, pack, rules, classes):
    """Caps on the sums of one value each."""
    name = rules["accumulates_by"]
    return [{"in": {name: [value]}, "on": pen.one(["payment", "eligible"]), "yuan": pen.yuan(20000),
             "jointly": [f"{rules['accumulates']}/{value}"], "clause": pen.clause()}
            for value in pen.some(met(pack, name, rules["when"], classes))]


def raised(pen):
    row = {"raised": [{"by": by, "beyond": str(pen.number(1, 4)), "yuan": yuan(pen.fen(3000) + 1)}
                      for by in pen.some(["continuous_years", "zero_claim_years"])]}
    return row | ({"raised_at_most": decimal4(pen.number(1, 5000))} if pen.chance() else {})


def base(pen, earlier):
    """Most often the money in scope, less what earlier layers paid; or what one's cap left over."""
    form = pen.number(0, 6)
    paid = [f"{e['layer']}.paid" for e in earlier]
    excess = [f"{e['layer']}.excess" for e in earlier if "caps" in e and "guarantee" not in e]
    consumed = [f"{e['layer']}.deductible" for e in earlier if "deductible" in e]
    if excess and form == 1:
        return [pen.one(excess)]
    if paid and 2 <= form < 5:
        return ["inscp_scp_amt", *("-" + name for name in pen.some(paid)[:6])]
    if form == 5:
        return [pen.one(["rest_inscp", "rest_total"])]
    if form < 5:
        return ["inscp_scp_amt"]
    names = pen.some([*AMOUNTS, "rest_inscp", "rest_total", "transfer_selfpay", *paid, *excess,
                      *consumed])[:6]
    if {"rest_inscp", "rest_total"} & set(names):  # without what layers paid already
        names = [name for name in names if name not in paid]
    return [weighted(pen, name, i > 0) for i, name in enumerate(names)]


def weighted(pen, name, negative):
    sign = "-" if negative and pen.chance(3) else ""
    return {"amount": name, "times": sign + pen.one(["0.5000", "0.1000", "0.3333", "1"])} \
        if pen.chance(3) else sign + name


def guarantee(pen, earlier):
    return {"to": pen.ratio(), "of": pen.one([["medfee_sumamt"], ["inscp_scp_amt"]]),
            "counting": pen.some([e["layer"] for e in earlier]) if pen.chance() else "all",
            "clause": pen.clause()}


def kinds_of_care(pen):
    return ["inpatient"] if pen.chance() else pen.some(KINDS)


def line_scope(pen, pack):
    """Which lines: one condition of `any` admits, one of `none` leaves out."""
    if not pen.chance(3):
        return "all"
    return conditions(pen, pack) | {"clause": pen.clause()}


def conditions(pen, pack):
    keys = pen.some(["any", "none"])
    return {key: wanted(pen, pack) for key in keys}


def wanted(pen, pack):
    tests = {"chrgitm_lv": lambda: pen.some(["01", "02"]),
             "med_chrgitm_type": lambda: pen.some(["02", "09", "14"]),
             "bas_medn_flag": lambda: "true",
             "items": lambda: pen.one([["00120100001"], ["001201000010001"]])}
    if "item_tags" in pack:
        tests["tags"] = lambda: pen.some(pack["item_tags"])
    return {key: tests[key]() for key in dict.fromkeys(pen.one(tests) for _ in range(2))}


def layer(pen, pack, number, earlier):
    """`earlier` are the layers before it."""
    insutypes = pen.some(pack["insutypes"])
    classes = [c for c, (i, _) in CLASSES.items() if i in insutypes]
    by = pen.one(pack["situations"]) if "situations" in pack and pen.chance(3) else ""
    # Versions that keep the sums of one name apart by something else would mix them.
    name, scope = f"layer{number}", f"{by[:1] or 's'}{number}"
    identities = [i["name"] for i in pack.get("identities", {}).get("list", ())]
    when = {"insutypes": insutypes, "kinds": kinds_of_care(pen)}
    if pen.chance(4):
        when["classes"] = classes = pen.some(classes)
    if "situations" in pack and pen.chance(4):
        dimension = pen.one(pack["situations"])
        when["in"] = {dimension: pen.some(met(pack, dimension, when, classes))}
    owner = pen.one(["county", "county", {"insurer": "CIC-99"}, {"civil_servant": "CS-99"}])
    if earlier and identities and pen.chance():
        when["identities"] = pen.some(identities)
        owner = "assistance"
    field = pen.one(FIELDS)
    if pen.chance(8):
        field, owner = "hosp_part_amt", "hospital"
    rules = {"layer": name, "zh": "示例层", "fund_pay_type": FIELDS.get(field, "630101"),
             "field": field, "owner": owner, "when": when,
             "needs_pool": pen.one(["true", "false"]), "scope": "all", "accumulates": scope}
    for key, value in (("clause", pen.clause), ("counts_dedc", pen.bool)):
        if pen.chance():
            rules[key] = value()
    if field != "hosp_part_amt" and pen.chance(8):
        rules["paid_when"] = pen.one(["later", "later", "now"])
    others = [e["accumulates"] for e in earlier if set(insutypes) <= set(e["when"]["insutypes"])]
    if earlier and pen.chance(8):
        rules.pop("counts_dedc", None)
        rules["accumulates"] = scope = f"s{number}"
        rules["guarantee"] = guarantee(pen, earlier)
        if pen.chance():
            rules["caps"] = [row | {"on": "payment"}
                             for row in caps(pen, pack, classes, when | {"cumulative": False}, scope,
                                          others)]
        return rules
    rules["base"] = base(pen, earlier)
    if rules["base"] == ["inscp_scp_amt"] and pack.get("account", {}).get("order") != "first":
        rules["scope"] = line_scope(pen, pack)
    cumulative = not by and pen.chance(3)
    if by:
        rules["accumulates_by"] = by
    if cumulative:
        rules["cumulative"] = {"reach_back": pen.one(["false", "true"]), "year": "benefit"}
    if pen.chance() or cumulative:
        rules["deductible"] = deductible(pen, pack, classes, when, cumulative,
                                         rules["base"] == ["inscp_scp_amt"])
        if any(m["pays"] == "difference" for m in rules["deductible"].get("merge", ())):
            rules["counts_dedc"] = "true"
    rules["ratio"] = ratio_table(pen, pack, classes, when, rules)
    if pen.chance():
        rules["caps"] = caps(pen, pack, classes, when | {"cumulative": cumulative}, scope, others)
        if "accumulates_by" in rules:
            rules["caps"] += of_values(pen, pack, rules, classes)
    if pen.chance(3):
        rules["adjust"] = adjust(pen, pack, classes, when, rules)
        if not rules["adjust"]:
            del rules["adjust"]
    return rules


def lines(pen, pack):
    rules = {"clauses": {key: pen.clause()
                         for key in ("class_a", "class_b", "class_c", "price_cap")},
             "hosp_appr_flag": {flag: pen.one(["own", "as_listed", "hospital"])
                                for flag in "012"},
             "refused_line": pen.one(["patient", "hospital"])}
    if "hospital" in (*rules["hosp_appr_flag"].values(), rules["refused_line"]):
        rules["hospital"] = {"fund_pay_type": "630101", "clause": pen.clause()}
    if pen.chance(3):
        rules["pay_standard"] = {"clause": pen.clause(), "above": pen.one(
            ["preselfpay_amt", "overlmt_selfpay", "fulamt_ownpay_amt"])}
    if pen.chance(3):
        rules["item_dedc"] = {"ratio_of": pen.one(["rest", "whole"]), "clause": pen.clause()}
    if pen.chance(3):
        rules["ceilings"] = [ceiling(pen, pack, n) for n in range(pen.number(1, 2))]
    return rules


def ceiling(pen, pack, number):
    insutypes = pen.some(pack["insutypes"])
    care = {"insutypes": insutypes, "kinds": kinds_of_care(pen)}
    per = pen.one(["stay", "stay_day", "fee_day"])
    classes = [c for c, (i, _) in CLASSES.items() if i in insutypes]
    if pen.chance(4):
        care["classes"] = classes = pen.some(classes)
    table = [{**named(pen, pack, care, row), "yuan": pen.yuan(3000), "clause": pen.clause()}
             for row in selectors(pen, pack, classes, care)]
    if per != "stay" and pen.chance():
        more = round(float(table[0]["yuan"]) * 100) + pen.number(1, 5000)
        table[0]["special"] = {"days_at_most": str(pen.number(1, 5)), "yuan": yuan(more)}
    return {"ceiling": f"group{number}", "zh": "示例", "when": care, "of": "inscp_scp_amt",
            "scope": conditions(pen, pack), "per": per, "table": table,
            "above": pen.one(["overlmt_selfpay", "fulamt_ownpay_amt"])}


def waiting(pen, pack):
    """For some insurances: who waits how long."""
    rows = []
    for insutype in pen.some(pack["insutypes"]):
        row = {"insutypes": [insutype], "when": pen.some(["late", "break"]),
               "months": str(pen.number(0, 6)), "clause": pen.clause()}
        if "late" in row["when"] and pen.chance():
            row["window_ends"] = pen.one(["02-28", "01-31", "12-31", "09-30"])
        if pen.chance(3):
            row["per_missed_year"] = str(pen.number(1, 2))
        if pen.chance(3):
            row["grace"] = {"after": pen.some(["310", "390"]), "days": str(pen.number(1, 90))}
        if pen.chance(3):
            row["newborn_days"] = str(pen.number(1, 366))
        if pen.chance(3):
            row["infants"] = {"months": str(pen.number(13, 36)),
                              "opens": pen.one(["same_day", "next_day"])}
        if "identities" in pack and pen.chance():
            row["exempt"] = pen.some([i["name"] for i in pack["identities"]["list"]])
        rows.append(row)
    return rows


def packages(pen, pack):
    """One or two prices; of two, one is for the first grade and the other for the rest."""
    payers = [e for e in pack["layers"]
              if "guarantee" not in e and "cumulative" not in e and e.get("paid_when") != "later"
              and e.get("deductible", {}).get("per") != "period"]
    grades = split(pen, pack["grades"])[:2]
    return [package(pen, pack, n, part, pen.one(payers)) for n, part in enumerate(grades)] \
        if payers else []


def package(pen, pack, number, grades, payer):
    method = pen.one(["disease", "disease", "per_diem", "drg", "dip", "capitation"])
    rules = {"package": f"package{number}", "zh": "示例", "method": method,
             "layer": payer["layer"]}
    row = {"grades": grades, "clause": pen.clause()}
    care = payer["when"]
    classes = care.get("classes", [c for c, (i, _) in CLASSES.items() if i in care["insutypes"]])
    if pen.chance():
        row |= named(pen, pack, care, pen.one(selectors(pen, pack, classes, care)))
        row["grades"] = grades
    if method != "capitation":
        rules["of"] = ["inscp_scp_amt"] if pen.chance() else pen.some(PARTS)[::pen.one([1, -1])]
        row["yuan"] = yuan(pen.fen(20000) + 1)
    if method in ("drg", "dip") and pen.chance():
        del row["yuan"]
        row["stated"] = "true"
    if method in ("disease", "per_diem"):
        first = pack.get("account", {}).get("order") == "first"
        rules["share_on"] = "actual" if first else pen.one(["actual", "price", "fixed"])
        scoped = any(e["scope"] != "all" for e in pack["layers"])
        rules["above"] = "patient" if scoped else pen.one(["hospital", "patient"])
        rules["below"] = pen.one(["hospital_keeps", "nothing"])
        if rules["above"] == "hospital":
            rules["fund_pay_type"] = "630101"
        if rules["share_on"] == "fixed":
            row["patient"] = row["yuan"] if pen.chance(8) else "0.01"
    return rules | {"price": [row]}


def allowance(pen, pack):
    rows = [{"days": str(pen.number(1, 128)), "clause": pen.clause()}]
    if "situations" in pack:
        name = pen.one(pack["situations"])
        values = [v["name"] for v in pack["situations"][name]["values"]]
        rows.append({"in": {name: pen.some(values)}, "days": "15", "clause": pen.clause()})
    care = {"insutypes": pen.some(pack["insutypes"]), "kinds": kinds_of_care(pen)}
    classes = [c for c, (i, _) in CLASSES.items() if i in care["insutypes"]]
    if pen.chance(3):
        care["classes"] = classes = pen.some(classes)
    if "situations" in pack and pen.chance():
        dimension = pen.one(pack["situations"])
        care["in"] = {dimension: pen.some(met(pack, dimension, care, classes))}
    return {"allowance": "leave", "zh": "示例", "needs_pool": pen.one(["true", "false"]),
            "when": care,
            "of": "avg_mon_wage", "over_days": pen.one(["30", "21"]),
            "rounding": pen.one(["day", "sum"]), "days": rows}


def account(pen, pack):
    def purse():
        pays = pen.some(PARTS)
        return {"pays": pays[::-1] if pen.chance() else pays, "fund_pay_type": "310201",
                "clause": pen.clause()}
    rules = {"insutypes": pen.some(pack["insutypes"]), "kinds": pen.some(KINDS), **purse()}
    if pen.chance(3):
        rules["order"] = pen.one(["first", "last"])
    if pen.chance(3):
        rules["family"] = purse()
    return rules


def rounding(pen):
    places = {"preselfpay": ["line", "bill"], "segments": ["layer", "segment"]}
    return {what: {"per": pen.one(places[what]), "to": pen.one(["half_up", "down", "up"])}
            for what in pen.some(places)}


def dates(pen):
    days = ["settlement", "settlement", "admission", "discharge"]
    chosen = {question: pen.one(days) for question in ("rule_version", "benefit_year", "cover")}
    chosen |= {question: pen.one([*days, "enrolment"]) for question in ("person_class", "identity")}
    if pen.chance(4):
        chosen["year_begins"] = "09-01"
    across = pen.one(["whole", "mid_settle", "split"])
    change = pen.one(["whole", "whole", "mid_settle", "split"])
    if across == "mid_settle" and chosen["benefit_year"] == "settlement":
        across = "whole"
    if change == "mid_settle" and "settlement" in (chosen["cover"], chosen["person_class"]):
        change = "whole"
    chosen |= {"stay_across_years": across, "cover_change": change}
    if "split" in (across, change):
        chosen["split"] = {key: pen.one(["each", "once"]) for key in ("deductible", "nth")}
    return chosen


def splits(pack):
    """Whether stays are settled in parts; in some packs at changes of the year."""
    return "split" in pack["dates"]


def years_split(pack):
    return pack["dates"]["stay_across_years"] == "split"


HEAD = {"language", "region", "name", "insutypes", "grades", "cap_grades", "person_classes",
        "kinds", "med_types", "identities", "filings", "institution_tags", "item_tags", "effective", "zh"}


def head(pen):
    """What all versions have in common, and what a case names."""
    insutypes = pen.some(["310", "390"])
    grades = GRADES[:pen.number(1, 4)]
    pack = {
        "language": "1", "region": "990000", "name": "示例", "effective": {"from": "2024-01-01"},
        "insutypes": insutypes, "grades": grades, "cap_grades": grades[:pen.number(1, 4)],
        "person_classes": {c: {"insutype": i, "psn_type": p}
                           for c, (i, p) in CLASSES.items() if i in insutypes},
        "kinds": KINDS | {"inpatient": KINDS["inpatient"] | pen.rarely(clause=pen.clause)},
        "med_types": [{"code": code, "zh": "示例", "kind": kind, "clr_type": "11", "clr_way": "1"}
                      | ({"trauma": "true" if code == TRAUMA else "false"} if code > "20" else {})
                      for code, kind in MED_TYPES.items()],
    }
    if pen.chance(4):
        known = {*grades, *pack["person_classes"], *KINDS}
        pack["zh"] = {name: zh for name, zh in TITLES.items() if name in known}
    if pen.chance():
        pack["identities"] = {
            "combine": pen.one(["best", "stacked"]),
            "list": [{"name": name, "zh": "示例", "codes": [code], "rank": str(rank)}
                     for rank, (name, code) in enumerate(pen.some(IDENTITIES), 1)]}
    if pen.number(0, 2):
        pack["filings"] = filings(pen)
        pack["institution_tags"] = ["upper", "named"]
    if pen.chance():
        pack["item_tags"] = ["dual", "mono"]
    return pack


@st.composite
def policies(draw, like=None):
    """A policy.yaml, or another version of that one."""
    pen = Pen(draw, "N" if like else "")
    common = like or head(pen)
    pack = {key: value for key, value in common.items() if like is None or key in HEAD}
    pack |= {"clauses": pen.clauses, "dates": like["dates"] if like else dates(pen)}
    if like:
        pack["clauses"] |= like["clauses"]
    if "situations" in common:
        pack["situations"] = common["situations"]
    elif "filings" in pack and not like:
        pack["situations"] = situations(pen, pack)
    if pen.chance():
        pack["account"] = account(pen, pack)
    if pen.chance(3):
        pack["rounding"] = rounding(pen)
    pack["lines"] = like["lines"] if like else lines(pen, pack)
    pack["layers"] = []
    for number in range(1, pen.number(1, 5) + 1):
        pack["layers"].append(layer(pen, pack, number, pack["layers"]))
    if pen.chance(4):
        pack["waiting"] = waiting(pen, pack)
    if pen.chance(4):
        pack["newborn"] = {"days": str(pen.number(1, 366)), "clause": pen.clause(),
                           "under": pen.one(["mother", "parent"]),
                           "age_and_sex": pen.one(["child", "insured"])}
    if not splits(pack) and pen.chance():
        pack["packages"] = packages(pen, pack)
        if not pack["packages"]:
            del pack["packages"]
    if not splits(pack) and pen.chance(6):
        pack["allowances"] = [allowance(pen, pack)]
    return pack


@st.composite
def packs(draw):
    """{file name: version}: one, or two of which the second may pay the better for a while."""
    first = draw(policies())
    pen = Pen(draw)
    if not pen.chance(4):
        return {"policy.yaml": first}
    change = pen.one(["2024-07-01", "2024-10-01"])
    first["effective"] = {"from": "2024-01-01", "to": {"2024-07-01": "2024-06-30",
                                                       "2024-10-01": "2024-09-30"}[change]}
    second = draw(policies(first)) | {"effective": {"from": change}}
    if not splits(second) and pen.number(0, 2):
        second["transition"] = transition(pen, second, first)
    return {"policy-first.yaml": first, "policy-second.yaml": second}


def transition(pen, pack, against):
    rules = {"until": pen.one(["2024-12-31", "2025-06-30"]), "who": "all",
             "against": "policy-first.yaml", "compare": "psn_part_amt", "ties": "new",
             "accumulators": pen.one(["chosen", "new"]), "clause": next(iter(against["clauses"]))}
    if "filings" in pack and pen.number(0, 2):
        rules |= {"who": "filed", "filing": pen.some(pack["filings"])}
    return rules


ITEMS = [f"00120100001000{n}" for n in range(4)]


@st.composite
def catalogues(draw, pack):
    """Rows of a catalogue.csv: a few items, one of them in two periods."""
    pen = Pen(draw)
    rows = []
    for code in ITEMS:
        spans = [("2023-01-01", "")]
        if code == ITEMS[0]:
            spans = [("2023-01-01", "2024-06-30"), ("2024-07-01", "")]
        for begin, end in spans:
            level = pen.one(["01", "02", "02", "03"])
            row = {"med_list_codg": code, "name": "示例", "chrgitm_lv": level,
                   "med_chrgitm_type": pen.one(["02", "09", "14"]),
                   "bas_medn_flag": pen.one("01"), "lmt_used_flag": pen.one("01"),
                   "inpatient_only": pen.one("0001"), "sex_limit": pen.one("00012"),
                   "age_min": "", "age_max": "", "begndate": begin, "enddate": end}
            if pen.chance(4):
                row[pen.one(["age_min", "age_max"])] = str(pen.number(0, 90))
            for insutype in pack["insutypes"]:
                row[f"selfpay_prop_{insutype}"] = pen.ratio() if level == "02" else ""
            row |= rare_facts(pen, pack, level)
            for grade in pack["cap_grades"]:
                row[f"pric_uplmt_{grade}"] = yuan(pen.number(0, 30000)) if pen.chance() else ""
            rows.append(row)
    return rows


def rare_facts(pen, pack, level):
    """Optional columns; all rows have the same."""
    row = {}
    if "item_tags" in pack:
        row["tags"] = ";".join(pen.some(pack["item_tags"])) if pen.chance() else ""
    if "item_dedc" in pack["lines"]:
        row["item_dedc"] = yuan(pen.fen(500) + 1) if level != "03" and pen.chance() else ""
    if "pay_standard" in pack["lines"]:
        row["pay_standard"] = yuan(pen.fen(500) + 1) if level != "03" and pen.chance() else ""
    for name in list(pack["person_classes"])[:1]:
        row[f"selfpay_prop_{name}"] = pen.ratio() if level == "02" and pen.chance() else ""
    return row
