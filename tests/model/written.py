"""Journeys written by hand, so that every rule of the benefit is met in every run, whatever
hypothesis draws; and what counts as having met one."""
import chenzhou
from chenzhou import CLASS_OF, yuan
from journeys import TIE, CarePlan, LinePlan, visit_deductibles
from pack import EMPLOYEE, RESIDENT, item_on

PROVINCIAL, LEVEL3, LEVEL2 = "H43100299002", "H43100299001", "H43100299003"
LEVEL1, TOWNSHIP = "H43102499001", "H43102299002"
MIXED = "H43100399003"  # benefit of level 3; ceiling and deductible of level 2
PHARMACY = "P43100299001"

CLASS_B = "XA02BCA02A0010851790084"
ESSENTIAL_B = "XA02BCA01B0020841690083"
CLASS_A_ALONE = "001104000010000"      # neither essential nor of the types that residents have
CONSULTATION = "001102000060000"
CLASS_C = "XA11BAA01A0010330990212"
FOR_WOMEN = "XG03XBA01A0010011190180"
GROWTH = "XH01ACA01B0020300690209"     # to 18 years, limited use
IN_HOSPITAL = "XJ01DHA02B0020111190010"  # inpatients only, limited use
BED = "001109000010000"                # inpatients only, a ceiling that rose in 2025
CHANGED = "XB01ACA24A0010580790057"    # no longer limited, with a ceiling, from July 2024
REGISTRATION = "001101000010000"       # class A, a ceiling of less than a yuan

EVENTS = {
    "first self-pay", "first self-pay a half fen", "over the ceiling", "class C", "unfit age",
    "unfit sex", "inpatients only", "limited use refused", "refund", "an old row",
    "pool closed", "first stay", "later stay", "deductible not filled", "pool cut",
    "pool cut already", "large paid", "large cut", "critical in 60", "critical in 65",
    "critical in 75", "critical cut", "critical uncapped", "assistance paid", "assistance cut",
    "quota cut", "quota used up", "out of scope", "nothing at this grade", "yearly deductible",
    "ceiling of the deductibles", "account whole", "account short", "half a fen",
}


def events(catalogue, member, claim, bill, day):
    """Which of EVENTS a bill shows; the member as before it."""
    met = set()
    for line in claim.lines:
        _line_events(met, catalogue, member, claim, bill, line)
    if claim.account and bill.insurance.insutype == EMPLOYEE:
        met.add("account whole" if bill.account == bill.selfpay else "account short")
    if claim.kind == "pharmacy":
        return met
    if not bill.insurance.pool_open(day):
        return met | {"pool closed"}
    (_stay_events if claim.kind == "inpatient" else _visit_events)(met, member, claim, bill, day)
    return met


def _line_events(met, catalogue, member, claim, bill, line):
    item = item_on(catalogue, line.code, line.day)
    split = bill.splits[line.sn]
    met |= {name for name, holds in {
        "first self-pay": split.first,
        "first self-pay a half fen":
            (line.amount - split.over) * item.first[bill.insurance.insutype] % 1 * 2 == 1,
        "over the ceiling": split.over,
        "class C": item.level == "03" and split.own,
        "unfit age": member.age(line.day) not in item.ages,
        "unfit sex": item.sex not in (0, member.sex),
        "inpatients only": item.inpatient_only and claim.kind != "inpatient",
        "limited use refused": item.limited and line.refused,
        "refund": line.original,
        "an old row": item.end < claim.end,
    }.items() if holds}


