"""What of the base the patient bears before a layer pays."""
from fractions import Fraction

from . import texts
from .texts import half_up

DEDUCTIBLE, CARRIED, LEFT = 34, 50, 51
SERIES = 24  # entries that a rule for further stays makes


def work(layer, base):
    """What the deductible hides of the base."""
    rules = layer.rules["deductible"]
    s = layer.settling
    due, clause = own(layer, rules)
    carries = rules.get("unused") == "carried"
    rest = s.sum("dedc", rest_scope(layer, rules)) if carries else 0
    if rest and due:
        layer.step(CARRIED, clause, limit=due, amount=rest)
        due = Fraction(rest)
    if "ceiling" in rules:
        joint = texts.yuan(rules["ceiling"]["yuan"]) - consumed(layer, s.policy["grades"], "")
        if joint < due:
            due, clause = max(Fraction(0), joint), rules["ceiling"]["clause"]
    hidden = min(base, due)
    layer.step(DEDUCTIBLE, clause, limit=due, amount=hidden)
    consume(layer, half_up(hidden))
    if carries and due:
        left = due - half_up(hidden)
        s.move("dedc", rest_scope(layer, rules), int(left) - rest)
        if left:
            layer.step(LEFT, clause, amount=left)
            s.uncounted = True
    return hidden


def own(layer, rules):
    """(this settlement's own deductible, its clause)"""
    s = layer.settling
    row = layer.rule_of(rules["table"], s.claim.dedc_grade)
    if rules["per"] in ("stay", "visit"):
        return layer.adjusted(nth(row["yuan"], before(layer, rules))), row["clause"]
    names = s.policy["grades"]
    if not texts.true(rules.get("top_up")):
        names = row.get("grades", names)
    left = layer.adjusted(texts.yuan(row["yuan"])) - consumed(layer, names, s.span(rules["per"]))
    return max(Fraction(0), left), row["clause"]


def before(layer, rules):
    """How many stays of the year, or visits, came before this one."""
    s = layer.settling
    if rules["per"] == "visit":
        return s.sum("visits", s.kind)
    grades = [s.claim.dedc_grade] if rules["nth"] == "same_grade" else s.policy["grades"]
    return sum(s.sum("stays", g) for g in grades)


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
    grade = f"/{layer.settling.claim.dedc_grade}" if rules["nth"] == "same_grade" else ""
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
