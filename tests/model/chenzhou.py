"""A second opinion on every bill in Chenzhou: what the region's published benefit gives, written
from the policy's documents and not from the daemon's code, so that the two can disagree.

The figures stand in one table here and are not read from the pack's policy.yaml, for the same
reason; the catalogue and the institutions are (pack.py): they are data and not an opinion. Money is
whole fen, or a Fraction of fen while a figure is still exact; every amount that leaves is rounded
half-up. One benefit year: a settlement's year is the year it is settled in.
"""
import datetime
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction

from pack import EMPLOYEE, OPEN, RESIDENT, Place, item_on, yuan


def percent(n):
    return Fraction(n, 100)


def half_up(exact):
    """Whole fen; ties go away from zero."""
    exact = Fraction(exact)
    size = (abs(exact) * 2 + 1) // 2
    return int(size if exact >= 0 else -size)


# ---- the region's figures (郴医保发〔2023〕18号, 郴政办发〔2022〕20号; secondary, unverified) ---------------

# Of a stay, by the hospital's grade: deductible of the first stay of the year at that grade and of
# each later one; what the pool pays of the rest, by class of person.
STAY_DEDUCTIBLE = {
    RESIDENT: {"primary": (200, 100), "level1": (500, 250), "level2": (800, 400),
               "level3": (1200, 600), "provincial": (2000, 1000)},
    EMPLOYEE: {"primary": (200, 100), "level1": (500, 250), "level2": (800, 400),
               "level3": (1100, 550), "provincial": (2000, 1000)},
}
STAY_PERCENT = {
    "resident": {"primary": 85, "level1": 82, "level2": 80, "level3": 65, "provincial": 60},
    "active": {"primary": 93, "level1": 92, "level2": 90, "level3": 85, "provincial": 80},
    "retired": {"primary": 95, "level1": 94, "level2": 92, "level3": 87, "provincial": 82},
}
STAY_CAP = 150000  # paid by the pool in a year

# Of outpatient care: an employee's deductible of the year by grade, together no more than 300.
VISIT_DEDUCTIBLE = {
    RESIDENT: {},
    EMPLOYEE: {"level2": 200, "level3": 300, "provincial": 300},
}
VISIT_DEDUCTIBLE_TOGETHER = 300
VISIT_PERCENT = {
    "resident": {"primary": 70, "level1": 70},
    "active": {"primary": 70, "level1": 70, "level2": 60, "level3": 60, "provincial": 60},
    "retired": {"primary": 75, "level1": 75, "level2": 65, "level3": 65, "provincial": 65},
}
VISIT_CAP = {"resident": 400, "active": 1500, "retired": 2000}
# A resident's outpatient pool pays class A, essential drugs, and these: 诊察, 一般诊疗费, 挂号.
VISIT_SCOPE_TYPES = {"02", "12", "13"}

LARGE_PERCENT, LARGE_CAP_WITH_POOL = 90, 500000

CRITICAL_FLOOR, CRITICAL_CAP = 16000, 400000
CRITICAL_BANDS = ((30000, 60), (100000, 65), (None, 75))  # absolute bounds of the year's base
CRITICAL_POOR_FLOOR, CRITICAL_POOR_POINTS = CRITICAL_FLOOR // 2, 5  # and no cap

ASSISTANCE_PERCENT, ASSISTANCE_CAP = 70, 50000
POOR = {"2": "destitute", "1": "low_income"}  # psn_idet_type, best first

CLASS_OF = {"11": "active", "12": "retired", "14": "resident", "15": "resident", "16": "resident"}
KIND_OF = {"11": "outpatient", "12": "outpatient", "13": "outpatient", "19": "outpatient",
           "21": "inpatient", "22": "inpatient", "24": "inpatient", "41": "pharmacy"}
CLEARING_TYPE = {"outpatient": "11", "inpatient": "21", "pharmacy": "41"}

FUNDS = {  # layer: (fund_pay_type, field)
    "resident_inpatient": ("390101", "hifp_pay"),
    "employee_inpatient": ("310101", "hifp_pay"),
    "resident_outpatient": ("390101", "hifp_pay"),
    "employee_outpatient": ("310101", "hifp_pay"),
    "employee_large": ("330101", "hifob_pay"),
    "resident_critical": ("390201", "hifmi_pay"),
    "assistance": ("610101", "maf_pay"),
}
CRITICAL_INSURER = "CIC-431000"


# ---- facts --------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Insurance:
    insutype: str
    psn_type: str
    county: str
    begin: datetime.date
    pool_begin: datetime.date
    arrears: datetime.date = OPEN  # the pool is closed from this day
    end: datetime.date = OPEN

    def pool_open(self, day):
        return self.pool_begin <= day < self.arrears


@dataclass(frozen=True)
class Identity:
    code: str
    county: str  # that certified it
    begin: datetime.date
    end: datetime.date


