"""A case: a member, what the year holds already, and claims in order."""
import datetime
import re
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction

from . import texts
from .pack import Item

ALWAYS = datetime.date(1950, 1, 1)
DAYS_KEPT = datetime.timedelta(14)
MONTHS_KEPT = datetime.timedelta(92)  # after a month's end
FACTS = {"dise_codg": "", "oprn_oprt_code": "", "matn_type": "", "birctrl_type": "",
         "fetus_cnt": "", "fetts": "", "prescriber_grade": "", "emergency": "false"}


@dataclass(frozen=True)
class Filing:
    name: str
    begin: datetime.date
    end: datetime.date
    place: str                   # good there only; "": anywhere
    disease: str                 # good for that disease only; "": for any


@dataclass(frozen=True)
class Cover:
    """One insurance of a person."""
    insutype: str
    psn_type: str
    county: str
    civil_servant: bool
    rank: str                    # cvlserv_lv
    begin: datetime.date
    end: datetime.date
    pool_begin: datetime.date
    arrears: datetime.date       # the pool is closed from this day
    wait_clause: str = ""        # by which the pool begins later than enrolment says
    stated: datetime.date = None  # where `begin` reaches back of it: as enrolment says

    def holds(self, day):
        return self.begin <= day <= self.end

    def pool_open(self, day):
        return self.pool_begin <= day < self.arrears


@dataclass(frozen=True)
class Identity:
    name: str                    # the policy's
    begin: datetime.date
    end: datetime.date


@dataclass(frozen=True)
class Stay:
    """The one before."""
    end: datetime.date
    dedc_grade: str
    consumed: int                # of its deductible, by it and the stays that it continued
    place: str
    disease: str
    year: int                    # benefit year
    insutype: str


