"""The region's data that the model shares with the daemon: catalogue and institutions, read from
the pack's tables."""
import csv
import datetime
from dataclasses import dataclass
from fractions import Fraction

EMPLOYEE, RESIDENT = "310", "390"
OPEN = datetime.date.max


def yuan(text):
    """Exact fen of an amount in yuan."""
    return Fraction(text) * 100


@dataclass(frozen=True)
class Item:
    """One row of the catalogue."""
    code: str
    level: str          # 01 甲 02 乙 03 丙
    type: str           # med_chrgitm_type
    essential: bool
    limited: bool       # the hospital's flag decides
    inpatient_only: bool
    sex: int            # 0: both
    ages: range         # whole years
    begin: datetime.date
    end: datetime.date
    first: dict         # first self-pay ratio by insurance
    ceiling: dict       # price ceiling in fen by cap grade; absent: none


@dataclass(frozen=True)
class Place:
    code: str
    county: str
    benefit_grade: str
    cap_grade: str
    dedc_grade: str
    kinds: tuple
    begin: datetime.date
    end: datetime.date


def _date(text, empty):
    return datetime.date.fromisoformat(text) if text else empty


def _rows(path):
    with open(path, encoding="utf-8") as file:
        yield from csv.DictReader(file)


def read_catalogue(path):
    """{code: [Item, ...]}, one per period in force."""
    items = {}
    for row in _rows(path):
        items.setdefault(row["med_list_codg"], []).append(Item(
            code=row["med_list_codg"], level=row["chrgitm_lv"], type=row["med_chrgitm_type"],
            essential=row["bas_medn_flag"] == "1", limited=row["lmt_used_flag"] == "1",
            inpatient_only=row["inpatient_only"] == "1", sex=int(row["sex_limit"]),
            ages=range(int(row["age_min"] or 0), int(row["age_max"] or 200) + 1),
            begin=_date(row["begndate"], datetime.date.min), end=_date(row["enddate"], OPEN),
            first={i: Fraction(row[f"selfpay_prop_{i}"] or 0) for i in (EMPLOYEE, RESIDENT)},
            ceiling={name.removeprefix("pric_uplmt_"): yuan(text)
                     for name, text in row.items() if name.startswith("pric_uplmt_") and text}))
    return items


def item_on(catalogue, code, day):
    """The row of that code in force on `day`, or None."""
    return next((i for i in catalogue[code] if i.begin <= day <= i.end), None)


def read_institutions(path):
    return {row["fixmedins_code"]: Place(
        code=row["fixmedins_code"], county=row["admdvs"], benefit_grade=row["benefit_grade"],
        cap_grade=row["cap_grade"], dedc_grade=row["dedc_grade"],
        kinds=tuple(row["kinds"].split(";")), begin=_date(row["begndate"], datetime.date.min),
        end=_date(row["enddate"], OPEN)) for row in _rows(path)}
