"""The split of every line: what is wholly the patient's, over a limit, first self-pay, and in scope.

Lines are split by themselves, then what several of them have in common (an item's deductible, a
ceiling over a group) is shared over them. Refunds are taken off their original before anything."""
from dataclasses import dataclass, replace
from fractions import Fraction

from . import texts
from .texts import half_up, rounded

CLASS_A, CLASS_B, CLASS_C, RESTRICTED, LIMITED_USE, REFUNDED, STATED = range(1, 8)
LIMITED_USE_HOSPITAL, REFUSED, REFUSED_HOSPITAL = 8, 9, 10
PAY_STANDARD, ITEM_DEDC, OVER_CEILING, CEILING = 11, 12, 13, 62
BY_HOSPITAL = {LIMITED_USE_HOSPITAL, REFUSED_HOSPITAL}
PARTS = {"fulamt_ownpay_amt": "own", "overlmt_selfpay": "over", "preselfpay_amt": "first"}


@dataclass(frozen=True)
class Split:
    own: int = 0      # fulamt_ownpay_amt
    over: int = 0     # overlmt_amt
    first: int = 0    # preselfpay_amt
    inscope: int = 0  # inscp_scp_amt
    reason: int = 0
    clause: str = ""

    def minus(self, other):
        return replace(self, own=self.own - other.own, over=self.over - other.over,
                       first=self.first - other.first, inscope=self.inscope - other.inscope)

    def moved(self, part, amount, reason, clause):
        """So much of what is in scope becomes something else."""
        if not amount:
            return self
        return replace(self, **{part: getattr(self, part) + amount,
                                "inscope": self.inscope - amount},
                       reason=reason, clause=clause)

    @property
    def figures(self):
        return self.own, self.over, self.first, self.inscope


def split_all(settling):
    """{sn: Split}, and {sn of an original: (its item, its split after all refunds)}."""
    lines = settling.claim.lines
    originals = [x for x in lines if not x.original]
    items = {x.sn: settling.item_of(x) for x in originals}
    refunds = {x.sn: sorted((r for r in lines if r.original == x.sn), key=lambda r: r.sn)
               for x in originals}
    final = {x.sn: (x.amount + sum(r.amount for r in refunds[x.sn]),
                    x.cnt + sum(r.cnt for r in refunds[x.sn])) for x in originals}
    billed = _split_bill(settling, originals, items, final)
    for line, clause, figures in _ceilings(settling, originals, items, billed.splits)[1]:
        settling.step(CEILING, line, clause, **figures)
    splits = {}
    for line in originals:
        # A refund shows what it changes of its original, all other lines being as finally billed.
        amount, cnt = line.amount, line.cnt
        before = _split_with(settling, originals, items, final, billed, line, amount, cnt)
        splits[line.sn] = before
        for refund in refunds[line.sn]:
            amount, cnt = amount + refund.amount, cnt + refund.cnt
            after = _split_with(settling, originals, items, final, billed, line, amount, cnt)
            splits[refund.sn] = replace(after.minus(before), reason=REFUNDED,
                                        clause=before.clause)
            before = after
    whole = _ceilings(settling, originals, items, billed.splits)[0]
    return splits, {sn: (items[sn], whole[sn]) for sn in items}


def _split_with(settling, originals, items, final, billed, line, amount, cnt):
    """The line's split were its amount this; all others are as finally billed."""
    bill = _split_bill(settling, originals, items, final | {line.sn: (amount, cnt)}, billed, line.sn)
    return _ceilings(settling, originals, items,
                     billed.splits | {line.sn: bill.splits[line.sn]})[0][line.sn]


@dataclass(frozen=True)
class Bill:
    """The splits before the ceilings, and the first self-pay by ratio: exactly, and in whole fen."""
    splits: dict
    exact: dict
    firsts: dict


