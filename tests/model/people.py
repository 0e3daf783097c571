"""Invented people of every kind, as the model knows them and as the three files that copayctl
imports. Each journey gets a person of its own; a kind that runs out is imported again."""
import csv
import datetime
import itertools

from chenzhou import OPEN, Identity, Insurance, Member
from pack import EMPLOYEE, RESIDENT
from terminal import ZONE

COUNTIES = ["431002", "431003", "431021", "431022", "431023", "431081", "431099"]
BATCH = 20  # of each kind


def today():
    return datetime.datetime.now(ZONE).date()


def _days(n):
    return datetime.timedelta(days=n)


def _employed(number, **more):
    return Insurance(EMPLOYEE, more.pop("psn_type", "1101"), COUNTIES[number % len(COUNTIES)],
                     datetime.date(2012, 7, 1),
                     more.pop("pool_begin", datetime.date(2012, 7, 1)), **more)


def _resident(number, **more):
    return Insurance(RESIDENT, more.pop("psn_type", "1501"), COUNTIES[number % len(COUNTIES)],
                     datetime.date(2017, 1, 1),
                     more.pop("pool_begin", datetime.date(2017, 1, 1)), **more)


def certified(number, code, begin=datetime.date(2023, 1, 1), end=OPEN):
    return Identity(code, COUNTIES[(number + 3) % len(COUNTIES)], begin, end)


def _of(kind, n, day):
    """(insurances, identities, opening balance in fen) of the nth person of that kind."""
    return {
        "active": lambda: ([_employed(n)], [], 150000 + 7 * n),
        "retired": lambda: ([_employed(n, psn_type="1201")], [], 523075 - n),
        "resident": lambda: ([_resident(n)], [], 0),
        "child": lambda: ([_resident(n, psn_type="1403")], [], 0),
        "low_income": lambda: ([_resident(n)], [certified(n, "1")], 0),
        # The better identity is another county's; a code that the region does not map is no matter.
        "destitute": lambda: ([_resident(n, psn_type="1601")],
                              [certified(n, "1"), certified(n + 1, "2"), certified(n, "9")], 0),
        "identity_over": lambda: ([_resident(n)], [certified(n, "1", end=day - _days(1))], 0),
        "identity_today": lambda: ([_resident(n)], [certified(n, "2", day, day)], 0),
        "poor_employee": lambda: ([_employed(n)], [certified(n, "1")], 4000),
        "arrears": lambda: ([_employed(n, arrears=day)], [certified(n, "1")], 64000),
        "arrears_soon": lambda: ([_employed(n, arrears=day + _days(1))], [], 100),
        "waiting": lambda: ([_resident(n, pool_begin=day + _days(1))], [certified(n, "1")], 0),
        "waited": lambda: ([_resident(n, pool_begin=day)], [], 0),
        "both": lambda: ([_resident(n), _employed(n)], [], 2500),
        "changed": lambda: ([_resident(n, end=day - _days(1)),
                             _employed(n, pool_begin=day)], [], 0),
    }[kind]()


KINDS = ["active", "retired", "resident", "child", "low_income", "destitute", "identity_over",
         "identity_today", "poor_employee", "arrears", "arrears_soon", "waiting", "waited", "both",
         "changed"]


def _born(kind, n, day):
    """Now and then a birthday near a bound of the catalogue (14, 18 and 65 years)."""
    years = [15, 14, 19, 8, 16][n % 5] if kind == "child" else [40, 65, 15, 52, 19, 70][n % 6]
    near = datetime.date(day.year - years, day.month, min(day.day, 28))
    return near - _days([0, 3, 20, 200][n // 6 % 4])


def person(kind, n, day, psn_no="1"):
    """The nth person of that kind."""
    insurances, identities, balance = _of(kind, n, day)
    return Member(psn_no, 1 + n % 2, _born(kind, n, day), insurances, identities, balance)


def _date(day):
    return "" if day == OPEN else day.isoformat()


class Population:
    """Hands out persons that nobody used before, importing more when a kind runs out."""

    def __init__(self, daemon):
        self.daemon = daemon
        self.spare = {kind: [] for kind in KINDS}
        self.numbers = itertools.count(100001)
        self.batches = itertools.count(1)

    def take(self, kind):
        if not self.spare[kind]:
            self._import()
        return self.spare[kind].pop()

    def _import(self):
        people, day = [], today()
        for kind in KINDS:
            for n in range(BATCH):
                member = person(kind, n, day, f"43100000000000{next(self.numbers)}")
                people.append(member)
                self.spare[kind].insert(0, member)
        self._load(people)

    def change(self, member, **facts):
        """Imports a person again with other facts; the account stays as it is."""
        for name, value in facts.items():
            setattr(member, name, value)
        self._load([member], opening=False)

    def _load(self, people, opening=True):
        folder = self.daemon.root / f"people{next(self.batches)}"
        folder.mkdir()
        tables = {
            "members": ["psn_no psn_cert_type certno psn_name gend naty brdy death_date".split()],
            "insurances": ["psn_no insutype psn_type psn_insu_stas insuplc_admdvs psn_insu_date "
                           "pool_begndate paus_insu_date expi_date cvlserv_flag balc".split()],
            "identities": ["psn_no psn_idet_type psn_type_lv admdvs begntime endtime".split()],
        }
        for m in people:
            tables["members"].append([m.psn_no, "99", f"M{m.psn_no[-6:]}", "某甲", m.sex, "01",
                                      m.born.isoformat(), ""])
            for i in m.insurances:
                tables["insurances"].append([
                    m.psn_no, i.insutype, i.psn_type, 1, i.county, i.begin.isoformat(),
                    i.pool_begin.isoformat(), _date(i.arrears), _date(i.end), 0,
                    f"{m.balance // 100}.{m.balance % 100:02d}"
                    if opening and i.insutype == EMPLOYEE else ""])
            for i in m.identities:
                tables["identities"].append([m.psn_no, i.code, "", i.county, i.begin.isoformat(),
                                             i.end.isoformat()])
        for name, rows in tables.items():
            with open(folder / f"{name}.csv", "w", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows(rows)
        self.daemon.ctl("import", "members", folder / "members.csv", "--insurances",
                        folder / "insurances.csv", "--identities", folder / "identities.csv")