def _stay_events(met, member, claim, bill, day):
    def before(kind, scope):
        return member.sums[bill.year, bill.insurance.insutype, kind, scope]

    def after(kind, scope):
        return before(kind, scope) + bill.moved[bill.year, bill.insurance.insutype, kind, scope]

    insutype, place = bill.insurance.insutype, claim.place
    met.add("later stay" if before("stays", place.dedc_grade) else "first stay")
    ratio = chenzhou.STAY_PERCENT[CLASS_OF[bill.insurance.psn_type[:2]]][place.benefit_grade]
    share = (bill.total("inscope") - bill.deductible) * ratio
    cap = yuan(chenzhou.STAY_CAP)
    poor = member.identity(day) is not None
    base = (before("base", "critical"), after("base", "critical"))
    critical = after("paid", "critical")
    met |= {name for name, holds in {
        "deductible not filled": bill.deductible == bill.total("inscope"),
        "half a fen": share % 100 == 50,
        "pool cut": before("paid", "inpatient") < cap == after("paid", "inpatient"),
        "pool cut already": before("paid", "inpatient") == cap,
        "large paid": bill.paid("employee_large"),
        "large cut": insutype == EMPLOYEE and after("paid", "large") == 35000000,
        "critical in 60": base[0] < 3000000 and bill.paid("resident_critical"),
        "critical in 65": base[0] < 10000000 and base[1] > 3000000,
        "critical in 75": base[1] > 10000000,
        "critical cut": critical == 40000000,
        "critical uncapped": poor and critical > 40000000,
        "assistance paid": bill.paid("assistance"),
        "assistance cut": after("paid", "assistance") == 5000000,
    }.items() if holds}


def _visit_events(met, member, claim, bill, day):
    def after(kind, scope):
        key = (bill.year, bill.insurance.insutype, kind, scope)
        return member.sums[key] + bill.moved[key]

    person_class = CLASS_OF[bill.insurance.psn_type[:2]]
    percents = chenzhou.VISIT_PERCENT[person_class]
    quota = yuan(chenzhou.VISIT_CAP[person_class])
    rest = bill.total("inscope") - bill.deductible
    full = after("paid", "outpatient") == quota
    met |= {name for name, holds in {
        "out of scope": bill.insurance.insutype == RESIDENT and bill.total("inscope") and
                        0 < bill.funds < chenzhou.half_up(rest * chenzhou.percent(70)) and not full,
        "nothing at this grade": claim.place.benefit_grade not in percents,
        "yearly deductible": bill.deductible,
        "ceiling of the deductibles": rest and visit_deductibles(member, bill) == 30000 and
                                      after("dedc", "outpatient/level2"),
        "quota cut": full and bill.funds,
        "quota used up": full and not bill.funds,
    }.items() if holds}


def _stay(place, goal=None, beyond=0, *lines, **more):
    return CarePlan(place, "21", lines, goal, beyond, **more)


def _visit(place, goal=None, beyond=0, *lines, **more):
    return CarePlan(place, "11", lines, goal, beyond, **more)


BILL = (
    LinePlan(CLASS_B, cnt=10000, pric=12350000),              # 12.35 x 10 % has a half fen
    LinePlan(CLASS_C, cnt=20000, pric=5550000),
    LinePlan(BED, cnt=35000, over=120000, refunds=(10000, 5000)),
    LinePlan(CLASS_B, cnt=3333, pric=99999999, slack=1, refunds=(1111, 1)),
    LinePlan(GROWTH, cnt=20000, pric=88880000),
    LinePlan(GROWTH, cnt=20000, pric=88880000, refused=True),
    LinePlan(IN_HOSPITAL, cnt=10000, pric=45670000),
    LinePlan(FOR_WOMEN, cnt=10000, pric=4560000),
    LinePlan(CHANGED, cnt=30000, over=70000, refused=True, day=4),
    LinePlan(REGISTRATION, cnt=10000, over=1),
)