@dataclass
class Member:
    """A person, the account's balance and the year's accumulators."""
    psn_no: str
    sex: int
    born: datetime.date
    insurances: list
    identities: list = field(default_factory=list)
    balance: int = 0
    sums: Counter = field(default_factory=Counter)  # (year, insutype, kind, scope): fen or count

    def insurance(self, day, wanted=None):
        """The one that pays: employee before resident unless the claim names one."""
        held = [i for i in self.insurances
                if i.begin <= day <= i.end and wanted in (None, i.insutype)]
        return min(held, key=lambda i: i.insutype)

    def identity(self, day):
        held = [i for i in self.identities if i.begin <= day <= i.end and i.code in POOR]
        return min(held, key=lambda i: list(POOR).index(i.code)) if held else None

    def age(self, day):
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month,
                                                                    self.born.day))


@dataclass(frozen=True)
class Line:
    sn: str
    code: str
    amount: int
    cnt: int            # x 10^4
    day: datetime.date
    refused: bool = False  # the hospital says: limited use is not met
    original: str = ""     # of a refund


@dataclass
class Claim:
    psn_no: str
    place: Place
    med_type: str
    lines: list
    account: bool = False
    insutype: str = None

    @property
    def kind(self):
        return KIND_OF[self.med_type]


@dataclass
class Split:
    """fulamt, overlmt, presel, inscp of a line."""
    own: int = 0
    over: int = 0
    first: int = 0
    inscope: int = 0

    def minus(self, other):
        return Split(self.own - other.own, self.over - other.over, self.first - other.first,
                     self.inscope - other.inscope)


@dataclass
class Row:
    """What one fund pays."""
    layer: str
    owner: str
    amount: int

    @property
    def field(self):
        return FUNDS[self.layer][1]


@dataclass
class Bill:
    insurance: Insurance
    year: int
    splits: dict                                  # feedetl_sn: Split
    deductible: int = 0
    rows: list = field(default_factory=list)
    account: int = 0
    moved: Counter = field(default_factory=Counter)  # as Member.sums

    def total(self, part):
        return sum(getattr(s, part) for s in self.splits.values())

    def paid(self, layer):
        return sum(r.amount for r in self.rows if r.layer == layer)

    @property
    def funds(self):
        return sum(r.amount for r in self.rows)

    @property
    def selfpay(self):
        return self.total("first") + self.total("inscope") - self.funds

    @property
    def ownpay(self):
        return self.total("own") + self.total("over")

    @property
    def cash(self):
        return self.selfpay + self.ownpay - self.account

    @property
    def medfee(self):
        return self.funds + self.selfpay + self.ownpay


# ---- adjudication -------------------------------------------------------------------------------

def split_line(item, member, claim, insutype, line, amount, cnt):
    """Class, ceiling, first self-pay and restrictions of `amount` fen for `cnt` units."""
    unfit = (item.inpatient_only and claim.kind != "inpatient"
             or item.sex not in (0, member.sex)
             or member.age(line.day) not in item.ages
             or item.limited and line.refused)
    if item.level == "03" or unfit:
        return Split(own=amount)
    ceiling = item.ceiling.get(claim.place.cap_grade)
    over = 0
    if ceiling is not None:
        over = max(0, amount - half_up(Fraction(cnt, 10000) * ceiling))
    first = half_up((amount - over) * item.first[insutype])
    return Split(over=over, first=first, inscope=amount - over - first)


def split_lines(catalogue, member, claim, insutype):
    """{feedetl_sn: Split} and the in-scope money of a resident's outpatient scope. Refunds are
    taken off their original one after the other; each shows the difference it makes."""
    splits, scoped = {}, 0
    for line in claim.lines:
        if line.original:
            continue
        item = item_on(catalogue, line.code, line.day)
        amount, cnt, before = 0, 0, Split()
        refunds = sorted((x for x in claim.lines if x.original == line.sn), key=lambda x: x.sn)
        for part in [line, *refunds]:
            amount, cnt = amount + part.amount, cnt + part.cnt
            after = split_line(item, member, claim, insutype, line, amount, cnt)
            splits[part.sn], before = after.minus(before), after
        if item.level == "01" or item.essential or item.type in VISIT_SCOPE_TYPES:
            scoped += before.inscope
    return splits, scoped


def critical_of(base, poor):
    """What critical illness pays for a year's base, before its cap."""
    floor = yuan(CRITICAL_POOR_FLOOR if poor else CRITICAL_FLOOR)
    paid = Fraction(0)
    for upto, ratio in CRITICAL_BANDS:
        top = base if upto is None else min(base, yuan(upto))
        points = ratio + (CRITICAL_POOR_POINTS if poor else 0)
        paid += max(top - floor, 0) * percent(points)
        floor = max(floor, top if upto is None else yuan(upto))
    return half_up(paid)


