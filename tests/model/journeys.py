"""What happens to one person in a year, as drawn by hypothesis or written down by hand: care at any
place, with any items, at amounts near the bounds where the benefit changes; now and then a void.

A plan holds no amounts that depend on what came before: a claim is made of a plan when its turn
comes, against the model's state of the person then (see aim())."""
import datetime
from dataclasses import dataclass, field
from fractions import Fraction

from hypothesis import strategies as st

import chenzhou
from chenzhou import Claim, Line
from pack import EMPLOYEE, RESIDENT, item_on, read_catalogue, read_institutions, yuan
from daemon import PACK

CATALOGUE = read_catalogue(PACK / "catalogue.csv")
PLACES = read_institutions(PACK / "institutions.csv")
PLAIN = "XA07BCA05D0010071290096"  # class A, essential, no ceiling, for everyone: takes any amount
AMOUNT_MAX = 300000000             # fen

# Fee days stand so many days before the settlement, or about a day on which the catalogue changed.
CHANGES = [datetime.date(2024, 7, 1), datetime.date(2025, 1, 1)]


@dataclass(frozen=True)
class LinePlan:
    item: str = PLAIN
    cnt: int = 10000           # x 10^4
    pric: int = 10000000       # yuan x 10^6
    over: int = None           # instead of pric: the place's ceiling and so much more, or less
    slack: int = 0             # fen that the amount differs from cnt x pric
    day: int = 0               # which of the stay's days
    refused: bool = False
    refunds: tuple = ()        # units taken back, x 10^4


@dataclass(frozen=True)
class CarePlan:
    place: str
    med_type: str = "11"
    lines: tuple = ()
    goal: str = None           # see GOALS: a plain line brings the bill there, and ...
    beyond: int = 0            # ... so many fen farther
    account: bool = True
    change: int = None         # index into CHANGES
    days: int = 3
    shuffle: int = 0           # seed of the other order of its lines
    insutype: str = None       # named by the claim, where the person has it
    void: bool = False         # voided at once


# ---- amounts near bounds ------------------------------------------------------------------------

def _paid(*scopes):
    return lambda member, bill: sum(_after(member, bill, "paid", s) for s in scopes)


def _after(member, bill, kind, scope):
    key = (bill.year, bill.insurance.insutype, kind, scope)
    return member.sums[key] + bill.moved[key]


def visit_deductibles(member, bill):
    """What was taken in the year of outpatient deductibles, of all grades together."""
    return sum(_after(member, bill, "dedc", f"outpatient/{grade}")
               for grade in ("level2", "level3", "provincial"))


def _base(member, bill):
    return _after(member, bill, "base", "critical")


GOALS = {  # name: (what grows with the bill, the bound)
    "fee": (lambda member, bill: bill.medfee, 350000),
    "deductible": (lambda member, bill: bill.total("inscope"), None),
    "pool_cap": (_paid("inpatient"), 15000000),
    "large_cap": (_paid("inpatient", "large"), 50000000),
    "poor_floor": (_base, 800000),
    "floor": (_base, 1600000),
    "band": (_base, 3000000),
    "second_band": (_base, 10000000),
    "critical_cap": (_paid("critical"), 40000000),
    "assistance_cap": (_paid("assistance"), 5000000),
    "quota": (_paid("outpatient"), 40000),
    "employee_quota": (_paid("outpatient"), 150000),
    "retired_quota": (_paid("outpatient"), 200000),
    "visit_deductible": (visit_deductibles, 30000),
}
TIE = "tie"


def aim(plan, member, claim, day):
    """The least amount of a plain line that brings the claim to its goal, and `beyond` more."""
    def bill_of(amount):
        more = Line("P", PLAIN, amount, 10000, claim.lines_day)
        with_it = Claim(claim.psn_no, claim.place, claim.med_type, claim.lines + [more],
                        claim.account, claim.insutype)
        return chenzhou.adjudicate(CATALOGUE, member, with_it, day)

    if plan.goal == TIE:
        return next((a for a in range(150001, 150201) if _ties(member, claim, bill_of(a), day)),
                    300001)
    gauge, bound = GOALS[plan.goal]
    if plan.goal == "deductible":
        bound = bill_of(AMOUNT_MAX).deductible
    low, high = 1, AMOUNT_MAX
    if gauge(member, bill_of(high)) < bound:
        return 12345 + plan.beyond
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if gauge(member, bill_of(middle)) >= bound else (middle + 1, high)
    return max(1, low + plan.beyond)


def _ties(member, claim, bill, day):
    """Whether the pool's share, or else the assistance's, lies half-way between two fen."""
    table = {"inpatient": chenzhou.STAY_PERCENT,
             "outpatient": chenzhou.VISIT_PERCENT}.get(claim.kind, {})
    person_class = chenzhou.CLASS_OF[bill.insurance.psn_type[:2]]
    ratio = table.get(person_class, {}).get(claim.place.benefit_grade, 0)
    left = bill.total("inscope") - bill.funds + bill.paid("assistance")
    if member.identity(day) and claim.kind == "inpatient":
        return left * 70 % 100 == 50
    return (bill.total("inscope") - bill.deductible) * ratio % 100 == 50


# ---- from plan to claim -------------------------------------------------------------------------