def _split_bill(settling, originals, items, amounts, billed=None, asked=None):
    """Each line by itself, and what several share: the items' deductibles, first self-pay. Where
    one line is asked for, all others are as they were billed."""
    rules = settling.policy["lines"]
    bill, limited = {}, {}
    for line in originals:
        amount, cnt = amounts[line.sn]
        bill[line.sn], limited[line.sn] = _limited(settling, line, items[line.sn], amount, cnt)
    whole = "item_dedc" in rules and rules["item_dedc"]["ratio_of"] == "whole"
    ratio = {sn: item.first if item.level == "02" else 0 for sn, item in items.items()}

    def by_ratio(taken):
        """(exact, in whole fen) of what is left of every line."""
        exact = {sn: (amount - taken.get(sn, 0)) * ratio[sn]
                 for sn, amount in limited.items() if amount is not None}
        if billed:
            exact = {sn: amount if sn == asked else billed.exact[sn] for sn, amount in exact.items()}
        firsts = _rounded(settling.policy, exact)
        if billed:
            firsts = {sn: fen if sn == asked else billed.firsts[sn] for sn, fen in firsts.items()}
        return exact, firsts
    exact, firsts = by_ratio({})
    taken = _item_deductibles(originals, items, {
        sn: None if amount is None else amount - (firsts[sn] if whole else 0)
        for sn, amount in limited.items()})
    if not whole:
        exact, firsts = by_ratio(taken)
    for sn, first in firsts.items():
        split = bill[sn].moved("first", taken.get(sn, 0), ITEM_DEDC,
                               rules.get("item_dedc", {}).get("clause", ""))
        bill[sn] = replace(split, first=split.first + first, inscope=split.inscope - first)
    return Bill(bill, exact, firsts)


def _rounded(policy, exact):
    """First self-pay in whole fen: by the line; or the bill's sum, for which every line is rounded
    down and what is missing goes fen by fen to the largest remainders, of equal ones to the first
    by number."""
    rules = policy.get("rounding", {}).get("preselfpay", {"per": "line", "to": "half_up"})
    if rules["per"] == "line":
        return {sn: rounded(amount, rules["to"]) for sn, amount in exact.items()}
    fen = {sn: int(amount) for sn, amount in exact.items()}
    missing = rounded(sum(exact.values()), rules["to"]) - sum(fen.values())
    for sn in sorted(exact, key=lambda sn: (fen[sn] - exact[sn], sn))[:missing]:
        fen[sn] += 1
    return fen


def _limited(settling, line, item, amount, cnt):
    """(the split up to the payment standard, the limited amount; None where nothing is limited)"""
    rules = settling.policy["lines"]
    clause = by_class(rules["clauses"], item)
    whole = wholly(settling, line, item)
    if whole:
        by = rules["hospital"]["clause"] if whole in BY_HOSPITAL else clause
        return Split(own=amount, reason=whole, clause=by), None
    over = 0 if item.ceiling is None else max(0, amount - half_up(cnt * item.ceiling))
    split = Split(inscope=amount - over, over=over, clause=rules["clauses"]["price_cap"] if over
                  else clause,
                  reason=STATED if item.stated else {"01": CLASS_A, "02": CLASS_B}[item.level])
    if item.standard is not None:
        above = max(0, split.inscope - half_up(cnt * item.standard))
        standard = rules["pay_standard"]
        split = split.moved(PARTS[standard["above"]], above, PAY_STANDARD, standard["clause"])
    return split, split.inscope


def _item_deductibles(originals, items, left):
    """{sn: its share of its item's deductible}: once a bill and item, from what is left of its
    lines."""
    groups = {}
    for line in originals:
        if items[line.sn].dedc and left[line.sn] is not None:
            groups.setdefault(line.item_name, []).append(line.sn)
    taken = {}
    for sns in groups.values():
        amounts = {sn: left[sn] for sn in sns}
        most = max(items[sn].dedc for sn in sns)
        if any(amounts.values()):
            taken |= shared(min(most, sum(amounts.values())), amounts)
    return taken