class _Settling:
    """One settlement while it is worked out."""

    def __init__(self, catalogue, member, claim, day):
        self.member, self.claim, self.day = member, claim, day
        self.insurance = member.insurance(day, claim.insutype)
        self.insutype = self.insurance.insutype
        self.person_class = CLASS_OF[self.insurance.psn_type[:2]]
        self.identity = member.identity(day)
        splits, self.scoped = split_lines(catalogue, member, claim, self.insutype)
        self.bill = Bill(self.insurance, day.year, splits)
        self.inscope = self.bill.total("inscope")

    def year_sum(self, kind, scope):
        """An accumulator of the year, this settlement's movements included."""
        key = (self.day.year, self.insutype, kind, scope)
        return self.member.sums[key] + self.bill.moved[key]

    def move(self, kind, scope, amount):
        if amount:
            self.bill.moved[self.day.year, self.insutype, kind, scope] += amount

    def pay(self, layer, scope, amount, owner=None):
        self.move("paid", scope, amount)
        if amount:
            self.bill.rows.append(Row(layer, owner or self.insurance.county, amount))
        return amount

    def settle(self):
        kind = self.claim.kind
        grade = self.claim.place.dedc_grade
        if self.insurance.pool_open(self.day):
            if kind == "inpatient":
                self.stay()
            elif kind == "outpatient":
                self.visit()
        self.move(*(("stays", grade) if kind == "inpatient" else ("visits", kind)), 1)
        if self.claim.account and self.insutype == EMPLOYEE:
            self.bill.account = min(self.member.balance, self.bill.selfpay)
        return self.bill

    def stay(self):
        place = self.claim.place
        first, later = STAY_DEDUCTIBLE[self.insutype][place.dedc_grade]
        due = yuan(later if self.year_sum("stays", place.dedc_grade) else first)
        self.bill.deductible = int(min(self.inscope, due))
        self.move("dedc", f"inpatient/{place.dedc_grade}", self.bill.deductible)

        rest = self.inscope - self.bill.deductible
        ratio = percent(STAY_PERCENT[self.person_class][place.benefit_grade])
        room = yuan(STAY_CAP) - self.year_sum("paid", "inpatient")
        # Above the cap the eligible money is computed back exactly, or large-amount is a fen off.
        excess = max(0, rest - room / ratio)
        layer = "resident_inpatient" if self.insutype == RESIDENT else "employee_inpatient"
        self.pay(layer, "inpatient", int(min(half_up(rest * ratio), room)))

        if self.insutype == EMPLOYEE:
            room = (yuan(LARGE_CAP_WITH_POOL) - self.year_sum("paid", "inpatient") -
                    self.year_sum("paid", "large"))
            self.pay("employee_large", "large",
                     int(min(half_up(excess * percent(LARGE_PERCENT)), room)))
        else:
            self.critical()
        if self.identity:
            left = self.inscope - self.bill.funds
            room = yuan(ASSISTANCE_CAP) - self.year_sum("paid", "assistance")
            self.pay("assistance", "assistance",
                     int(min(half_up(left * percent(ASSISTANCE_PERCENT)), room)),
                     self.identity.county)

    def critical(self):
        """By increment of the year's base, so that how care is split over stays is no matter;
        today's rule on both sides, so that an identity does not reach back."""
        before = self.year_sum("base", "critical")
        base = self.inscope - self.bill.funds
        self.move("base", "critical", base)
        poor = self.identity is not None
        amount = critical_of(before + base, poor) - critical_of(before, poor)
        if not poor:
            room = int(yuan(CRITICAL_CAP)) - self.year_sum("paid", "critical")
            amount = max(0, min(amount, room))
        self.pay("resident_critical", "critical", amount, CRITICAL_INSURER)

    def visit(self):
        grade = self.claim.place.dedc_grade
        base = self.scoped if self.insutype == RESIDENT else self.inscope
        own = yuan(VISIT_DEDUCTIBLE[self.insutype].get(grade, 0))
        together = sum(self.year_sum("dedc", f"outpatient/{g}") for g in VISIT_DEDUCTIBLE[EMPLOYEE])
        due = max(0, min(own - self.year_sum("dedc", f"outpatient/{grade}"),
                         yuan(VISIT_DEDUCTIBLE_TOGETHER) - together))
        self.bill.deductible = int(min(base, due))
        self.move("dedc", f"outpatient/{grade}", self.bill.deductible)

        ratio = percent(VISIT_PERCENT[self.person_class].get(self.claim.place.benefit_grade, 0))
        room = yuan(VISIT_CAP[self.person_class]) - self.year_sum("paid", "outpatient")
        layer = "resident_outpatient" if self.insutype == RESIDENT else "employee_outpatient"
        self.pay(layer, "outpatient",
                 int(min(half_up((base - self.bill.deductible) * ratio), room)))


def adjudicate(catalogue, member, claim, day):
    """The bill of a claim settled on `day`. Changes nothing."""
    return _Settling(catalogue, member, claim, day).settle()


def apply(member, bill, sign=1):
    """Takes a bill into the member's sums and balance; sign -1 voids it."""
    for key, amount in bill.moved.items():
        member.sums[key] += sign * amount
        if not member.sums[key]:
            del member.sums[key]
    member.balance -= sign * bill.account