@dataclass
class Member:
    """A person, the accounts' balances and the accumulators."""
    covers: list
    born: datetime.date
    sex: str
    identities: list
    death: datetime.date         # or None
    filings: list
    wage: int                    # avg_mon_wage
    balance: int = 0
    family: int = 0              # relatives' accounts
    years: dict = field(default_factory=dict)  # of cover without a break, without a claim
    previous: Stay = None
    sums: Counter = field(default_factory=Counter)  # (year, insutype, kind, scope): fen or count

    def take(self, outcome):
        """Takes a settlement into the sums and the balances, or its negative."""
        self.forget(outcome.settled)
        if outcome.stay:
            self.previous = outcome.stay
        for key, amount in outcome.moved.items():
            self.sums[key] += amount
            if not self.sums[key]:
                del self.sums[key]
        self.balance -= outcome.totals["acct_pay"]
        self.family -= outcome.totals["acct_mulaid_pay"]

    def forget(self, today):
        """Sums of days and months long past are not kept: a bill that late begins them anew."""
        for key in list(self.sums):
            span = re.search(r"@(\d\d)(\d\d)(\d\d)?(?!Q|\d)", key[3])
            if span:
                year, month, date = (int(part or 0) for part in span.groups())
                if date:
                    last = datetime.date(2000 + year, month, date) + DAYS_KEPT
                else:
                    last = datetime.date(2000 + year + month // 12, month % 12 + 1, 1) + \
                        MONTHS_KEPT - datetime.timedelta(1)
                if today > last:
                    del self.sums[key]


@dataclass(frozen=True)
class Line:
    sn: str
    amount: int                  # fen; negative: takes back a part of `original`
    cnt: Fraction
    day: datetime.date
    original: str
    code: str                    # "" when stated
    item_name: str               # that lines of one item share
    item: Item                   # what is stated, else None
    flag: str                    # hosp_appr_flag
    refused: str                 # by audit: "", "true" (the pack says who bears it), or who does


@dataclass(frozen=True)
class Claim:
    number: int
    med_type: str
    insutype: str                # "": the member's
    grade: str
    cap_grade: str
    dedc_grade: str
    region: str
    place: str                   # fixmedins_code
    place_type: str              # "1" medical, "2" pharmacy
    days: dict                   # admission, discharge, settlement
    begin: datetime.date         # of what is settled here: a stay, or one part of it
    end: datetime.date
    account: bool
    trauma: dict                 # or None
    facts: dict                  # what the claim says of the care, "" where nothing
    tags: list                   # of the institution
    newborn: dict                # born, sex; or None
    group_price: int
    lines: list
    expect: dict

    @property
    def length(self):
        """In days; the last one is none, but for a stay of one."""
        return max(1, (self.end - self.begin).days)


@dataclass(frozen=True)
class Void:
    """Takes back the claim of that number."""
    number: int
    voids: int
    settled: datetime.date


@dataclass
class Case:
    name: str
    member: Member
    claims: list


def read(tree, pack):
    """A case as copay-policy reads it, from its tree of texts. Names are those of the version that
    the first claim is for."""
    first = pack.version_for(days_of(tree["claims"][0])) or pack.versions[0]
    claims = []
    for number, c in enumerate(tree["claims"], 1):
        claims.append(_void(number, c, claims) if "void" in c else
                      _claim(number, c, pack.version_for(days_of(c)) or first))
    member = _member(tree["member"], first)
    if "history" in tree:
        _history(tree["history"], first, member, claims[0])
    return Case(tree["case"], member, claims)


def _void(number, tree, before):
    """On the day of the last settlement, unless it says."""
    last = max(c.settled if isinstance(c, Void) else c.days["settlement"] for c in before)
    return Void(number, int(tree["void"]), _date(tree, "settled", last))


def days_of(tree):
    return {"admission": texts.day(tree["from"]), "discharge": texts.day(tree["to"]),
            "settlement": texts.day(tree.get("settled", tree["to"]))}


def _date(tree, key, absent):
    return texts.day(tree[key]) if key in tree else absent


def _cover(tree, version):
    begin = _date(tree, "psn_insu_date", ALWAYS)
    return Cover(
        insutype=tree["insutype"], psn_type=tree["psn_type"],
        county=tree.get("county", version.policy["region"]),
        civil_servant=texts.true(tree.get("cvlserv_flag")),
        rank=tree.get("cvlserv_lv", ""), begin=begin,
        end=_date(tree, "expi_date", texts.OPEN),
        pool_begin=_date(tree, "pool_begndate", begin),
        arrears=_date(tree, "paus_insu_date", texts.OPEN))


def _member(tree, version):
    return Member(
        covers=[_cover(t, version) for t in (tree, *tree.get("insurances", ()))],
        born=texts.day(tree["born"]), sex=tree.get("sex", "1"),
        identities=[_identity(i, version) for i in tree.get("identities", [])],
        death=_date(tree, "death_date", None),
        filings=[_filing(f, version) for f in tree.get("filings", ())],
        wage=int(texts.yuan(tree.get("avg_mon_wage", "0"))),
        balance=int(texts.yuan(tree.get("balc", "0"))),
        family=int(texts.yuan(tree.get("family_balc", "0"))),
        years={key: int(tree.get(key, "0")) for key in ("continuous_years", "zero_claim_years")})


def _identity(tree, version):
    """A name of the policy or a region's code; held for life, unless it says from and to."""
    tree = {"identity": tree} if isinstance(tree, str) else tree
    name = next(i["name"] for i in version.policy["identities"]["list"]
                if tree["identity"] == i["name"] or tree["identity"] in i["codes"])
    return Identity(name, _date(tree, "from", ALWAYS), _date(tree, "to", texts.OPEN))


def _filing(tree, version):
    """By the policy's name or the region's code."""
    name = next(name for name, rules in version.policy["filings"].items()
                if tree["filing"] == name or tree["filing"] in rules["codes"])
    return Filing(name, texts.day(tree["from"]),
                  texts.day(tree["to"]) if "to" in tree else texts.OPEN,
                  tree.get("fixmedins_code", ""), tree.get("dise_codg", ""))


def _claim(number, tree, version):
    days = days_of(tree)
    place = tree["institution"]
    grade = place["grade"]
    caps = version.policy["cap_grades"]
    kind = version.kind_of(tree["med_type"])
    pharmacy = kind and texts.true(version.policy["kinds"][kind[0]].get("pharmacy"))
    place_type = place.get("type", "2" if pharmacy else "1")
    return Claim(
        number=number, med_type=tree["med_type"], insutype=tree.get("insutype", ""), grade=grade,
        cap_grade=place.get("cap_grade", grade if grade in caps else caps[0]),
        dedc_grade=place.get("dedc_grade", grade), region=place["region"],
        place=place.get("fixmedins_code",
                        f"{'P' if place_type == '2' else 'H'}{place['region']}99001"),
        place_type=place_type, days=days, begin=days["admission"], end=days["discharge"],
        account=texts.true(tree.get("acct_used")), trauma=tree.get("trauma"),
        facts={name: tree.get(name, absent) for name, absent in FACTS.items()},
        tags=place.get("tags", []), newborn=tree.get("newborn"),
        group_price=int(texts.yuan(tree.get("group_price", "0"))),
        lines=[_line(n, line, days["admission"]) for n, line in enumerate(tree["lines"], 1)],
        expect=tree["expect"])


def _line(number, tree, begin):
    amount = texts.yuan(tree["amount"])
    item = None
    if "med_list_codg" not in tree:
        item = Item(
            level=tree["chrgitm_lv"], type=tree.get("med_chrgitm_type", "14"),
            essential=texts.true(tree.get("bas_medn_flag")),
            first=texts.ratio(tree.get("selfpay_prop", "0")),
            ceiling=texts.yuan(tree["pric_uplmt_amt"]) if "pric_uplmt_amt" in tree else None,
            standard=texts.yuan(tree["pay_standard"]) if "pay_standard" in tree else None,
            dedc=int(texts.yuan(tree.get("item_dedc", "0"))), tags=tuple(tree.get("tags", ())),
            stated=True)
    return Line(
        sn=tree.get("feedetl_sn", str(number)), amount=int(amount),
        cnt=Fraction(tree.get("cnt", "-1" if amount < 0 else "1")),
        day=texts.day(tree["on"]) if "on" in tree else begin,
        original=tree.get("init_feedetl_sn", ""), code=tree.get("med_list_codg", tree.get("item", "STATED")),
        item_name=tree.get("med_list_codg", tree.get("item", "STATED")), item=item,
        flag=tree.get("hosp_appr_flag", "0"),
        refused={"false": ""}.get(tree.get("refused", ""), tree.get("refused", "")))


def _history(tree, version, member, first):
    """The benefit year before the first claim."""
    year = int(tree["year"])
    insutype = member.covers[0].insutype
    mine = [layer for layer in version.policy["layers"]
            if insutype in layer["when"]["insutypes"]]

    def add(kind, scope, value):
        if value:
            member.sums[year, insutype, kind, scope] += int(value)

    admissions = tree.get("admissions", {})
    if isinstance(admissions, str):  # of every grade, or together where all stays count together
        counted = {nth["counts"] if isinstance(nth, dict) else nth
                   for nth in (layer["deductible"]["nth"] for layer in mine
                               if layer.get("deductible", {}).get("per") == "stay")}
        grades = version.policy["grades"]
        admissions = dict.fromkeys(grades if "same_grade" in counted else grades[:1], admissions)
    for grade, count in admissions.items():
        add("stays", grade, count)
    if "previous" in tree:
        stay = tree["previous"]
        member.previous = Stay(texts.day(stay["to"]), stay["grade"],
                               int(texts.yuan(stay["deductible"])), stay.get("fixmedins_code", ""),
                               stay.get("dise_codg", ""), year, insutype)
    for kind, key in (("paid", "paid"), ("dedc", "deductible"), ("base", "accumulated"),
                      ("bands", "bands")):
        for scope, amount in tree.get(key, {}).items():
            add(kind, scope, texts.yuan(amount))
    kind_of_care = version.kind_of(first.med_type)
    for key in (k for k in tree if k.endswith("_pay")):  # what the layer that pays it has paid
        scopes = {layer["accumulates"] for layer in mine if layer["field"] == key
                  and kind_of_care and kind_of_care[0] in layer["when"]["kinds"]}
        if texts.yuan(tree[key]):
            (scope,) = scopes
            add("paid", scope, texts.yuan(tree[key]))