def shared(total, amounts):
    """By amount, rounded down; what is left goes fen by fen to the largest remainders, of equal
    ones to the first by number."""
    whole = sum(amounts.values())
    exact = {sn: Fraction(total * amount, whole) for sn, amount in amounts.items()}
    parts = {sn: int(share) for sn, share in exact.items()}
    order = sorted(amounts, key=lambda sn: (parts[sn] - exact[sn], sn))
    for sn in order[:total - sum(parts.values())]:
        parts[sn] += 1
    return parts


def _ceilings(settling, originals, items, bill):
    """(the splits after the ceilings, the steps of those that cut)"""
    bill, steps, left = dict(bill), [], list(originals)
    for rules in settling.policy["lines"].get("ceilings", ()):
        row = settling.is_in(rules["when"]) and next(
            (r for r in rules["table"] if settling.is_for(r, settling.claim.grade)), None)
        if not row:
            continue
        group = [x for x in left if bill[x.sn].inscope and in_scope(rules["scope"], items[x.sn],
                                                                   x.code)]
        left = [x for x in left if x not in group]
        base = sum(bill[x.sn].inscope for x in group)
        above = _above(settling, rules, row, group, bill)
        for sn, amount in above.items():
            bill[sn] = bill[sn].moved(PARTS[rules["above"]], amount, OVER_CEILING, row["clause"])
        if any(above.values()):
            total = sum(above.values())
            steps.append((f"ceiling/{rules['ceiling']}", row["clause"],
                          {"base": base, "limit": base - total, "amount": total}))
    return bill, steps


def _above(settling, rules, row, group, bill):
    """{sn: what of it is above the ceiling}"""
    amounts = {x.sn: bill[x.sn].inscope for x in group}
    usual = int(texts.yuan(row["yuan"]))
    special = row.get("special")
    dearer = int(texts.yuan(special["yuan"])) if special else usual
    most = int(special["days_at_most"]) if special else 0
    if rules["per"] != "fee_day":
        count = settling.claim.length
        limit = usual if rules["per"] == "stay" else \
            min(count, most) * dearer + max(0, count - most) * usual
        return shared(max(0, sum(amounts.values()) - limit), amounts) if amounts else {}
    days = {}
    for x in group:
        days.setdefault(x.day, {})[x.sn] = amounts[x.sn]
    dearest = sorted(days, key=lambda day: (-sum(days[day].values()), day))[:most]
    above = {}
    for day, fees in days.items():
        limit = dearer if day in dearest else usual
        above |= shared(max(0, sum(fees.values()) - limit), fees)
    return above


def by_class(clauses, item):
    return clauses[{"01": "class_a", "02": "class_b", "03": "class_c"}[item.level]]


def wholly(settling, line, item):
    """Why a line is not split: wholly the patient's, or the hospital's."""
    rules = settling.policy["lines"]
    if line.refused:
        who = rules["refused_line"] if line.refused == "true" else line.refused
        return REFUSED_HOSPITAL if who == "hospital" else REFUSED
    if item.level == "03":
        return STATED if item.stated else CLASS_C
    if (item.inpatient_only and not settling.stay
            or item.sex not in ("0", settling.patient_sex)
            or settling.age(line.day) not in item.ages):
        return RESTRICTED
    if item.limited:
        return {"own": LIMITED_USE, "hospital": LIMITED_USE_HOSPITAL}.get(
            rules["hosp_appr_flag"][line.flag], 0)
    return 0


def in_scope(scope, item, code):
    """Whether a layer or a ceiling is about the line."""
    if scope == "all":
        return True

    def meets(wanted):
        return (item.level in wanted.get("chrgitm_lv", ())
                or item.type in wanted.get("med_chrgitm_type", ())
                or wanted.get("bas_medn_flag") == "true" and item.essential
                or not set(wanted.get("tags", ())).isdisjoint(item.tags)
                or any(code.startswith(prefix) for prefix in wanted.get("items", ())))
    return ("any" not in scope or meets(scope["any"])) and not (
        "none" in scope and meets(scope["none"]))
