"""The split of every line: what is wholly the patient's, over the price ceiling, first self-pay,
and in scope. Refunds are taken off their original before it is priced."""
from dataclasses import dataclass, replace
from fractions import Fraction

from .texts import half_up

CLASS_A, CLASS_B, CLASS_C, RESTRICTED, LIMITED_USE, REFUNDED, STATED = range(1, 8)
LIMITED_USE_HOSPITAL, REFUSED, REFUSED_HOSPITAL = 8, 9, 10
BY_HOSPITAL = {LIMITED_USE_HOSPITAL, REFUSED_HOSPITAL}


@dataclass(frozen=True)
class Split:
    own: int = 0      # fulamt_ownpay_amt
    over: int = 0     # overlmt_amt
    first: int = 0    # preselfpay_amt
    inscope: int = 0  # inscp_scp_amt
    reason: int = 0
    clause: str = ""

    def minus(self, other):
        return Split(self.own - other.own, self.over - other.over, self.first - other.first,
                     self.inscope - other.inscope, self.reason, self.clause)

    @property
    def figures(self):
        return self.own, self.over, self.first, self.inscope


def split_all(settling):
    """{sn: Split}, and {sn of an original: (its item, its split after all refunds)}."""
    clauses = settling.policy["lines"]["clauses"]
    splits, whole = {}, {}
    for line in settling.claim.lines:
        if line.original:
            continue
        item = settling.item_of(line)
        amount, cnt, before = 0, Fraction(0), Split()
        refunds = sorted((x for x in settling.claim.lines if x.original == line.sn),
                         key=lambda x: x.sn)
        for part in [line, *refunds]:
            amount, cnt = amount + part.amount, cnt + part.cnt
            after = _split(settling, line, item, amount, cnt)
            splits[part.sn] = after.minus(before)
            if part.original:
                clause = clauses["price_cap"] if splits[part.sn].over else \
                    by_class(clauses, item) if after.over else after.clause
                splits[part.sn] = replace(splits[part.sn], reason=REFUNDED, clause=clause)
            before = after
        whole[line.sn] = item, before
    return splits, whole


def by_class(clauses, item):
    return clauses[{"01": "class_a", "02": "class_b", "03": "class_c"}[item.level]]


def _split(settling, line, item, amount, cnt):
    rules = settling.policy["lines"]
    clause = by_class(rules["clauses"], item)
    whole = wholly(settling, line, item)
    if whole in BY_HOSPITAL:
        return Split(own=amount, reason=whole, clause=rules["hospital"]["clause"])
    if whole:
        return Split(own=amount, reason=whole, clause=clause)
    over = 0 if item.ceiling is None else max(0, amount - half_up(cnt * item.ceiling))
    first = half_up((amount - over) * item.first) if item.level == "02" else 0
    reason = STATED if item.stated else {"01": CLASS_A, "02": CLASS_B}[item.level]
    return Split(0, over, first, amount - over - first, reason,
                 rules["clauses"]["price_cap"] if over else clause)


def wholly(settling, line, item):
    """Why a line is not split: wholly the patient's, or the hospital's."""
    rules = settling.policy["lines"]
    if line.refused:
        return REFUSED_HOSPITAL if rules["refused_line"] == "hospital" else REFUSED
    if item.level == "03":
        return STATED if item.stated else CLASS_C
    if (item.inpatient_only and not settling.stay
            or item.sex not in ("0", settling.member.sex)
            or settling.age(line.day) not in item.ages):
        return RESTRICTED
    if item.limited:
        return {"own": LIMITED_USE, "hospital": LIMITED_USE_HOSPITAL}.get(
            rules["hosp_appr_flag"][line.flag], 0)
    return 0


def in_scope(scope, item):
    """Whether a benefit pays for the line at all."""
    if scope == "all":
        return True
    wanted = scope["any"]
    return (item.level in wanted.get("chrgitm_lv", ())
            or item.type in wanted.get("med_chrgitm_type", ())
            or wanted.get("bas_medn_flag") == "true" and item.essential)
