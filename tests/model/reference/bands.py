"""Money laid over bands, exactly: cut at bounds, at what a cap leaves, and paid."""
from dataclasses import dataclass, field, replace
from fractions import Fraction

from . import texts
from .texts import rounded


@dataclass(frozen=True)
class Segment:
    """The money between two amounts of the base, in one band."""
    low: Fraction
    high: Fraction
    ratio: Fraction
    clause: str
    bound: Fraction  # the band's; 0: none

    @property
    def width(self):
        return self.high - self.low

    @property
    def pays(self):
        return self.width * self.ratio


def lay(row, low, high, change=lambda ratio: ratio, origin=0):
    """The segments of the base between low and high, by a row of a ratio table. Bounds are
    inclusive and measured from `origin`; above the last there may be nothing. `change` is what the
    person's adjustments make of a ratio."""
    segments, begin = [], Fraction(0)
    for band in bracket(row, high - origin) or row.get("bands", [row]):
        end = texts.yuan(band["upto"]) if "upto" in band else None
        last = end is None or "brackets" in row
        top = Fraction(high) if last else min(Fraction(high), end + origin)
        start = max(Fraction(low), begin)
        if top > start:
            segments.append(Segment(start, top, change(texts.ratio(band["ratio"])),
                                    band.get("clause", row["clause"]), end or Fraction(0)))
        begin = top
    return segments


def bracket(row, base):
    """The one bracket that the whole base falls in."""
    return [next(b for b in row["brackets"] if "upto" not in b or base <= texts.yuan(b["upto"]))] \
        if "brackets" in row else []


def width(segments):
    return sum((s.width for s in segments), Fraction(0))


@dataclass(frozen=True)
class Rounding:
    """To whole fen: every segment by itself, or their sum."""
    apart: bool = False
    to: str = "half_up"

    @classmethod
    def of(cls, policy):
        rules = policy.get("rounding", {}).get("segments")
        return cls(rules["per"] == "segment", rules["to"]) if rules else cls()

    def pays(self, segment):
        """What it takes of a room of whole fen."""
        return rounded(segment.pays, self.to) if self.apart else segment.pays

    def rows(self, segments):
        """What each segment pays: of a sum, the parts are rounded so that they add up to it."""
        if self.apart:
            return [rounded(s.pays, self.to) for s in segments]
        paid, total, amounts = 0, Fraction(0), []
        for s in segments:
            total += s.pays
            amounts.append(rounded(total, self.to) - paid)
            paid = rounded(total, self.to)
        return amounts

    def payment(self, segments):
        return sum(self.rows(segments))


def first(segments, length):
    """The lower part of the segments, at most `length` of money."""
    kept = []
    for s in segments:
        if length <= 0:
            break
        kept.append(replace(s, high=min(s.high, s.low + length)))
        length -= s.width
    return kept


def paying(segments, room, rounding):
    """The lower part of the segments that pays at most `room`. The money is computed back at the
    ratio of the segment in which the room ends, exactly, or the next layer is a fen off."""
    if rounding.payment(segments) <= room:
        return segments
    kept = []
    for s in segments:
        if rounding.pays(s) <= room:
            kept.append(s)
            room -= rounding.pays(s)
            continue
        if room > 0:
            kept.append(replace(s, high=s.low + Fraction(room) / s.ratio))
        break
    return kept


@dataclass
class Cut:
    """Segments under caps: each cap is (on, what it leaves, its clause)."""
    segments: list
    caps: list
    rounding: Rounding
    kept: list = field(init=False)
    binding: tuple = (None, None, "")  # the cap that cut last

    def __post_init__(self):
        self.kept = self.segments
        for on in ("eligible", "payment"):
            for cap in sorted((c for c in self.caps if c[0] == on), key=lambda c: c[1]):
                shorter = first(self.kept, cap[1]) if on == "eligible" else self.within(cap[1])
                if width(shorter) < width(self.kept):
                    self.kept, self.binding = shorter, cap

    def within(self, room):
        return paying(self.kept, room, self.rounding)

    def limit(self, amount, clause):
        """What is left of a cap when other rules have used it."""
        if self.amount > amount:
            self.kept, self.binding = self.within(amount), ("payment", amount, clause)

    @property
    def uncut(self):
        return self.rounding.payment(self.segments)

    @property
    def amount(self):
        return self.rounding.payment(self.kept)

    @property
    def excess(self):
        return width(self.segments) - width(self.kept)
