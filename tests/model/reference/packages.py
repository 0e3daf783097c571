"""Prices that an institution is paid by, and cash benefits beside the bill."""
from dataclasses import dataclass
from fractions import Fraction

from . import texts
from .texts import half_up

PACKAGE, PACKAGE_SHARE, INSTITUTION, INSTITUTION_DUE, ALLOWANCE = range(68, 73)


@dataclass
class Price:
    """The one package whose price is this claim's."""
    rules: dict
    row: dict
    price: int       # 0 of capitation
    stands_for: int  # the money of the bill
    above: int       # of it, over the price

    @property
    def clause(self):
        return self.row["clause"]

    @property
    def reaches_patient(self):
        return self.rules["method"] in ("disease", "per_diem")


def find(settling, pays):
    """`pays` says whether a layer, by its id, pays for this claim."""
    for rules in settling.policy.get("packages", ()):
        row = next((r for r in rules["price"] if settling.is_for(r, settling.claim.grade)), None)
        if not row or not pays(rules["layer"]):
            continue
        if rules["method"] == "capitation":
            return Price(rules, row, 0, 0, 0)
        price = settling.claim.group_price if row.get("stated") == "true" \
            else int(texts.yuan(row["yuan"]))
        if rules["method"] == "per_diem":
            price *= settling.claim.length
        stands_for = sum(settling.part(name) for name in rules["of"])
        if price:
            return Price(rules, row, price, stands_for, max(0, stands_for - price))
    return None


def begin(settling, package):
    """What the hospital bears above the price, before any layer."""
    if not package or not package.reaches_patient:
        return
    rules = package.rules
    borne = package.above if rules["above"] == "hospital" else 0
    settling.step(PACKAGE, rules["package"], package.clause, base=package.stands_for,
                  limit=package.price, amount=borne)
    if borne:
        settling.bear(rules["package"], rules["fund_pay_type"], borne, package.clause)
        for name in rules["of"]:
            taken = min(borne, settling.left[name])
            settling.left[name] -= taken
            settling.advance[name] += taken
            borne -= taken


def due(settling, package, paid):
    """What the institution gains or loses, and what the layer's fund owes it."""
    rules = package.rules
    layer = rules["layer"]
    if rules["method"] == "capitation":
        settling.step(INSTITUTION_DUE, layer, package.clause, base=paid, amount=0)
        return
    gain = package.price - package.stands_for
    if package.reaches_patient:
        gain = min(gain, 0) if rules["below"] == "nothing" else gain
        gain = max(gain, 0) if rules["above"] == "patient" else gain
    if gain:
        settling.step(INSTITUTION, layer, package.clause, base=package.stands_for,
                      limit=package.price, amount=gain)
    owed = paid + (gain if not package.reaches_patient else max(gain, 0))
    settling.step(INSTITUTION_DUE, layer, package.clause, base=paid, amount=owed)


def allowances(settling):
    for rules in settling.policy.get("allowances", ()):
        wage = settling.member.wage
        if not wage or not settling.is_in(rules["when"]) or \
                texts.true(rules["needs_pool"]) and not settling.pool_open:
            continue
        daily = Fraction(wage, int(rules["over_days"]))
        daily = half_up(daily) if rules["rounding"] == "day" else daily
        days = paid = 0
        for row in rules["days"]:
            if settling.meets(row.get("in", {})):
                days += int(row["days"])
                amount = half_up(daily * days) - paid
                paid += amount
                settling.step(ALLOWANCE, rules["allowance"], row["clause"], base=wage,
                              limit=int(row["days"]), amount=amount)
