"""Members, histories and bills for a policy, drawn at random: trees of texts as YAML gives them."""
import datetime

from hypothesis import strategies as st

from draw_packs import CLASSES, ITEMS, MED_TYPES, TRAUMA, Pen, splits, yuan, years_split

FIRST = datetime.date(2024, 1, 1)
date = datetime.date.fromisoformat


def day(pen):
    """Most often in one year, sometimes in the next."""
    return FIRST + datetime.timedelta(days=pen.number(0, 420 if pen.chance(5) else 365))


def first_day(pen, pack, member):
    """Of care; where stays are split, often a few days before they are."""
    if not splits(pack) or not pen.number(0, 3):
        return day(pen)
    changes = [date(member[key]) for key in ("expi_date", "psn_insu_date", "paus_insu_date",
                                             "pool_begndate") if key in member]
    if years_split(pack) or not changes:
        changes += [date("2024-09-01" if "year_begins" in pack["dates"] else "2025-01-01")] * 2
    return max(FIRST, pen.one(changes) - datetime.timedelta(days=pen.number(1, 10)))


def changes(pen, pack, member):
    """The cover ends, and another begins then or later; or the pool opens or closes."""
    change = day(pen)
    kind = pen.number(0, 3)
    if kind == 0:
        member[pen.one(["pool_begndate", "paus_insu_date"])] = str(change)
    elif kind == 1:
        member["psn_insu_date"] = str(change)
    elif kind == 2:
        other = CLASSES[pen.one(pack["person_classes"])]
        member["expi_date"] = str(change)
        begin = change + datetime.timedelta(days=pen.one([1, 1, 1, 5, -10]))
        member.setdefault("insurances", []).append({
            "insutype": other[0], "psn_type": other[1][0], "psn_insu_date": str(begin)})


def stated(pen, pack):
    """A line without a code; its amount follows."""
    level = pen.one(["01", "01", "02", "03"])
    tree = {"chrgitm_lv": level}
    if level == "02":
        tree["selfpay_prop"] = pen.ratio()
    if pen.chance(3):
        tree["med_chrgitm_type"] = pen.one(["02", "09", "14"])
    if pen.chance(3):
        tree["bas_medn_flag"] = "true"
    if pen.chance(3):
        tree["pric_uplmt_amt"] = pen.yuan(60000)
    if "item_tags" in pack and pen.chance(3):
        tree["tags"] = pen.some(pack["item_tags"])
    for key in ("item_dedc", "pay_standard"):
        if key in pack["lines"] and level != "03" and pen.chance():
            tree[key] = yuan(pen.fen(2000) + 1)
    if "item_dedc" in tree:
        tree["item"] = pen.one("ab")
    return tree


def coded(pen, pack):
    tree = {"med_list_codg": pen.one(ITEMS)}
    if pen.chance(3):
        tree["hosp_appr_flag"] = pen.one("012")
    return tree


