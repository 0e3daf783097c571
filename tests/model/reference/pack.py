"""A region's pack: its policy as a tree of texts, and its two tables."""
import csv
import datetime
from dataclasses import dataclass
from fractions import Fraction

from . import texts


@dataclass(frozen=True)
class Item:
    """What the catalogue, or a case that states it, says of a line."""
    level: str               # 01 甲 02 乙 03 丙
    type: str = "14"         # med_chrgitm_type
    essential: bool = False
    limited: bool = False    # the hospital's flag decides
    inpatient_only: bool = False
    sex: str = "0"           # 0: both
    ages: range = range(0, 201)
    first: Fraction = Fraction(0)   # of class B
    ceiling: Fraction = None        # fen for one unit
    standard: Fraction = None       # payment standard, likewise
    dedc: int = 0                   # the item's deductible, fen
    tags: tuple = ()
    stated: bool = False


class Version:
    """One policy.yaml, as a tree of texts."""

    def __init__(self, policy, name="policy.yaml"):
        self.policy, self.name = policy, name

    def in_force(self, days):
        """By the day that the policy itself names."""
        span, day = self.policy["effective"], days[self.policy["dates"]["rule_version"]]
        return (texts.day(span["from"]) <= day <=
                (texts.day(span["to"]) if "to" in span else texts.OPEN))

    def kind_of(self, med_type):
        """(name of the kind of care, the med_type's entry), or None."""
        for entry in self.policy["med_types"]:
            if entry["code"] == med_type:
                return entry["kind"], entry
        return None

    def class_of(self, insutype, psn_type):
        return next((name for name, c in self.policy["person_classes"].items()
                     if c["insutype"] == insutype
                     and any(psn_type.startswith(p) for p in c["psn_type"])), None)

    def is_stay(self, kind):
        return texts.true(self.policy["kinds"][kind].get("stay"))

    def year_of(self, day):
        """The benefit year that holds the day has the name of the year it begins in."""
        return day.year - (day < self.year_begins(day.year))

    def year_begins(self, year):
        month, day = map(int, self.policy["dates"].get("year_begins", "01-01").split("-"))
        return datetime.date(year, month, day)


class Pack:
    """The versions of a region's policy, and the rows of its catalogue."""

    def __init__(self, policies, catalogue=(), audit=None):
        self.audit = audit
        """`policies` by the files' names."""
        self.versions = [Version(policy, name) for name, policy in policies.items()]
        self.catalogue = catalogue

    @classmethod
    def read(cls, path):
        """A policy file alone, a folder of versions, or a region's folder."""
        if not path.is_dir():
            return cls({path.name: texts.read(path)})
        files = [*path.glob("policy.yaml"), *path.glob("policy-*.yaml")]
        catalogue, audit = path / "catalogue.csv", path / "audit.yaml"
        return cls({f.name: texts.read(f) for f in files},
                   _table(catalogue) if catalogue.exists() else (),
                   texts.read(audit) if audit.exists() else None)

    def version_for(self, days):
        """`days` of a claim: admission, discharge, settlement. None: the rules have no such day."""
        return next((v for v in self.versions if v.in_force(days)), None)

    def named(self, name):
        return next(v for v in self.versions if v.name == name)

    def knows(self, code):
        return any(row["med_list_codg"] == code for row in self.catalogue)

    def item(self, code, day, insutype, person_class, cap_grade):
        """The row of that code in force on `day`, as one insurance sees it at one place."""
        for row in self.catalogue:
            if row["med_list_codg"] == code and _date(row["begndate"], datetime.date.min) <= day \
                    <= _date(row["enddate"], texts.OPEN):
                ceiling = row[f"pric_uplmt_{cap_grade}"]
                return Item(
                    level=row["chrgitm_lv"], type=row["med_chrgitm_type"],
                    essential=row["bas_medn_flag"] == "1", limited=row["lmt_used_flag"] == "1",
                    inpatient_only=row["inpatient_only"] == "1", sex=row["sex_limit"],
                    ages=range(int(row["age_min"] or 0), int(row["age_max"] or 200) + 1),
                    first=Fraction(row.get(f"selfpay_prop_{person_class}") or
                                   row.get(f"selfpay_prop_{insutype}") or 0),
                    ceiling=_fen(ceiling), standard=_fen(row.get("pay_standard")),
                    dedc=int(_fen(row.get("item_dedc")) or 0),
                    tags=tuple(filter(None, row.get("tags", "").split(";"))))
        return None


def _fen(text):
    return texts.yuan(text) if text else None


def _date(text, empty):
    return texts.day(text) if text else empty


def _table(path):
    with open(path, encoding="utf-8") as file:
        return list(csv.DictReader(file))
