"""Reading what people wrote. Every scalar stays the text it is until a reader asks."""
import datetime
from fractions import Fraction

import yaml

OPEN = datetime.date.max


def load(text):
    return yaml.load(text, Loader=yaml.CBaseLoader)


def read(path):
    return load(path.read_text(encoding="utf-8"))


def yuan(text):
    """Exact fen."""
    return Fraction(text) * 100


def ratio(text):
    return Fraction(text)


def day(text):
    return datetime.date.fromisoformat(text)


def true(text):
    """Of an optional bool."""
    return text == "true"


def within(years, span):
    """An age, by from and to, both inclusive and optional."""
    return int(span.get("from", 0)) <= years <= int(span.get("to", 999))


def half_up(exact):
    """Whole fen; ties go away from zero."""
    return rounded(exact, "half_up")


def rounded(exact, to):
    """Whole fen, by the size: half_up, down or up."""
    exact = Fraction(exact)
    size = abs(exact)
    size = {"half_up": (size * 2 + 1) // 2, "down": size // 1, "up": -(-size // 1)}[to]
    return int(size if exact >= 0 else -size)