def lines(pen, pack, begin, days):
    """Some lines, and a refund of the first now and then."""
    kind = pen.one([stated, stated, coded])
    bill = []
    for _ in range(pen.number(1, 5 if splits(pack) else 3)):
        cnt = pen.one([1, 1, 1, 2, 3, 10])
        fen = max(1, pen.fen(60000) // cnt)
        tree = kind(pen, pack) | {"amount": yuan(fen * cnt)}
        if cnt > 1:
            tree |= {"cnt": str(cnt), "pric": yuan(fen)}
        if pen.chance(6):
            hospital = ["hospital"] if "hospital" in pack["lines"] else []
            tree["refused"] = pen.one(["true", "patient", *hospital])
        if (pen.number(0, 3) > 0) if splits(pack) else pen.chance(4):
            tree["on"] = str(begin + datetime.timedelta(days=pen.number(0, days) - pen.chance(8)))
        bill.append(tree)
    first = bill[0]
    if "cnt" in first and pen.chance():
        fen, cnt = round(float(first["pric"]) * 100), int(first["cnt"])
        for number in range(1, pen.number(1, 2) + 1):
            taken = pen.number(1, cnt // 2)
            bill.append(first | {"init_feedetl_sn": "1", "amount": f"-{yuan(fen * taken)}",
                                 "cnt": f"-{taken}"})
            if pen.chance(3):  # on a later day
                bill[-1]["on"] = str(begin + datetime.timedelta(days=days))
    return bill


def facts(pen, pack):
    """What situations may ask of the care."""
    values = {"dise_codg": ["M01.2", "M05", "E11", "C50"], "oprn_oprt_code": ["47.01", "47", "36.1"],
              "matn_type": ["1", "2"], "fetus_cnt": "123", "fetts": "123",
              "birctrl_type": ["1", "2"], "emergency": ["true", "false"],
              "prescriber_grade": pack["grades"]}
    return {key: pen.one(values[key]) for key in values if pen.chance(3)}


def claim(pen, pack, begin):
    stays = [code for code, kind in MED_TYPES.items() if kind == "inpatient"]
    med_type = pen.one(stays if splits(pack) and pen.number(0, 3) else MED_TYPES)
    days = pen.number(10 if splits(pack) else 0, 20) if MED_TYPES[med_type] == "inpatient" else 0
    grade = pen.one(pack["grades"])
    place = {"grade": grade, "region": pen.one(["990000", "990000", "990002", "991100",
                                                          "110000"])}
    if pen.chance(6):
        place["dedc_grade"] = pen.one(pack["grades"])
    end = begin + datetime.timedelta(days=days)
    bill = {"med_type": med_type, "institution": place, "from": str(begin), "to": str(end)}
    if pen.chance(5):
        bill["settled"] = str(end + datetime.timedelta(days=pen.number(0, 40)))
    if pen.chance(3):
        bill["acct_used"] = "true"
    if pen.chance(12):
        bill["insutype"] = pen.one(pack["insutypes"])
    if pen.number(0, 7) if med_type == TRAUMA else pen.chance(8):
        bill["trauma"] = {"cause": "示例", "third_party": pen.one(["false"] * 7 + ["true"]),
                          "signed": pen.one(["true"] * 7 + ["false"])}
    if "situations" in pack:
        bill |= facts(pen, pack)
        if pen.chance(3):
            place["tags"] = pen.some(["upper", "named"])
            place["fixmedins_code"] = f"H{place['region']}9900{pen.number(1, 2)}"
    if "newborn" in pack and pen.chance():
        born = begin - datetime.timedelta(days=pen.number(0, 60))
        bill["newborn"] = {"born": str(born), "sex": pen.one("12")}
    if "packages" in pack and pen.chance():
        bill["group_price"] = pen.yuan(20000)
    return {**bill, "lines": lines(pen, pack, begin, days),
            "expect": {"psn_cash_pay": "0.00"}}


def void(pen, claims):
    """Of one of them, which may be void already."""
    bills = [number for number, c in enumerate(claims, 1) if "void" not in c]
    tree = {"void": str(pen.one(bills)), "expect": {"psn_cash_pay": "0.00"}}
    if pen.chance(4):
        last = max(date(c.get("settled", c.get("to", "2024-01-01"))) for c in claims)
        tree["settled"] = str(last + datetime.timedelta(days=pen.number(0, 120)))
    return tree


def history(pen, pack, insutype):
    mine = [r for r in pack["layers"] if insutype in r["when"]["insutypes"]]
    if not mine or "to" in pack["effective"] or not pen.chance(3):
        return {}
    year = {"year": "2024"}
    if pen.chance():
        year["admissions"] = {pen.one(pack["grades"]): str(pen.number(0, 4))}
    if pen.chance():
        whole = [r["accumulates"] for r in mine if "accumulates_by" not in r]
        year["paid"] = {scope: pen.yuan(50000) for scope in whole[-1:]}
    if pen.chance(3):
        year["previous"] = {"to": str(day(pen)), "grade": pen.one(pack["grades"]),
                            "deductible": pen.yuan(2000)}
    cumulated = [r["accumulates"] for r in mine if "cumulative" in r]
    if cumulated and pen.chance():
        year["accumulated"] = {pen.one(cumulated): pen.yuan()}
    run = [r["accumulates"] for r in mine if r.get("ratio", {}).get("bands_over") == "year"
           and "accumulates_by" not in r]
    if run and pen.chance():
        year["bands"] = {pen.one(run): pen.yuan()}
    return {"history": year}


def identity(pen, name):
    """Held for life, or for a time."""
    if pen.chance():
        return name
    begin = day(pen)
    return {"identity": name, "from": str(begin),
            "to": str(begin + datetime.timedelta(days=pen.number(0, 300)))}


def filing(pen, pack):
    begin = day(pen)
    made = {"filing": pen.one(pack["filings"]), "from": str(begin)}
    if pen.chance():
        made["to"] = str(begin + datetime.timedelta(days=pen.number(0, 200)))
    if pen.chance(4):
        made["fixmedins_code"] = pen.one(["H99000099001", "H11000099001"])
    if pen.chance(4):
        made["dise_codg"] = pen.one(["E11", "C50"])
    return made


def earlier(pen, pack, member):
    """The cover began lately, and others before it."""
    begin = day(pen) - datetime.timedelta(days=200)
    member["psn_insu_date"] = str(begin)
    if pen.chance(4):
        member["pool_begndate"] = str(begin + datetime.timedelta(days=pen.number(0, 100)))
    if pen.chance(4):
        member["born"] = str(begin - datetime.timedelta(days=pen.number(0, 200)))
    member["insurances"] = []
    for _ in range(pen.number(0, 2)):
        other = pen.one(pack["person_classes"])
        end = begin - datetime.timedelta(days=pen.one([1, 2, 30, 90, 91, 400, 900]))
        member["insurances"].append({
            "insutype": CLASSES[other][0], "psn_type": CLASSES[other][1][0],
            "psn_insu_date": str(end - datetime.timedelta(days=300)), "expi_date": str(end)})


@st.composite
def cases(draw, pack):
    """One member, and a year's care."""
    pen = Pen(draw)
    name = pen.one(pack["person_classes"])
    insutype, psn_types = CLASSES[name]
    member = {"insutype": insutype, "psn_type": pen.one(psn_types) + pen.one(["", "01"]),
              "born": str(datetime.date(2023 - pen.number(0, 95), 6, 15)),
              "sex": pen.one("12")}
    if "enrolment" in pack["dates"].values():  # a birth before it
        member["psn_insu_date"] = member["born"]
    held = pack.get("identities", {}).get("list", ())
    if held and pen.chance():
        member["identities"] = [identity(pen, i["name"]) for i in held]
    if pen.chance(3):
        member["balc"] = pen.yuan(5000)
    if pen.chance(4):
        member["family_balc"] = pen.yuan(5000)
    if pen.chance(3):
        member["cvlserv_flag"] = "true"
        if pen.chance():
            member["cvlserv_lv"] = pen.one("12")
    if "filings" in pack and pen.chance():
        member["filings"] = [filing(pen, pack) for _ in range(pen.number(1, 2))]
    for key in ("continuous_years", "zero_claim_years"):
        if pen.chance(4):
            member[key] = str(pen.number(0, 8))
    if "allowances" in pack and pen.chance():
        member["avg_mon_wage"] = pen.yuan(20000)
    if "waiting" in pack and pen.chance():
        earlier(pen, pack, member)
    elif pen.chance(8):
        other = pen.one(pack["person_classes"])
        member["insurances"] = [{
            "insutype": CLASSES[other][0], "psn_type": CLASSES[other][1][0],
            "psn_insu_date": str(day(pen)), "county": "990002"}]
        member["expi_date"] = str(day(pen))
    if pen.chance(8):
        member[pen.one(["pool_begndate", "paus_insu_date"])] = str(day(pen))
    if pen.chance(12):
        member["death_date"] = str(day(pen))
    if pen.chance(12):  # one that the policy does not know
        member.setdefault("insurances", []).append({
            "insutype": pen.one(["330", "510"]), "psn_type": "11", "psn_insu_date": str(day(pen))})
    if splits(pack):
        changes(pen, pack, member)
    if member.get("expi_date", "9") < member.get("psn_insu_date", ""):
        del member["expi_date"]
    begins = [first_day(pen, pack, member) for _ in range(pen.number(1, 4))]
    claims = []
    for begin in sorted(begins):
        claims.append(claim(pen, pack, begin))
        if pen.chance(5):
            claims.append(void(pen, claims))
    return {"case": "drawn", "source": "drawn at random", "policy": "policy.yaml",
            "member": member, **history(pen, pack, insutype), "claims": claims}
