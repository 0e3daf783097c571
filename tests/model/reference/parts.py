"""Stays whose fees go by their day, each part for itself, in one settlement."""
import datetime
from collections import Counter
from dataclasses import dataclass, field, replace
from fractions import Fraction

from . import settle as settling
from . import waiting
from .case import Stay

PART = 48
PARTS_MAX = 8
DAY = datetime.timedelta(days=1)


@dataclass
class Part:
    """What the settlement of one part has to know of the stay."""
    first: datetime.date
    by_cover: bool          # cover and class are asked of its first day
    by_year: bool
    covered: bool
    uncounted: bool         # as a stay, because an earlier part was counted
    left: dict = None       # of the stay's one deductible, by accumulates; None: each has its own

    def answers(self, question):
        return self.by_cover and question in ("cover", "person_class")


@dataclass
class Whole:
    """The parts so far together."""
    year: int
    covers: list
    totals: Counter = field(default_factory=Counter)
    splits: dict = field(default_factory=dict)
    rows: list = field(default_factory=list)
    steps: list = field(default_factory=list)
    moved: Counter = field(default_factory=Counter)
    insutype: str = ""
    continued: int = 0
    left: dict = field(default_factory=dict)

    def add(self, outcome, covered):
        self.totals.update(outcome.totals)
        self.totals["balc"] = outcome.totals["balc"]
        self.splits |= outcome.splits
        self.rows += outcome.rows
        self.steps += outcome.steps
        self.moved.update(outcome.moved)
        if covered and not self.insutype:
            self.continued = outcome.stay.consumed - outcome.totals["act_pay_dedc"]
        if covered:
            self.insutype = outcome.stay.insutype


def ways(version):
    """(whether years are split, whether covers are)"""
    dates = version.policy["dates"]
    return dates["stay_across_years"] == "split", dates["cover_change"] == "split"


def apply(version, claim):
    kind = version.kind_of(claim.med_type)
    return any(ways(version)) and bool(kind) and version.is_stay(kind[0])


def year_of(version, claim, part):
    if part and part.by_year:
        return version.year_of(part.first)
    return version.year_of(claim.days[version.policy["dates"]["benefit_year"]])


def care(claim, member):
    """The first and the last day on which there was any: discharge may be later than death."""
    last = claim.days["discharge"]
    return claim.days["admission"], min(last, member.death) if member.death else last


def days(first, last):
    return [first + datetime.timedelta(n) for n in range((last - first).days + 1)]


def insured(covers, insutype, day):
    """As the bill says, or else as anything."""
    return settling.chosen(covers, insutype, day) or settling.chosen(covers, "", day)


def standing(version, covers, insutype, day):
    """What is not to change during a stay: insurance, class and whether the pool is open."""
    cover = insured(covers, insutype, day)
    return cover and (cover.insutype, version.class_of(cover.insutype, cover.psn_type),
                      cover.pool_open(day))


def first_days(version, claim, member, covers):
    """Of the parts: of each day on which the year or the standing is another."""
    by_year, by_cover = ways(version)

    def is_in(day):
        return (version.year_of(day) if by_year else 0,
                standing(version, covers, claim.insutype, day) if by_cover else 0)
    first, last = care(claim, member)
    if by_year and version.year_of(last) > version.year_of(first) + 1:
        raise settling.Refused("MID_SETTLE")
    firsts = [first, *(day for day in days(first + DAY, last) if is_in(day) != is_in(day - DAY))]
    if len(firsts) > PARTS_MAX:
        raise settling.Refused("MID_SETTLE")
    return firsts


def settle(pack, member, claim, version):
    """The sum of the parts, each settled as if the stay had been settled up to a change and gone on
    the day after."""
    dates = version.policy["dates"]
    by_year, by_cover = ways(version)
    filed_day = "discharge" if by_year else dates["benefit_year"]
    whole = Whole(version.year_of(claim.days[filed_day]), waiting.effective(version, member))
    whole.totals["balc"] = member.balance
    firsts = first_days(version, claim, member, whole.covers)
    owner = {line.sn: line.original or line.sn for line in claim.lines}
    day_of = {line.sn: line.day for line in claim.lines}
    for first, after in zip(firsts, [*firsts[1:], None]):
        mine = [line for line in claim.lines
                if (first == firsts[0] or day_of[owner[line.sn]] >= first)
                and (not after or day_of[owner[line.sn]] < after)]
        if not mine:
            continue
        cover = insured(whole.covers, claim.insutype, first)
        own = replace(claim, lines=mine, begin=first, end=after or claim.end)
        if by_cover and (not cover or cover.insutype != claim.insutype):
            own = replace(own, insutype="")
        part = Part(first, by_cover, by_year, bool(cover) or not by_cover,
                    bool(whole.insutype) and dates["split"]["nth"] == "once",
                    whole.left if dates["split"]["deductible"] == "once" else None)
        whole.steps.append(settling.Step(PART, str(first), "",
                                         amount=Fraction(sum(line.amount for line in mine))))
        one = settling.Settling(pack, as_left(member, whole, part), own, part=part)
        whole.add(one.settle() if part.covered else one.settle_uncovered(), part.covered)
    if not whole.insutype:
        raise settling.Refused("NOT_INSURED")
    return as_outcome(whole, claim)


def as_left(member, whole, part):
    """The member as the earlier parts left it. A part that is not counted does not count them
    either, and only the first one has a stay before it."""
    sums = member.sums.copy()
    for key, amount in whole.moved.items():
        if not (part.uncounted and key[2] == "stays"):
            sums[key] += amount
    return replace(member, sums=sums, balance=whole.totals["balc"],
                   family=member.family - whole.totals["acct_mulaid_pay"],
                   previous=None if whole.insutype else member.previous)


def as_outcome(whole, claim):
    stay = Stay(claim.days["discharge"], claim.dedc_grade,
                whole.continued + whole.totals["act_pay_dedc"], claim.place,
                claim.facts["dise_codg"], whole.year, whole.insutype)
    return settling.Outcome(whole.year, whole.splits, dict(whole.totals), whole.rows, whole.steps,
                            {key: amount for key, amount in whole.moved.items() if amount}, stay,
                            claim.days["settlement"])