JOURNEYS = [
    # Deductibles by grade and number, with the bound and a fen to either side of it.
    *((kind, [_stay(place, goal, way * beyond)
              for place in (PROVINCIAL, LEVEL3, LEVEL2, LEVEL1, TOWNSHIP, MIXED)
              for goal, beyond in (("deductible", -1), ("deductible", 1), (TIE, 0))])
      for kind in ("active", "retired", "resident", "low_income") for way in (1, -1)),
    # The pool's cap and what lies above it, again and again.
    *((kind, [_stay(LEVEL3, "pool_cap", beyond), _stay(MIXED, "fee", beyond),
              _stay(PROVINCIAL, "large_cap", -beyond), _stay(TOWNSHIP, "large_cap", beyond),
              _stay(LEVEL1, "fee")])
      for kind in ("active", "retired", "poor_employee") for beyond in (-1, 0, 1, 2)),
    *((kind, [_stay(LEVEL3, "poor_floor", beyond), _stay(LEVEL2, "floor", beyond),
              _stay(LEVEL3, "band", -beyond, void=True), _stay(LEVEL3, "band", beyond),
              _stay(TOWNSHIP, "pool_cap", beyond), _stay(MIXED, "second_band", beyond),
              _stay(LEVEL3, "critical_cap", beyond), _stay(LEVEL3, "fee")])
      for kind in ("resident", "destitute", "low_income", "identity_over") for beyond in (-1, 1)),
    *((kind, [_stay(LEVEL3, "assistance_cap", -1), _stay(LEVEL1, "assistance_cap", 1),
              _stay(LEVEL3, "fee")]) for kind in ("low_income", "poor_employee")),
    # Outpatient care: quotas, the deductible of the year, the scope of residents.
    *((kind, [_visit(LEVEL2, "deductible", -1), _visit(LEVEL3, "deductible", 1),
              _visit(TOWNSHIP, "fee", 0, *BILL[:2]), _visit(TOWNSHIP, TIE),
              _visit(LEVEL3, goal, -1), _visit(TOWNSHIP, goal, 1), _visit(LEVEL2, "fee")])
      for kind, goal in (("active", "employee_quota"), ("retired", "retired_quota"),
                         ("both", "employee_quota"))),
    *((kind, [_visit(place, "deductible", beyond), _visit(place, TIE, 0, *BILL[:2])])
      for kind in ("active", "retired") for place in (LEVEL2, LEVEL3, PROVINCIAL)
      for beyond in (-1, 1)),
    *(("resident", [_visit(TOWNSHIP, None, 0, LinePlan(item, cnt=10000, pric=8880000))])
      for item in (CLASS_A_ALONE, ESSENTIAL_B, CLASS_B, REGISTRATION, CONSULTATION)),
    *((kind, [_visit(TOWNSHIP, "fee", 0, *BILL[:2]), _visit(LEVEL3, "fee"),
              _visit(TOWNSHIP, None, 0, *BILL), _visit(MIXED, "quota"),
              _visit(LEVEL1, "quota", -1), _visit(LEVEL1, "quota", 1), _visit(TOWNSHIP, "fee")])
      for kind in ("resident", "child", "low_income", "waited")),
    # Everything at once, for everyone, and what is left of the account.
    *((kind, [CarePlan(PHARMACY, "41", BILL), _visit(TOWNSHIP, None, 0, *BILL, change=0),
              _visit(LEVEL2, None, 0, *BILL), _stay(LEVEL2, "fee", 0, *BILL, void=True),
              _stay(LEVEL2, "fee", 0, *BILL, change=1), _stay(LEVEL3, TIE, 0, *BILL, change=0),
              CarePlan(PHARMACY, "41", BILL[:2])])
      for kind in ("active", "retired", "resident", "child", "destitute", "poor_employee",
                   "arrears", "arrears_soon", "waiting", "waited", "both", "changed",
                   "identity_today")),
    # Under both insurances each has its own year.
    ("both", [_visit(TOWNSHIP, "quota", insutype=RESIDENT),
              _stay(LEVEL3, "fee"), _stay(LEVEL3, "floor", insutype=RESIDENT),
              _stay(LEVEL3, "fee", insutype=EMPLOYEE), _stay(LEVEL3, "fee", insutype=RESIDENT)]),
]
