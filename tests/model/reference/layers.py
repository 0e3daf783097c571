"""One layer of a pack at work on one settlement: from its base to its rows and accumulators."""
from dataclasses import dataclass, field
from fractions import Fraction

from . import bands, deductibles, texts
from .adjustments import Adjustment
from .bands import Cut, Rounding
from .lines import in_scope
from .packages import PACKAGE_SHARE
from .texts import half_up

BASE, SCOPE, _, SEGMENT, BEFORE, QUOTA, EXCESS, _, POOL_CLOSED = range(32, 41)
PERIOD, LUMP, CASH_BENEFIT, GUARANTEE, PAID_LATER, CAP_RAISED = 53, 60, 61, 65, 66, 83
BANDS_BEFORE = 84
PARTS = ["inscp_scp_amt", "preselfpay_amt", "overlmt_selfpay", "fulamt_ownpay_amt"]
# What of the fee an amount of a base adds.
OPENS = {**{name: {name} for name in PARTS}, "rest_inscp": {"inscp_scp_amt"},
         "medfee_sumamt": set(PARTS), "rest_total": set(PARTS)}


def scope_of(rules, situation):
    """The name under which a layer keeps a claim's sums."""
    by = rules.get("accumulates_by")
    return rules["accumulates"] + (f"/{situation[by]}" if by else "")


def counted(cap):
    return "base" if cap["on"] == "eligible" else "paid"


@dataclass
class Paid:
    """What later layers may ask of this one."""
    amount: int = 0
    excess: Fraction = Fraction(0)
    deductible: int = 0


@dataclass(frozen=True)
class Row:
    """Of setldetail."""
    layer: str
    fund_pay_type: str
    field: str
    owner: str
    amount: int
    clause: str


