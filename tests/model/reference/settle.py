"""One settlement: lines, layers in the pack's order, account, cash."""
import datetime
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction

from . import deductibles, lines, packages, parts, situations, waiting
from .case import Stay
from .layers import Layer, Row
from .texts import day as day_of
from .texts import half_up, true, within

ACCOUNT, CASH, TRANSITION, NEWBORN, HOSPITAL_LINES, FAMILY = 41, 42, 46, 47, 63, 67
UNCOVERED = 31
FUNDS = ["hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "hifdm_pay", "maf_pay",
         "oth_pay"]


# The parts of the fee, in the order in which the funds take them off.
PARTS = {"inscp_scp_amt": "inscope", "preselfpay_amt": "first", "overlmt_selfpay": "over",
         "fulamt_ownpay_amt": "own"}
PERIODS_MAX = 6
EMPLOYEE = "310"


class Refused(Exception):
    """The claim has no settlement; its reason's name in reasons.def."""


@dataclass(frozen=True)
class Step:
    code: int
    layer: str
    clause: str
    base: Fraction = Fraction(0)
    limit: Fraction = Fraction(0)
    amount: Fraction = Fraction(0)
    ratio: Fraction = Fraction(0)


@dataclass
class Outcome:
    year: int
    splits: dict
    totals: dict
    rows: list
    steps: list
    moved: dict
    stay: Stay              # None: it is none
    settled: datetime.date


