"""Which value of each dimension a claim has: the first whose `when` holds; the last has none."""
import datetime

from . import texts

SITUATION = 43


def of(settling):
    """{dimension: the name of the claim's value}"""
    chosen = {}
    for dimension, rules in settling.policy.get("situations", {}).items():
        *named, rest = rules["values"]
        value = next((v for v in named if holds(v["when"], settling)), None)
        chosen[dimension] = (value or rest)["name"]
        if value:
            settling.step(SITUATION, f"{dimension}/{value['name']}", value.get("clause", ""))
    return chosen


def distance(here, there):
    """Between the county of care and the county of enrolment, by the digits that they share."""
    if here == there:
        return "county"
    return "city" if here[:4] == there[:4] else "province" if here[:2] == there[:2] else "beyond"


def filed(names, s):
    """Whether one of these filings is in force on the day of admission, for this institution and
    disease where it names one."""
    for filing in s.member.filings:
        rules = s.policy["filings"][filing.name]
        end = filing.end
        if "days" in rules:
            end = min(end, filing.begin + datetime.timedelta(days=int(rules["days"]) - 1))
        if (filing.name in names and filing.begin <= s.claim.days["admission"] <= end
                and filing.place in ("", s.claim.place)
                and filing.disease in ("", s.claim.facts["dise_codg"])):
            return True
    return False


def begins(code, prefixes):
    return any(code.startswith(prefix) for prefix in prefixes)


def broken(days, s):
    """Whether the cover began in this benefit year, so long after every earlier one ended."""
    others = [c for c in s.covers if c.begin < s.cover.begin]
    return s.version.year_of(s.cover.begin) == s.year and \
        all((s.cover.begin - c.end).days > days for c in others)


def transfer(s, days):
    """How the stay follows on the one before it of the same year and insurance, at most so many
    days later: up, down or same by the deductible grades, or same_hospital; else None."""
    previous = s.member.previous
    if not s.stay or not previous or (previous.year, previous.insutype) != (s.year, s.insutype) \
            or not 0 <= (s.claim.days["admission"] - previous.end).days <= days:
        return None
    if previous.place == s.claim.place:
        return "same_hospital"
    grades = s.policy["grades"]
    steps = grades.index(s.claim.dedc_grade) - grades.index(previous.dedc_grade)
    return "up" if steps > 0 else "down" if steps else "same"


def stated_within(number, span):
    """What the claim does not state is in no span."""
    return number != "" and texts.within(int(number), span)


def holds(when, s):
    claim = s.claim
    tests = {
        "kinds": lambda names: s.kind in names,
        "med_types": lambda codes: claim.med_type in codes,
        "insutypes": lambda codes: s.insutype in codes,
        "classes": lambda names: s.person_class in names,
        "sex": lambda sex: s.rule_sex() == sex,
        "age": lambda span: texts.within(s.rule_age(), span),
        "distance": lambda names: distance(claim.region, s.cover.county) in names,
        "filing": lambda names: filed(names, s),
        "diseases": lambda prefixes: begins(claim.facts["dise_codg"], prefixes),
        "operations": lambda prefixes: begins(claim.facts["oprn_oprt_code"], prefixes),
        "institutions": lambda codes: claim.place in codes,
        "institution_tags": lambda names: not set(names).isdisjoint(claim.tags),
        "delivery": lambda codes: claim.facts["matn_type"] in codes,
        "fetus_cnt": lambda span: stated_within(claim.facts["fetus_cnt"], span),
        "fetts": lambda span: stated_within(claim.facts["fetts"], span),
        "birctrl": lambda codes: claim.facts["birctrl_type"] in codes,
        "emergency": lambda wanted: claim.facts["emergency"] == wanted,
        "trauma": lambda wanted: (claim.trauma is not None) == texts.true(wanted),
        "newborn": lambda wanted: (claim.newborn is not None) == texts.true(wanted),
        "cvlserv_lv": lambda codes: s.cover.rank in codes,
        "prescriber_grades": lambda names: claim.facts["prescriber_grade"] in names,
        "grades": lambda names: claim.grade in names,
        "break_days": lambda days: broken(int(days), s),
        "transfer": lambda rules: transfer(s, int(rules["within_days"])) in rules["to"],
    }
    return all(tests[key](wanted) for key, wanted in when.items())
