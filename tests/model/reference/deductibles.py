"""What of the base the patient bears before a layer pays."""
from fractions import Fraction

from . import situations, texts
from .texts import half_up

DEDUCTIBLE, CARRIED, LEFT, MERGED = 34, 50, 51, 52
SERIES = 40  # entries that a rule for further stays makes


def work(layer, base):
    """What the deductible hides of the base."""
    rules = layer.rules["deductible"]
    s = layer.settling
    merged = merge_of(s, rules)
    due, clause = own(layer, rules, merged is not None)
    if merged:
        consumed_before = s.member.previous.consumed
        own_amount = due
        due = {"difference": max(Fraction(0), due - consumed_before), "none": Fraction(0),
               "full": due}[merged["pays"]]
        layer.step(MERGED, merged["clause"], base=consumed_before, limit=own_amount, amount=due)
    carries = rules.get("unused") == "carried"
    rest = s.sum("dedc", rest_scope(layer, rules)) if carries else 0
    if rest and due:
        layer.step(CARRIED, clause, limit=due, amount=rest)
        due = Fraction(rest)
    once = s.of_stay.left if s.of_stay and rules["per"] == "stay" else None
    if once is not None:  # the stay's: what its earlier parts left
        due = once.setdefault(layer.rules["accumulates"], due)
    if "ceiling" in rules:
        joint = max(Fraction(0), texts.yuan(rules["ceiling"]["yuan"])
                    - consumed(layer, s.policy["grades"], ""))
        if joint < due:
            due, clause = joint, rules["ceiling"]["clause"]
    hidden = min(base, due)
    layer.step(DEDUCTIBLE, clause, limit=due, amount=hidden)
    if once is not None:
        once[layer.rules["accumulates"]] -= half_up(hidden)
    consume(layer, half_up(hidden))
    if carries and due:
        left = due - half_up(hidden)
        s.move("dedc", rest_scope(layer, rules), int(left) - rest)
        if left:
            layer.step(LEFT, clause, amount=left)
            s.uncounted = True
    return hidden


def merge_of(s, rules):
    """The row by which this stay and the one before are one."""
    return next((row for row in rules.get("merge", ())
                 if situations.transfer(s, int(row["within_days"])) in row["transfers"]), None)


def own(layer, rules, merged):
    """(this settlement's own deductible, its clause)"""
    s = layer.settling
    row = layer.rule_of(rules["table"], s.claim.dedc_grade)
    if rules["per"] in ("stay", "visit", "period"):
        earlier = before(layer, rules, row) + layer.period
        return layer.adjusted(nth(row["yuan"], max(0, earlier - 1) if merged else earlier)), \
            row["clause"]
    names = s.policy["grades"]
    if not texts.true(rules.get("top_up")):
        names = row.get("grades", names)
    left = layer.adjusted(texts.yuan(row["yuan"])) - consumed(layer, names, s.span(rules["per"]))
    return max(Fraction(0), left), row["clause"]


def before(layer, rules, row):
    """How many stays of the year, or visits, came before this one."""
    s = layer.settling
    if rules["per"] == "visit":
        return s.sum("visits", s.kind)
    counting = row.get("nth", rules["nth"])
    if isinstance(counting, str):
        counting = {"counts": counting}
    grades = [s.claim.dedc_grade] if counting["counts"] == "same_grade" else s.policy["grades"]
    marks = [f"/{value}" for values in counting.get("in", {}).values() for value in values]
    return sum(s.sum("stays", grade + mark) for grade in grades for mark in marks or [""])


def nth(yuan, n):
    """Of a list, whose last holds for all that follow."""
    amounts = series(yuan)
    return amounts[min(n, len(amounts) - 1)]


def series(yuan):
    if isinstance(yuan, str):
        return [texts.yuan(yuan)]
    if isinstance(yuan, list):
        return [texts.yuan(text) for text in yuan]
    first, again = texts.yuan(yuan["first"]), yuan["again"]
    floor = texts.yuan(again.get("floor", "0"))
    amounts = [first]
    if "less_of_first" in again:
        amounts += [half_up(first * (1 - texts.ratio(r))) for r in again["less_of_first"]]
    else:
        while len(amounts) < SERIES:
            last = amounts[-1]
            amounts.append(last - texts.yuan(again["minus"]) if "minus" in again else
                           half_up(last * texts.ratio(again["times"])))
            amounts[-1] = max(amounts[-1], floor)
    return [first, *(Fraction(max(amount, floor)) for amount in amounts[1:])]


def scope(layer, grade, span):
    """Of what is consumed: by grade, but at one institution together."""
    return layer.scope + span + ("" if span.startswith("#") else f"/{grade}")


def rest_scope(layer, rules):
    """Of what a stay did not consume: by grade where the stays are counted so."""
    counts = rules["nth"] if isinstance(rules["nth"], str) else rules["nth"]["counts"]
    grade = f"/{layer.settling.claim.dedc_grade}" if counts == "same_grade" else ""
    return f"{layer.scope}~{grade}"


def consumed(layer, grades, span):
    s = layer.settling
    return sum(s.sum("dedc", name) for name in {scope(layer, grade, span) for grade in grades})


def consume(layer, amount):
    """Whole fen; counted for the span and for the year."""
    s = layer.settling
    for span in {"", s.span(layer.rules["deductible"]["per"])}:
        s.move("dedc", scope(layer, s.claim.dedc_grade, span), amount)
    layer.count_deductible(amount)