@dataclass
class Made(Claim):
    """A claim with what the wire wants to know beyond the model."""
    lines_day: datetime.date = None
    begin: datetime.date = None
    end: datetime.date = None
    prices: dict = field(default_factory=dict)  # feedetl_sn: yuan x 10^6


def _amount(cnt, pric, slack):
    exact = Fraction(cnt * pric, 10 ** 8)
    amount = chenzhou.half_up(exact)
    return amount + slack if abs(amount + slack - exact) <= 1 else amount


def make(plan, member, day):
    """The claim that a plan is for this person on this day; None when nothing is left of it."""
    place = PLACES[plan.place]
    if plan.change is None:
        end = day - datetime.timedelta(1)
        begin = end - datetime.timedelta(plan.days)
    else:
        begin = CHANGES[plan.change] - datetime.timedelta(plan.days)
        end = CHANGES[plan.change] + datetime.timedelta(plan.days)
    held = {i.insutype for i in member.insurances if i.begin <= day <= i.end}
    claim = Made(member.psn_no, place, plan.med_type, [], plan.account,
                 plan.insutype if plan.insutype in held else None,
                 lines_day=begin, begin=begin, end=end)
    if not max(place.begin, member.born) <= begin <= end <= place.end:
        return None
    for number, spec in enumerate(plan.lines):
        _add_lines(claim, f"{number:03d}", spec)
    if plan.goal:
        amount = aim(plan, member, claim, day)
        claim.lines.append(Line("P", PLAIN, amount, 10000, begin))
        claim.prices["P"] = amount * 10000
    if sum(x.amount for x in claim.lines) <= 0:
        return None
    return claim


def _add_lines(claim, sn, spec):
    days = (claim.end - claim.begin).days + 1
    fee_day = claim.begin + datetime.timedelta(spec.day % days)
    item = item_on(CATALOGUE, spec.item, fee_day)
    if item is None:
        return
    pric = spec.pric
    if spec.over is not None and claim.place.cap_grade in item.ceiling:
        pric = max(10000, int(item.ceiling[claim.place.cap_grade]) * 10000 + spec.over)
    amount = _amount(spec.cnt, pric, spec.slack)
    if amount <= 0:
        return
    claim.lines.append(Line(sn, spec.item, amount, spec.cnt, fee_day, spec.refused))
    claim.prices[sn] = pric
    left, cnt = amount, spec.cnt
    for number, back in enumerate(spec.refunds):
        taken = _amount(back, pric, 0)
        if back >= cnt or not 0 < taken <= left:
            break
        left, cnt = left - taken, cnt - back
        claim.lines.append(Line(f"{sn}R{number}", spec.item, -taken, -back, fee_day, spec.refused,
                                original=sn))
        claim.prices[f"{sn}R{number}"] = pric


# ---- drawn plans --------------------------------------------------------------------------------

def _special(rows):
    """Items with more to them than an amount."""
    return (len(rows) > 1 or rows[0].ceiling or rows[0].sex or rows[0].limited or
            rows[0].inpatient_only or len(rows[0].ages) < 201)


SPECIAL = sorted(code for code, rows in CATALOGUE.items() if _special(rows))
ORDINARY = sorted(code for code, rows in CATALOGUE.items() if not _special(rows))
OPEN_PLACES = [p for p in sorted(PLACES.values(), key=lambda p: p.code)
               if p.end == datetime.date.max]

line_plans = st.builds(
    LinePlan,
    item=st.one_of(st.sampled_from(SPECIAL), st.sampled_from(ORDINARY)),
    cnt=st.one_of(st.integers(1, 20).map(lambda n: n * 10000), st.integers(1, 99999)),
    pric=st.one_of(st.integers(1, 200000).map(lambda fen: fen * 10000),
                   st.integers(1, 50000000)),
    over=st.sampled_from([None, -10000, 0, 1, 5000, 10000, 7770000]),
    slack=st.sampled_from([0, 0, 0, -1, 1]),
    day=st.integers(0, 6), refused=st.booleans(),
    refunds=st.sampled_from([(), (), (), (10000,), (5000, 20000), (1, 3333)]))


def _care(kind, med_types, goals):
    places = [p.code for p in OPEN_PLACES if kind in p.kinds]
    return st.builds(
        CarePlan, place=st.sampled_from(places), med_type=st.sampled_from(med_types),
        lines=st.lists(line_plans, min_size=1, max_size=6).map(tuple),
        goal=st.sampled_from(goals), beyond=st.integers(-2, 2), account=st.booleans(),
        change=st.sampled_from([None, None, 0, 1]), days=st.integers(0, 3),
        shuffle=st.integers(0, 99),
        insutype=st.sampled_from([None, None, EMPLOYEE, RESIDENT]),
        void=st.integers(0, 3).map(lambda n: n == 3))


STAY_GOALS = [None, TIE, "fee", "deductible", "pool_cap", "large_cap", "poor_floor", "floor",
              "band", "second_band", "critical_cap", "assistance_cap"]
VISIT_GOALS = [None, TIE, "fee", "quota", "employee_quota", "retired_quota", "visit_deductible"]

care_plans = st.one_of(
    _care("inpatient", ["21", "21", "24"], STAY_GOALS),
    _care("outpatient", ["11", "11", "12", "13"], VISIT_GOALS),
    _care("pharmacy", ["41"], [None, "fee"]))
