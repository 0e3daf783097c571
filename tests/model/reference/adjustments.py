"""A row of adjust: what it changes of a layer's rule."""
from fractions import Fraction

from . import texts
from .texts import half_up

FIRST_SELFPAY, POINTS, POINTS_OFF, MULTIPLY, PERSONAL_SHARE = range(55, 60)
TIMES, PLUS, UNCAPPED = range(80, 83)


class Adjustment:
    def __init__(self, row):
        self.row = row
        self.uncapped = texts.true(row.get("uncapped"))

    def ratio(self, ratio):
        row = self.row
        if "points" in row:
            return ratio + Fraction(row["points"])
        if "multiply" in row:
            return ratio * Fraction(row["multiply"])
        if "personal_share" in row:
            return 1 - (1 - ratio) * Fraction(row["personal_share"])
        return ratio

    def deductible(self, due):
        row = self.row
        if "deductible_times" in row:
            return Fraction(half_up(due * Fraction(row["deductible_times"])))
        if "deductible_plus" in row and due:
            return due + texts.yuan(row["deductible_plus"])
        return due

    def explain(self, layer, base):
        """Its steps. Returns what of the base is the patient's first."""
        row, first = self.row, 0

        def step(code, **figures):
            layer.step(code, row["clause"], **figures)
        if "first_selfpay" in row:
            ratio = Fraction(row["first_selfpay"])
            first = half_up(base * ratio)
            layer.settling.transfer += first
            step(FIRST_SELFPAY, base=base, ratio=ratio, amount=first)
        if "points" in row:
            points = Fraction(row["points"])
            step(POINTS if points > 0 else POINTS_OFF, ratio=abs(points))
        if "multiply" in row:
            step(MULTIPLY, ratio=row["multiply"])
        if "personal_share" in row:
            step(PERSONAL_SHARE, ratio=row["personal_share"])
        if "deductible_times" in row:
            step(TIMES, ratio=row["deductible_times"])
        if "deductible_plus" in row:
            step(PLUS, amount=texts.yuan(row["deductible_plus"]))
        if self.uncapped:
            step(UNCAPPED)
        return first