@dataclass
class Layer:
    settling: object
    rules: dict
    paid: Paid = field(default_factory=Paid)
    opens: set = field(default_factory=set)
    period: int = 0  # of a long stay that is settled in parts

    def step(self, code, clause="", **figures):
        self.settling.step(code, self.rules["layer"], clause, **figures)

    @property
    def scope(self):
        return scope_of(self.rules, self.settling.situation)

    @property
    def clause(self):
        return self.rules.get("clause", "")

    def applies(self):
        when = self.rules["when"]
        s = self.settling
        if not s.is_in(when):
            return False
        if "identities" in when:
            return any(name in when["identities"] for name in s.identities)
        civil = isinstance(self.rules["owner"], dict) and "civil_servant" in self.rules["owner"]
        return s.cover.civil_servant or not civil

    def is_open(self):
        return self.settling.pool_open or not texts.true(self.rules["needs_pool"])

    def rule_of(self, table, grade):
        """The one row of a table that is for this person here."""
        return next((r for r in table if self.settling.is_for(r, grade)), None)

    def work(self):
        self.adjustments = [Adjustment(row) for row in self.rules.get("adjust", ())
                            if self.settling.is_for(row, self.settling.claim.grade)]
        guarantee = self.rules.get("guarantee")
        if not guarantee:
            self.ratios = self.rule_of(self.rules["ratio"]["table"], self.settling.claim.grade)
        base = self.add_up(guarantee["of"] if guarantee else self.rules["base"])
        base = self.by_price(base)
        if not base and self.rules.get("deductible", {}).get("unused") != "carried":
            return
        self.step(BASE, self.clause, amount=base)
        if not self.is_open():
            waits = self.settling.cover.wait_clause \
                if self.settling.judged["cover"] < self.settling.cover.pool_begin else ""
            self.step(POOL_CLOSED, waits or self.clause, amount=base)
            return
        for adjustment in self.adjustments:
            base -= adjustment.explain(self, base)
        if guarantee:
            self.make_whole(base, guarantee)
        elif self.package and self.package.rules.get("share_on") == "fixed":
            self.pay_fixed(base)
        elif "cumulative" in self.rules:
            self.cumulate(base)
        else:
            self.settle(base)
        if self.later:
            self.step(PAID_LATER, self.clause, amount=self.paid.amount)

    # ---- the price of a package

    @property
    def package(self):
        """The one that this layer's fund settles by, when it reaches the patient."""
        package = self.settling.package
        return package if package and package.reaches_patient and \
            package.rules["layer"] == self.rules["layer"] else None

    def by_price(self, base):
        if not self.package:
            return base
        package, rules = self.package, self.package.rules
        if rules["share_on"] == "actual":
            return max(Fraction(0), base - (package.above if rules["above"] == "patient" else 0))
        self.settling.opened |= set(rules["of"])
        if rules["share_on"] == "price":
            return Fraction(package.price)
        return Fraction(package.stands_for - package.above)

    def saved(self):
        """What the fee is below the price that the patient shares."""
        if self.package and self.package.rules["share_on"] == "price":
            return max(0, self.package.price - self.package.stands_for)
        return 0

    def less_saved(self, amount, off, saved):
        """Of what the layer pays at the price, the patient's part of it taken off the fee."""
        if not saved:
            return amount
        left = max(off, amount - saved)
        self.step(PACKAGE_SHARE, self.package.clause, base=amount - off, limit=saved,
                  amount=left - off)
        return left

    def pay_fixed(self, base):
        """What is left of the price's money when the patient has paid the fixed sum."""
        patient = texts.yuan(self.package.row["patient"])
        rest = max(0, half_up(base - patient))
        caps = self.caps(sorts=["payment"])
        self.step(PACKAGE_SHARE, self.package.clause, base=base, limit=patient, amount=rest)
        self.give_within(rest, caps, self.package.clause)

    def give_within(self, amount, caps, clause):
        """A payment that no ratio makes, within the caps on payment and what is left of the fee."""
        rooms = [(left, by) for on, left, by in caps if on == "payment"]
        left, by = min([*rooms, (self.settling.unpaid(), "")], key=lambda room: room[0])
        given = min(amount, half_up(left))
        if given < amount:
            self.step(QUOTA, by, limit=left, base=amount, amount=given)
        self.give(given)
        self.book(given, clause)

    # ---- base

    def add_up(self, terms):
        """Never below 0. The parts of the fee that are added are open to the layers from now on."""
        total = Fraction(0)
        for term in terms:
            if isinstance(term, str):
                term = {"amount": term.removeprefix("-"),
                        "times": "-1" if term.startswith("-") else "1"}
            times = Fraction(term["times"])
            total += times * self.amount(term["amount"])
            if times > 0:
                self.opens |= OPENS.get(term["amount"], {"inscp_scp_amt"})
        self.settling.opened |= self.opens
        return max(Fraction(0), total)

    def amount(self, name):
        if "." in name:
            layer, part = name.split(".")
            earlier = self.settling.paid.get(layer, Paid())
            return {"paid": earlier.amount, "excess": earlier.excess,
                    "deductible": earlier.deductible}[part]
        if name == "transfer_selfpay":
            return self.settling.transfer
        if name.startswith("rest_"):
            return sum(self.settling.left[part] for part in OPENS[name])
        total = self.settling.total(name)
        if name == "inscp_scp_amt":
            s = self.settling
            left_out = sum(split.inscope for sn, (item, split) in s.whole.items()
                           if not in_scope(self.rules["scope"], item, s.line_of(sn).code))
            if left_out:
                self.step(SCOPE, self.rules["scope"]["clause"], amount=left_out)
            total -= left_out
        return total

    # ---- what the adjustments make of the rules

    def adjusted(self, due):
        for adjustment in self.adjustments:
            due = adjustment.deductible(due)
        return due

    def lay(self, low, high, floor, run=0):
        """`run`: of the bands, before this settlement."""
        def change(ratio):
            for adjustment in self.adjustments:
                ratio = adjustment.ratio(ratio)
            return ratio
        return bands.lay(self.ratios, low, high, change,
                         (floor if self.above_deductible else 0) - run)

    @property
    def rounding(self):
        return Rounding.of(self.settling.policy)

    def caps(self, own=True, sorts=("payment", "eligible")):
        """(on, what is left, clause) of every cap of those sorts that is for this person."""
        if any(a.uncapped for a in self.adjustments):
            return []
        s = self.settling
        left = []
        for cap in self.rules.get("caps", ()):
            if cap["on"] not in sorts or not s.is_for(cap, s.claim.grade):
                continue
            used = sum(self.used(cap, scope) for scope in cap["jointly"]
                       if own or scope != self.scope)
            left.append((cap["on"], max(Fraction(0), self.raised(cap) - used), cap["clause"]))
        return left

    def used(self, cap, scope):
        """Over the cap's span; of a stay or visit it is what this settlement pays."""
        s, kind, per = self.settling, counted(cap), cap.get("per", "year")
        of = next(rules for rules in self.neighbours()
                  if rules["accumulates"] == scope.split("/")[0])
        names = [scope]
        if "accumulates_by" in of and "/" not in scope:  # all values together
            values = s.policy["situations"][of["accumulates_by"]]["values"]
            names = [f"{scope}/{value['name']}" for value in values]
        if per in ("stay", "visit"):
            return sum(s.moved[s.year, s.booked, kind, name] for name in names)
        return sum(s.sum(kind, name + s.span(per)) for name in names)

    def neighbours(self):
        """The layers that the same person may come to, this one among them."""
        return [rules for rules in self.settling.policy["layers"]
                if set(rules["when"]["insutypes"]) & set(self.rules["when"]["insutypes"])]

    def raised(self, cap):
        """The cap, by the person's years."""
        amount = texts.yuan(cap["yuan"])
        more = sum(max(0, self.settling.member.years[raise_["by"]] - int(raise_.get("beyond", 0)))
                   * texts.yuan(raise_["yuan"]) for raise_ in cap.get("raised", ()))
        if "raised_at_most" in cap:
            more = min(more, half_up(amount * texts.ratio(cap["raised_at_most"])))
        if more:
            self.step(CAP_RAISED, cap["clause"], base=amount, limit=amount + more, amount=more)
        return amount + more

    def count(self, kind, amount):
        """For the year, and for every span over which some cap counts it."""
        s = self.settling
        spans = {s.span(cap.get("per", "year")) for other in self.neighbours()
                 for cap in other.get("caps", ()) if counted(cap) == kind
                 and self.rules["accumulates"] in {name.split("/")[0] for name in cap["jointly"]}}
        for span in {"", *spans}:
            s.move(kind, self.scope + span, amount)

    # ---- one settlement for itself

    def settle(self, base):
        parts = self.periods(base)
        whole = Paid()
        for n, part in enumerate(parts):
            self.period = n
            if len(parts) > 1:
                if not part:
                    continue
                self.step(PERIOD, self.clause, amount=part)
            self.paid = Paid()
            self.settle_part(part)
            whole = Paid(whole.amount + self.paid.amount, whole.excess + self.paid.excess,
                         whole.deductible + self.paid.deductible)
        self.paid = whole

    def periods(self, base):
        """The base by the settlement periods of a long stay, which are settled as if they were
        stays of their own."""
        rules = self.rules.get("deductible", {})
        s = self.settling
        if rules.get("per") != "period" or s.period_count(rules) == 1:
            return [base]
        days = {line.sn: line.day for line in s.claim.lines}
        parts = [Fraction(0)] * s.period_count(rules)
        for sn, (item, split) in s.whole.items():
            if in_scope(self.rules["scope"], item, s.line_of(sn).code):
                parts[s.period_of(rules, days[sn])] += split.inscope
        # What left the base before (first self-pay, an account that pays first) left all alike.
        upto = [half_up(base * sum(parts[:n + 1]) / sum(parts)) for n in range(len(parts))] \
            if base else []
        return [Fraction(end - begin) for begin, end in zip([0, *upto], upto)]

    def settle_part(self, base):
        hidden = Fraction(0)
        if "deductible" in self.rules:
            hidden = deductibles.work(self, base)
        if "lump" in self.ratios:
            self.pay_lump(base - hidden)
            return
        before = self.run_bands(base, hidden)
        caps = self.caps() if base > hidden else []  # which say how they were raised
        cut = Cut(self.lay(hidden, base, hidden, before), caps, self.rounding)
        paid_for = self.pay(cut, cut.excess)
        if any(cap["on"] == "eligible" for cap in self.rules.get("caps", ())):
            self.count("base", half_up(paid_for))

    @property
    def above_deductible(self):
        return not self.rules.get("guarantee") and self.rules["ratio"].get("from") == "deductible"

    def run_bands(self, base, hidden):
        """How far the bands ran before, where they run over the year; and now."""
        if self.rules["ratio"].get("bands_over") != "year":
            return 0
        s = self.settling
        before = max(0, s.sum("bands", self.scope))
        if before:
            self.step(BANDS_BEFORE, self.clause, amount=before)
        s.move("bands", self.scope, half_up(base - (hidden if self.above_deductible else 0)))
        return before

    def count_deductible(self, amount):
        self.paid.deductible = amount
        if texts.true(self.rules.get("counts_dedc")):
            self.settling.deductible += amount

    # ---- a lump

    def pay_lump(self, there):
        """A sum, of the money there is above the deductible."""
        row, lump, there = self.ratios, texts.yuan(self.ratios["lump"]), half_up(there)
        caps = self.caps()
        eligible = [c for c in caps if c[0] == "eligible"]
        money = min([there, *(half_up(left) for _, left, _ in eligible)])
        allowed = min([lump, *(left for on, left, _ in caps if on == "payment")])
        saved = self.saved()
        amount = half_up(min(allowed, money, self.settling.unpaid() + saved))
        self.step(LUMP, row["clause"], base=there, limit=lump, amount=amount)
        if amount < min(lump, there):
            rooms = [(left, clause) for on, left, clause in caps
                     if on == ("payment" if allowed < money else "eligible")]
            left, clause = min(rooms, key=lambda room: room[0], default=(None, ""))
            if amount == self.settling.unpaid() + saved:
                left, clause = amount, ""
            self.step(QUOTA, clause, base=min(lump, there), limit=left, amount=amount)
        if row["below"] == "cash_benefit" and amount < allowed:
            self.step(CASH_BENEFIT, row["clause"], amount=allowed - amount)
        amount = self.less_saved(amount, 0, saved)
        self.give(amount)
        self.book(amount, row["clause"])
        if any(cap["on"] == "eligible" for cap in self.rules.get("caps", ())):
            self.count("base", money)

    # ---- a guarantee

    def make_whole(self, base, rules):
        """What the layers counted leave missing of the target."""
        target = base * texts.ratio(rules["to"])
        counted = sum(paid.amount for name, paid in self.settling.paid.items()
                      if rules["counting"] == "all" or name in rules["counting"])
        missing = max(0, half_up(target - counted))
        caps = self.caps()
        self.step(GUARANTEE, rules["clause"], base=base, ratio=texts.ratio(rules["to"]),
                  limit=counted, amount=missing)
        self.give_within(missing, caps, rules["clause"])

    # ---- a cumulative layer

    def cumulate(self, base):
        """Today's rule, its caps included, on both sides of the settlement, so that how a year's
        care is split does not matter. What is added to the year is whole fen."""
        before = self.settling.sum("base", self.scope)
        after = before + half_up(base)
        floor = Fraction(0)
        if "deductible" in self.rules:
            row = self.rule_of(self.rules["deductible"]["table"], self.settling.claim.dedc_grade)
            floor = self.adjusted(texts.yuan(row["yuan"]))
            consumed = min(after, floor) - min(before, floor)
            self.step(deductibles.DEDUCTIBLE, row["clause"], limit=floor, amount=consumed)
            self.count_deductible(half_up(consumed))
        caps = self.caps(own=False)
        now = Cut(self.lay(min(floor, after), after, floor), caps, self.rounding)
        was = Cut(self.lay(min(floor, before), before, floor), caps, self.rounding)
        off = self.settling.sum("paid", self.scope) if self.reaches_back else was.amount
        off = min(off, now.amount)
        # More may have been paid than that, under another identity's rule: the cap is on the year.
        paid = self.settling.sum("paid", self.scope)
        for _, left, clause in (cap for cap in caps if cap[0] == "payment"):
            now.limit(off + max(0, left - paid), clause)
        added = bands.width(self.lay(max(floor, before), after, floor)) if after > floor else 0
        self.pay(now, min(now.excess, added), was, before)
        self.count("base", after - before)

    @property
    def reaches_back(self):
        return texts.true(self.rules.get("cumulative", {}).get("reach_back"))

    # ---- payment

    def pay(self, cut, excess, was=None, base_before=0):
        """Returns the money that is paid for."""
        s = self.settling
        off = s.sum("paid", self.scope) if self.reaches_back else was.amount if was else 0
        off = min(off, cut.amount)
        amount, kept, (_, limit, clause) = cut.amount, cut.kept, cut.binding
        saved = self.saved()
        room = s.unpaid() + saved
        if amount - off > room:  # a fund never pays more than the fee
            amount, clause = off + room, ""
            limit, kept = amount, cut.within(amount)
        amounts = self.rounding.rows(kept)
        for value, segment in zip(amounts, kept):
            self.step(SEGMENT, segment.clause, base=segment.width, limit=segment.bound,
                      ratio=segment.ratio, amount=value)
        if base_before or off:
            self.step(BEFORE, self.clause, base=base_before, amount=off)
        if amount < cut.uncut:
            self.step(QUOTA, clause, limit=limit, base=cut.uncut, amount=amount)
        self.paid.excess = excess
        if excess:
            self.step(EXCESS, cut.binding[2], amount=excess)
        amount = self.less_saved(amount, off, saved)
        self.give(amount - off)
        if self.reaches_back:  # a difference that no band owns
            self.book(amount - off, self.clause)
        else:
            whole = "brackets" in self.ratios  # there is one segment, whichever it was
            earlier = dict(zip((0 if whole else seg.bound for seg in was.kept),
                               self.rounding.rows(was.kept))) if was else {}
            left = amount - off
            for value, segment in zip(amounts, kept):
                value = min(left, value - earlier.get(0 if whole else segment.bound, 0))
                left -= value
                self.book(value, segment.clause)
        return bands.width(kept)

    def give(self, amount):
        """Counted for the year and for later layers, be it paid now or later."""
        self.paid.amount = amount
        self.settling.take_on(amount, self.opens, self.later)
        self.count("paid", amount)

    @property
    def later(self):
        return self.rules.get("paid_when") == "later"

    def book(self, amount, clause):
        if amount and not self.later:
            self.settling.rows.append(Row(
                self.rules["layer"], self.rules["fund_pay_type"], self.rules["field"],
                self.settling.owner(self.rules["owner"]), amount, clause))