class Settling:
    """One settlement while it is worked out. `against` is a former version's name, and `present`
    the settlement that it is compared with; `part` is the part of a split stay that it is."""

    def __init__(self, pack, member, claim, against=None, present=None, part=None):
        self.pack, self.member, self.claim = pack, member, claim
        self.present, self.of_stay = present, part
        self.version = pack.named(against) if against else pack.version_for(claim.days)
        self.moved, self.steps, self.rows, self.paid = Counter(), [], [], {}
        self.opened = {"inscp_scp_amt"}
        self.deductible = self.transfer = 0
        self.uncounted = bool(part and part.uncounted)  # the stay is no nth of its own
        self.continued = 0      # consumed by the stays that this one continues
        self.check()
        self.decide_cover()
        if claim.newborn and not present:
            self.step(NEWBORN, "", self.policy["newborn"]["clause"])
        if not part or part.covered:
            self.situation = situations.of(self)
        self.splits, self.whole = lines.split_all(self)

    # ---- who and where

    def check(self):
        """What the claim and the version of the rules say."""
        claim = self.claim
        self.policy = self.version.policy
        found = self.version.kind_of(claim.med_type)
        if not found:
            raise Refused("MED_TYPE")
        self.kind, entry = found
        self.stay = self.version.is_stay(self.kind)
        earliest = claim.days["admission"] - datetime.timedelta(
            int(self.policy["kinds"][self.kind].get("before_days", 0)))
        if any(line.day < earliest for line in claim.lines if not line.original):
            raise Refused("FEE_BEFORE_CARE")
        if true(entry.get("trauma")) and not (claim.trauma and true(claim.trauma["signed"])):
            raise Refused("TRAUMA_UNDECLARED")
        if claim.trauma and true(claim.trauma["third_party"]):
            raise Refused("TRAUMA_EXCLUDED")

    def decide_cover(self):
        """Which insurance pays, and what the person is on the days that the policy names."""
        claim, member = self.claim, self.member
        dates = (self.present or self).policy["dates"]
        if member.death and any(day > member.death for day in (
                claim.days["admission"], *(x.day for x in claim.lines if not x.original))):
            raise Refused("PERSON_DEAD")

        def day(question):
            answer = claim.days.get(dates[question])
            if self.of_stay and self.of_stay.answers(question):
                answer = self.of_stay.first
            return min(answer, member.death) if member.death else answer
        self.judged = {"cover": day("cover")}
        self.covers = self.present.covers if self.present \
            else waiting.effective(self.version, member)
        self.decide_patient()
        if self.of_stay and not self.of_stay.covered:
            self.insutype = self.person_class = ""
            return
        self.choose_cover()
        for question in ("person_class", "identity"):
            self.judged[question] = self.cover.begin if dates[question] == "enrolment" \
                and not (self.of_stay and self.of_stay.answers(question)) else day(question)
        if not self.present:
            self.unbroken()
        self.year = parts.year_of(self.version, claim, self.of_stay)
        self.pool_open = self.cover.pool_open(self.judged["cover"])
        self.booked = self.insutype
        then = max((c for c in self.covers if c.insutype == self.insutype
                    and c.holds(self.judged["person_class"])),
                   key=lambda c: c.begin, default=self.cover)
        self.person_class = self.class_of(self.insutype, then.psn_type)
        if self.present:
            self.as_before()
        if not self.person_class:
            raise Refused("NOT_INSURED")
        self.identities = self.counted()

    def choose_cover(self):
        """Among all that the person has: what these rules do not know, they do not pay for."""
        self.cover = chosen(self.covers, self.claim.insutype, self.judged["cover"])
        if not self.cover or not (self.present or self.cover.insutype in self.policy["insutypes"]):
            raise Refused("NOT_INSURED")
        self.insutype = self.cover.insutype

    def as_before(self):
        """Under a former version: by the latest earlier insurance that it knows, where it does not
        know the present one. The sums stay the present cover's."""
        self.pool_open, self.booked = self.present.pool_open, self.present.insutype
        if self.person_class:
            return
        known = [c for c in self.covers if c.begin < self.cover.begin
                 and self.class_of(c.insutype, c.psn_type)]
        if known:
            former = max(known, key=lambda c: c.end)
            self.insutype = former.insutype
            self.person_class = self.class_of(former.insutype, former.psn_type)

    def decide_patient(self):
        """The member, or a newborn under its cover."""
        newborn, rules = self.claim.newborn, self.policy.get("newborn")
        self.born, self.patient_sex = self.member.born, self.member.sex
        self.rules_ask = self.born, self.patient_sex
        if self.present:  # whom this version treats, the former one does
            self.born, self.patient_sex = self.present.born, self.present.patient_sex
            self.rules_ask = self.present.rules_ask
            return
        if not newborn:
            return
        born = day_of(newborn["born"])
        days = (self.claim.days["admission"] - born).days
        if not rules or not 0 <= days <= int(rules["days"]) or \
                rules["under"] == "mother" and self.member.sex != "2":
            raise Refused("NOT_INSURED")
        self.born, self.patient_sex = born, newborn["sex"]
        if rules["age_and_sex"] == "child":
            self.rules_ask = born, newborn["sex"]

    def rule_age(self):
        """What rows and situations ask for."""
        return years(self.rules_ask[0], self.judged["person_class"])

    def rule_sex(self):
        return self.rules_ask[1]

    def class_of(self, insutype, psn_type):
        return self.version.class_of(insutype, psn_type)

    def unbroken(self):
        """A stay may have to be settled up to the day on which its year or its cover changes."""
        if not self.stay:
            return
        dates = self.policy["dates"]
        first, last = parts.care(self.claim, self.member)
        if dates["stay_across_years"] == "mid_settle" and \
                self.version.year_of(first) != self.version.year_of(last):
            raise Refused("MID_SETTLE")
        if dates["cover_change"] == "mid_settle" and len(
                {parts.standing(self.version, self.covers, self.claim.insutype, day)
                 for day in parts.days(first, last)}) > 1:
            raise Refused("MID_SETTLE")

    def counted(self):
        """The identities that count: the best alone, or all."""
        rules = self.policy.get("identities")
        day = self.judged["identity"]
        names = {i.name for i in self.member.identities if i.begin <= day <= i.end}
        held = [i for i in rules["list"] if i["name"] in names] if rules else []
        if held and rules["combine"] == "best":
            held = [min(held, key=lambda i: int(i["rank"]))]
        return [i["name"] for i in held]

    def age(self, day):
        """The patient's."""
        return years(self.born, day)

    def is_for(self, rule, grade):
        """Whom a row is for, and where."""
        if "grades" in rule and grade not in rule["grades"]:
            return False
        if "classes" in rule and self.person_class not in rule["classes"]:
            return False
        if "identities" in rule and not set(rule["identities"]) & set(self.identities):
            return False
        if set(rule.get("not_identities", ())) & set(self.identities):
            return False
        return (self.meets(rule.get("in", {}))
                and within(self.rule_age(), rule.get("age", {})))

    def is_in(self, when):
        """Of a layer or an allowance: insurance, kind of care, class and situation."""
        return (self.insutype in when["insutypes"] and self.kind in when["kinds"]
                and self.person_class in when.get("classes", [self.person_class])
                and self.meets(when.get("in", {})))

    def meets(self, wanted):
        """Whether the claim's value of every dimension named is in its list."""
        return all(self.situation[dimension] in names for dimension, names in wanted.items())

    def item_of(self, line):
        if line.item:
            return line.item
        item = self.pack.item(line.code, line.day, self.insutype, self.person_class,
                              self.claim.cap_grade)
        if not item:
            raise Refused("ITEM_NOT_IN_FORCE" if self.pack.knows(line.code) else "ITEM_UNKNOWN")
        return item

    def owner(self, owner):
        if owner == "county":
            return self.cover.county
        if owner == "assistance":  # of the county that certified the identity: a case's own
            return self.member.covers[0].county
        if owner == "hospital":
            return self.claim.place
        (code,) = owner.values()
        return code

    def line_of(self, sn):
        return next(line for line in self.claim.lines if line.sn == sn)

    # ---- settlement periods

    def period_count(self, rules):
        return -(-self.claim.length // int(rules["period_days"]))

    def period_of(self, rules, day):
        """Fees before the stay are the first one's, those of its last day the last one's."""
        since = max(0, (day - self.claim.begin).days)
        return min(since // int(rules["period_days"]), self.period_count(rules) - 1)

    # ---- sums

    def sum(self, kind, scope):
        """An accumulator of the year, this settlement's movements included."""
        key = (self.year, self.booked, kind, scope)
        return self.member.sums[key] + self.moved[key]

    def move(self, kind, scope, amount):
        if amount:
            self.moved[self.year, self.booked, kind, scope] += amount

    def span(self, per):
        """How a part of the year is written behind a scope: the day the care began on, its month
        or quarter, or the institution."""
        begin = self.claim.begin
        return {"day": f"@{begin:%y%m%d}", "month": f"@{begin:%y%m}",
                "quarter": f"@{begin:%y}Q{(begin.month + 2) // 3}",
                "hospital_year": f"#{self.claim.place}"}.get(per, "")

    def step(self, code, layer, clause, **figures):
        self.steps.append(Step(code, layer, clause, **{k: Fraction(v) for k, v in figures.items()}))

    def total(self, name):
        """An amount of the fee, less what the hospital and the account pay before the layers."""
        names = PARTS if name == "medfee_sumamt" else [name]
        return sum(self.part(n) - self.advance[n] for n in names)

    def part(self, name):
        """Of the bill, without the lines that the hospital bears."""
        return sum(getattr(split, PARTS[name]) for _, split in self.whole.values()
                   if split.reason not in lines.BY_HOSPITAL)

    def unpaid(self):
        """What no layer has taken on of the parts of the fee that are open: what is in scope, and
        what the bases up to now have added."""
        return sum(self.left[name] for name in self.opened)

    def take_on(self, amount, own, later):
        """A layer's payment comes off the parts that its base adds, then off the others."""
        for name in [*(n for n in PARTS if n in own), *(n for n in PARTS if n not in own)]:
            taken = min(amount, self.left[name] if name in self.opened else 0)
            self.left[name] -= taken
            self.due_later[name] += taken if later else 0
            amount -= taken

    # ---- the bill

    def settle(self):
        self.left = {name: self.part(name) for name in PARTS}
        self.due_later = dict.fromkeys(PARTS, 0)
        self.advance = dict.fromkeys(PARTS, 0)  # what is in no layer's base
        self.bear_lines()
        layers = [Layer(self, rules) for rules in self.policy["layers"]]
        applied = {layer.rules["layer"]: layer for layer in layers if layer.applies()}
        self.periods = [layer.rules["deductible"] for layer in applied.values()
                        if layer.rules.get("deductible", {}).get("per") == "period"]
        if any(self.period_count(rules) > PERIODS_MAX for rules in self.periods):
            raise Refused("MID_SETTLE")
        if any(deductibles.merge_of(self, layer.rules.get("deductible", {}))
               for layer in applied.values()):
            self.uncounted, self.continued = True, self.member.previous.consumed
        self.package = packages.find(self, lambda name: name in applied and applied[name].is_open())
        packages.begin(self, self.package)
        account = self.policy.get("account", {})
        self.first = {}
        if account.get("order") == "first":
            self.first = self.draw(account, account, self.member.balance, ACCOUNT)
            for name, amount in self.first.items():
                self.advance[name] += amount
        for name, layer in applied.items():
            layer.work()
            self.paid[name] = layer.paid
        if self.package:
            packages.due(self, self.package, self.paid[self.package.rules["layer"]].amount)
        packages.allowances(self)
        if self.stay:
            self.count_stay()
        else:
            self.move("visits", self.kind, 1)
        return Outcome(self.year, self.splits, self.totals(), self.rows, self.steps,
                       {key: amount for key, amount in self.moved.items() if amount},
                       self.as_stay() if self.stay else None, self.claim.days["settlement"])

    def settle_uncovered(self):
        """Nobody insures these days: but for what the hospital bears all is the patient's."""
        mine = {line.sn for line in self.claim.lines
                if self.whole[line.original or line.sn][1].reason not in lines.BY_HOSPITAL}
        self.splits = {line.sn: lines.Split(own=line.amount, reason=UNCOVERED)
                       if line.sn in mine else self.splits[line.sn] for line in self.claim.lines}
        self.steps = []
        self.bear_lines()
        fee = sum(line.amount for line in self.claim.lines)
        hospital = sum(row.amount for row in self.rows)
        totals = dict.fromkeys([*FUNDS, *PARTS, "act_pay_dedc", "fund_pay_sumamt", "acct_pay",
                                "acct_mulaid_pay", "transfer_selfpay", "psn_selfpay_amt"], 0)
        totals |= {"medfee_sumamt": fee, "fulamt_ownpay_amt": fee, "hosp_part_amt": hospital,
                   "psn_ownpay_amt": fee - hospital, "psn_part_amt": fee - hospital,
                   "psn_cash_pay": fee - hospital, "balc": self.member.balance}
        self.step(CASH, "", "", amount=fee - hospital)
        return Outcome(0, self.splits, totals, self.rows, self.steps, {}, None,
                       self.claim.days["settlement"])

    def bear_lines(self):
        """What the hospital pays of lines that are wholly its own."""
        amount = sum(split.own for _, split in self.whole.values()
                     if split.reason in lines.BY_HOSPITAL)
        if amount:
            rules = self.policy["lines"]["hospital"]
            self.step(HOSPITAL_LINES, "hospital", rules["clause"], amount=amount)
            self.bear("hospital", rules["fund_pay_type"], amount, rules["clause"])

    def bear(self, name, fund_pay_type, amount, clause):
        """A row of what the hospital pays itself."""
        self.rows.append(Row(name, fund_pay_type, "hosp_part_amt", self.claim.place, amount,
                             clause))

    def as_stay(self):
        claim = self.claim
        return Stay(claim.days["discharge"], claim.dedc_grade, self.continued + self.deductible,
                    claim.place, claim.facts["dise_codg"], self.year, self.insutype)

    def count_stay(self):
        """By grade, and by every dimension that some deductible counts by."""
        if self.uncounted:
            return
        grade = self.claim.dedc_grade
        count = max((self.period_count(rules) for rules in self.periods), default=1)
        self.move("stays", grade, count)
        tables = [layer["deductible"] for layer in self.policy["layers"] if "deductible" in layer]
        counted = [row.get("nth") for rules in tables for row in (rules, *rules["table"])]
        for dimension in {d for nth in counted if isinstance(nth, dict) for d in nth.get("in", {})}:
            self.move("stays", f"{grade}/{self.situation[dimension]}", count)


    def totals(self):
        totals = {"medfee_sumamt": sum(line.amount for line in self.claim.lines)}
        totals |= {name: sum(getattr(split, part) for split in self.splits.values())
                   for name, part in PARTS.items()}
        totals["act_pay_dedc"] = self.deductible
        totals |= {f: sum(r.amount for r in self.rows if r.field == f)
                   for f in (*FUNDS, "hosp_part_amt")}
        funds = sum(totals[f] for f in FUNDS)
        share = totals["medfee_sumamt"] - funds - totals["hosp_part_amt"]
        for name in PARTS:
            self.left[name] += self.due_later[name]
        outside = sum(self.left[name] + self.first.get(name, 0)
                      for name in ("overlmt_selfpay", "fulamt_ownpay_amt"))
        account, family = self.accounts()
        totals |= {
            "fund_pay_sumamt": funds, "psn_selfpay_amt": share - outside,
            "psn_ownpay_amt": outside, "psn_part_amt": share, "acct_pay": account,
            "acct_mulaid_pay": family, "psn_cash_pay": share - account - family,
            "balc": self.member.balance - account,
            # A later layer may have paid some of it.
            "transfer_selfpay": min(self.transfer, share - outside)}
        self.step(CASH, "", "", amount=totals["psn_cash_pay"])
        return totals

    def accounts(self):
        """(own account, relatives')"""
        account = self.policy.get("account", {})
        own = self.first
        if account.get("order", "last") == "last":
            own = self.draw(account, account, self.member.balance, ACCOUNT)
        family = {}
        if self.member.family:
            family = self.draw(account, account.get("family"), self.member.family, FAMILY)
        return sum(own.values()), sum(family.values())

    def draw(self, account, rules, balance, code):
        """What a balance pays of each part that is left, in the order of the list; nothing when the
        account is not to be used."""
        drawn = dict.fromkeys(PARTS, 0)
        if not rules or not self.claim.account or self.insutype not in account["insutypes"] \
                or self.kind not in account["kinds"]:
            return drawn
        payable = sum(self.left[name] for name in rules["pays"])
        for name in rules["pays"]:
            drawn[name] = min(self.left[name], balance - sum(drawn.values()))
            self.left[name] -= drawn[name]
        if payable:
            self.step(code, "account" if code == ACCOUNT else "family", rules["clause"],
                      base=payable, limit=balance, amount=sum(drawn.values()))
        return drawn


def chosen(covers, insutype, day):
    """Of the insurances in force on a day, or of those of one type: one that enrolment states
    before one that reaches back to birth; the employees' before any other; of the others the one
    that began last. None: there is none."""
    def order(cover):
        reaches = bool(cover.stated) and day < cover.stated
        return reaches, cover.insutype != EMPLOYEE, -cover.begin.toordinal()
    held = [c for c in covers if c.holds(day) and insutype in ("", c.insutype)]
    return min(held, key=order, default=None)


def years(born, day):
    """Whole ones; none before birth."""
    return max(0, day.year - born.year - ((day.month, day.day) < (born.month, born.day)))


def adjudicate(pack, member, claim):
    """The settlement of a claim. Changes nothing; raises Refused."""
    if sum(line.amount for line in claim.lines) <= 0:
        raise Refused("BILL_ZERO")
    version = pack.version_for(claim.days)
    if not version:
        raise Refused("UNCOVERED_DATE")
    if parts.apply(version, claim):
        return parts.settle(pack, member, claim, version)
    settling = Settling(pack, member, claim)
    outcome = settling.settle()
    return better_of_two(pack, settling, outcome)


def better_of_two(pack, settling, outcome):
    """For a while and for some, the better of this version and a former one."""
    rules = settling.policy.get("transition")
    if not rules or settling.claim.days[settling.policy["dates"]["rule_version"]] > \
            day_of(rules["until"]) or \
            rules["who"] == "filed" and not situations.filed(rules["filing"], settling):
        return outcome
    try:
        former = Settling(pack, settling.member, settling.claim, rules["against"],
                          settling).settle()
    except Refused:
        return outcome
    now, then = (o.totals["psn_part_amt"] for o in (outcome, former))
    chosen = former if then < now else outcome
    if rules["accumulators"] == "new":
        chosen.moved = outcome.moved
    chosen.steps.append(Step(TRANSITION, "", rules["clause"], base=Fraction(now),
                             limit=Fraction(then), amount=Fraction(min(now, then))))
    return chosen
