"""The daemon's adjudication against a model that was written from the documents (chenzhou.py), over
generated people and care. COPAY_EXAMPLES sets how many journeys are drawn; the seed is fixed."""
import datetime
import faulthandler
import os
import random
import unittest
from collections import Counter

from google.protobuf import json_format
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import cast
import chenzhou
import copay_pb2 as pb
import journeys
import people
import written
from people import KINDS, Population, today
from terminal import DONE, FUNDS, ZONE, Terminal, check_identities, ms

EXAMPLES = int(os.environ.get("COPAY_EXAMPLES", "60"))
drawn = settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
                 suppress_health_check=list(HealthCheck),
                 phases=[Phase.explicit, Phase.generate, Phase.shrink])
INFNO = {"pharmacy": ("2101", "2102", "2103"), "outpatient": ("2206", "2207", "2208"),
         "inpatient": ("2303", "2304", "2305")}
SUMS = ["medfee_sumamt", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt",
        "inscp_scp_amt", "act_pay_dedc", *FUNDS, "fund_pay_sumamt", "psn_part_amt", "acct_pay",
        "acct_mulaid_pay", "psn_cash_pay", "hosp_part_amt", "psn_selfpay_amt", "psn_ownpay_amt"]


def setUpModule():
    global daemon, population, terminals
    daemon = cast.ready_daemon()
    population = Population(daemon)
    terminals = {}


def tearDownModule():
    for terminal in terminals.values():
        terminal.close()
    daemon.finish()


def terminal_of(place):
    if place not in terminals:
        daemon.certificate("institution", place)
        terminals[place] = Terminal(daemon, place, timeout=60)
    return terminals[place]


# ---- the two sides in one form ------------------------------------------------------------------

def expected_of(member, claim, bill):
    """The model's bill, before it is taken into the member."""
    insurance = bill.insurance
    sums = dict.fromkeys(SUMS, 0)
    sums.update(
        medfee_sumamt=bill.medfee, fulamt_ownpay_amt=bill.total("own"),
        overlmt_selfpay=bill.total("over"), preselfpay_amt=bill.total("first"),
        inscp_scp_amt=bill.total("inscope"), act_pay_dedc=bill.deductible,
        fund_pay_sumamt=bill.funds, psn_part_amt=bill.selfpay + bill.ownpay,
        acct_pay=bill.account, psn_cash_pay=bill.cash, psn_selfpay_amt=bill.selfpay,
        psn_ownpay_amt=bill.ownpay)
    for row in bill.rows:
        sums[row.field] += row.amount
    return {
        **sums,
        "insutype": insurance.insutype, "psn_type": insurance.psn_type, "year": bill.year,
        "setl_optins": insurance.county, "clr_optins": claim.place.county,
        "clr_type": chenzhou.CLEARING_TYPE[claim.kind],
        "balc": member.balance - bill.account,
        "lines": {sn: (s.own, s.over, s.first, s.inscope) for sn, s in bill.splits.items()},
        "rows": {(r.layer, *chenzhou.FUNDS[r.layer], r.owner): r.amount for r in bill.rows},
        "moved": +bill.moved,
        "after": {key: member.sums[key] + moved for key, moved in bill.moved.items()},
    }


def sums_of(accumulators):
    return {(a.year, a.insutype, a.kind, a.scope): a.value for a in accumulators}


def moved_of(s):
    return {(a.year, a.insutype, a.kind, a.scope): a.moved for a in s.accumulators}


def seen_of(s):
    """The daemon's settlement."""
    rows = Counter()
    for row in s.setldetail:
        if row.field in FUNDS:
            rows[row.layer, row.fund_pay_type, row.field, row.owner] += row.fund_payamt
    return {
        **{name: getattr(s, name) for name in SUMS},
        **{name: getattr(s, name) for name in ("insutype", "psn_type", "year", "setl_optins",
                                               "clr_optins", "clr_type", "balc")},
        "lines": {x.feedetl_sn: (x.fulamt_ownpay_amt, x.overlmt_amt, x.preselfpay_amt,
                                 x.inscp_scp_amt) for x in s.lines},
        "rows": {key: amount for key, amount in rows.items() if amount},
        "moved": moved_of(s), "after": sums_of(s.accumulators),
    }


def at(day, hour):
    return ms(datetime.datetime(day.year, day.month, day.day, hour, tzinfo=ZONE))


def message_of(claim, ticket, lines=None):
    return pb.Settle(
        psn_no=claim.psn_no, mdtrt_cert_type="99", insutype=claim.insutype,
        med_type=claim.med_type, begntime=at(claim.begin, 9), endtime=at(claim.end, 18),
        ipt_otp_no=ticket, medfee_sumamt=sum(x.amount for x in claim.lines),
        acct_used_flag=claim.account,
        lines=[pb.Line(feedetl_sn=x.sn, med_list_codg=x.code, det_item_fee_sumamt=x.amount,
                       cnt=x.cnt, pric=claim.prices[x.sn], fee_ocur_time=at(x.day, 10),
                       hosp_appr_flag=2 if x.refused else 1, init_feedetl_sn=x.original or None)
               for x in lines or claim.lines])


class Journey:
    """One person's year, asked of the daemon and of the model at once."""

    def __init__(self, case, kind):
        self.case = case
        self.member = population.take(kind)
        faulthandler.dump_traceback_later(300, exit=True)  # the hang guard is each journey's own

    def stored(self, terminal):
        """(accumulators, balance) as 1101 answers them."""
        _, reply = terminal.call(terminal.request(
            "1101", person_query=pb.PersonQuery(psn_no=self.member.psn_no)))
        self.case.assertEqual(reply.outcome, DONE, reply.errors)
        person = reply.person
        balance = sum(i.balc for i in person.insuinfo)
        return sums_of(person.accumulators), balance

    def ask(self, terminal, infno, settle):
        """(setlinfo, the request for people to read)"""
        request = terminal.request(infno, settle=settle)
        told = json_format.MessageToJson(request, preserving_proto_field_name=True)
        _, reply = terminal.call(request)
        self.case.assertEqual(reply.outcome, DONE, f"{reply.errors}\n{told}")
        return reply.settlement, told

    def care(self, plan):
        """Pre-settles in two orders and settles; everything must be the model's, to the fen."""
        case, member = self.case, self.member
        claim = journeys.make(plan, member, today())
        if claim is None:
            return None
        terminal = terminal_of(plan.place)
        presettle, settle, _ = INFNO[claim.kind]
        ticket = cast.ticket()
        before = self.stored(terminal)
        first, _ = self.ask(terminal, presettle, message_of(claim, ticket))
        other = random.Random(plan.shuffle).sample(claim.lines, len(claim.lines))
        second, _ = self.ask(terminal, presettle, message_of(claim, ticket, other))
        s, told = self.ask(terminal, settle, message_of(claim, ticket))

        day = datetime.datetime.fromtimestamp(s.setl_time // 1000, ZONE).date()
        bill = chenzhou.adjudicate(journeys.CATALOGUE, member, claim, day)
        expected, seen = expected_of(member, claim, bill), seen_of(s)
        if expected != seen:
            case.fail(f"\nperson {member}\nplan {plan}\nclaim {told}\n" + _differences(
                expected, seen))
        case.assertEqual(seen_of(first), seen, "pre-settled first\n" + told)
        case.assertEqual(seen_of(second), seen, "lines in another order\n" + told)
        check_identities(case, s)
        for row in s.setldetail:
            case.assertGreaterEqual(row.fund_payamt, 0)
        for value in (*seen["after"].values(), s.balc):
            case.assertGreaterEqual(value, 0)
        met = written.events(journeys.CATALOGUE, member, claim, bill, day)
        chenzhou.apply(member, bill)
        if plan.void:
            self.void(terminal, claim, s, bill, before)
        else:
            case.assertEqual(self.stored(terminal), (dict(member.sums), member.balance))
        return met

    def void(self, terminal, claim, s, bill, before):
        """The negative of every amount, and everything as it was."""
        _, reply = terminal.call(terminal.request(INFNO[claim.kind][2], void_order=pb.Void(
            setl_id=s.setl_id, psn_no=claim.psn_no)))
        self.case.assertEqual(reply.outcome, DONE, reply.errors)
        void = reply.settlement
        for name in SUMS:
            self.case.assertEqual(getattr(void, name), -getattr(s, name), name)
        self.case.assertEqual(moved_of(void), {k: -v for k, v in moved_of(s).items()})
        check_identities(self.case, void)
        chenzhou.apply(self.member, bill, -1)
        self.case.assertEqual(self.stored(terminal), before)
        self.case.assertEqual(before, (dict(self.member.sums), self.member.balance))

    def close(self):
        """However the year's care was split, critical illness paid f(its whole base)."""
        for insurance in self.member.insurances:
            key = (today().year, insurance.insutype)
            base = self.member.sums[(*key, "base", "critical")]
            poor = self.member.identity(today()) is not None
            whole = chenzhou.critical_of(base, poor)
            cap = whole if poor else min(whole, int(chenzhou.yuan(chenzhou.CRITICAL_CAP)))
            self.case.assertEqual(self.member.sums[(*key, "paid", "critical")], cap)


def _differences(expected, seen):
    rows = [f"{name}: model {expected[name]}, daemon {seen[name]}"
            for name in expected if expected[name] != seen[name]]
    return "\n".join(["the two differ in:", *rows, f"model {expected}", f"daemon {seen}"])


# ---- tests --------------------------------------------------------------------------------------

class Differential(unittest.TestCase):
    maxDiff = None

    def test_written_journeys_meet_every_rule(self):
        met = set()
        for kind, plans in written.JOURNEYS:
            journey = Journey(self, kind)
            for plan in plans:
                events = journey.care(plan)
                self.assertIsNotNone(events, plan)
                met |= events
            journey.close()
        self.assertEqual(written.EVENTS - met, set())

    def test_splitting_a_year_changes_no_critical_illness(self):
        for kind in ("resident", "low_income"):
            for goal in ("band", "second_band"):
                paid = set()
                for goals in ((goal,), ("poor_floor", goal), ("poor_floor", "floor", "fee", goal)):
                    journey = Journey(self, kind)
                    for each in goals:
                        journey.care(journeys.CarePlan(written.LEVEL3, "21", goal=each))
                    year = (today().year, "390")
                    sums = journey.member.sums
                    paid.add((sums[(*year, "base", "critical")], sums[(*year, "paid", "critical")]))
                self.assertEqual(len(paid), 1, paid)

    def test_an_identity_gained_or_lost_does_not_reach_back(self):
        stay = journeys.CarePlan(written.LEVEL3, "21", goal="fee")
        band = journeys.CarePlan(written.LEVEL3, "21", goal="band")
        most = journeys.CarePlan(written.LEVEL2, "21", goal="second_band", void=True)
        for kind in ("resident", "low_income"):
            journey = Journey(self, kind)
            for identities in ([people.certified(1, "2")], [], [people.certified(2, "1")]):
                for plan in (most, band, stay):
                    journey.care(plan)
                population.change(journey.member, identities=identities)
                journey.care(stay)

    def test_ages_at_the_bounds_of_items(self):
        """On the day before a birthday, on it and on the day after, for every bound there is."""
        bounded = {code: items[0].ages for code, items in journeys.CATALOGUE.items()
                   if len(items[0].ages) < 201}
        self.assertTrue(bounded)
        visit = journeys.CarePlan(written.TOWNSHIP, "11", days=0, goal="fee", lines=tuple(
            journeys.LinePlan(code) for code in sorted(bounded)))
        fee_day = journeys.make(visit, people.person("resident", 0, today()), today()).begin
        turns = {years for ages in bounded.values() for years in (ages.start, ages.stop)}
        for years in sorted(turns - {0, 201}):
            for late in (-1, 0, 1):
                birthday = fee_day + datetime.timedelta(late)
                journey = Journey(self, "resident")
                population.change(journey.member, born=birthday.replace(
                    year=birthday.year - years,
                    day=28 if (birthday.month, birthday.day) == (2, 29) else birthday.day))
                self.assertIsNotNone(journey.care(visit))

    @drawn
    @given(kind=st.sampled_from(KINDS),
           plans=st.lists(journeys.care_plans, min_size=4, max_size=10))
    def test_drawn_journeys(self, kind, plans):
        journey = Journey(self, kind)
        for plan in plans:
            journey.care(plan)
        journey.close()


DAY = datetime.date(2024, 6, 15)


def someone(psn_type, code=None, balance=0):
    insutype = "310" if psn_type < "13" else "390"
    begin = datetime.date(2020, 1, 1)
    identities = [chenzhou.Identity(code, "431002", begin, chenzhou.OPEN)] if code else []
    return chenzhou.Member("1", 1, datetime.date(1970, 1, 1), [chenzhou.Insurance(
        insutype, psn_type, "431002", begin, begin)], identities, balance)


def bill_of(member, place, med_type, *amounts):
    """Settles amounts of class A in the model alone."""
    lines = [chenzhou.Line(str(n), journeys.PLAIN, amount, 10000, DAY)
             for n, amount in enumerate(amounts)]
    claim = chenzhou.Claim("1", journeys.PLACES[place], med_type, lines, account=True)
    bill = chenzhou.adjudicate(journeys.CATALOGUE, member, claim, DAY)
    chenzhou.apply(member, bill)
    return bill


class Model(unittest.TestCase):
    """The model against arithmetic worked by hand, and against itself. D32 and D34 are the worked
    examples that the policy's collection derives for Chenzhou."""

    def test_d32_later_stays_have_half_the_deductible(self):
        member = someone("1501")
        for amount, paid in ((3000000, 1872000), (2000000, 1261000)):
            bill = bill_of(member, written.LEVEL3, "21", amount)
            self.assertEqual(bill.paid("resident_inpatient"), paid)

    def test_d34_the_base_at_the_cap_is_not_rounded(self):
        bill = bill_of(someone("1201"), written.LEVEL3, "21", 20000000)
        self.assertEqual((bill.paid("employee_inpatient"), bill.paid("employee_large")),
                         (15000000, 2383759))
        self.assertEqual(bill.selfpay, 2616241)

    def test_a_poor_resident_is_paid_by_three(self):
        # (200,000 - 1,200) x 0.65; 22,000 x 0.65 + 40,780 x 0.70; (70,780 - 42,846) x 0.70
        bill = bill_of(someone("1501", "1"), written.LEVEL3, "21", 20000000)
        self.assertEqual([r.amount for r in bill.rows], [12922000, 4284600, 1955380])

    def test_quota_of_outpatient_care(self):
        member = someone("1501")
        paid = [bill_of(member, written.TOWNSHIP, "11", 20000).funds for _ in range(4)]
        self.assertEqual(paid, [14000, 14000, 12000, 0])

    def test_deductibles_of_a_year_end_together(self):
        member = someone("1101")
        took = [bill_of(member, place, "11", 50000).deductible
                for place in (written.LEVEL2, written.LEVEL3, written.PROVINCIAL)]
        self.assertEqual(took, [20000, 10000, 0])

    def test_critical_illness_at_its_bounds(self):
        for base, poor, paid in ((1600000, False, 0), (1600001, False, 1), (1600002, False, 1),
                                 (3000000, False, 840000), (10000000, False, 5390000),
                                 (10000002, False, 5390002), (800000, True, 0),
                                 (800001, True, 1), (10000000, True, 6330000)):
            self.assertEqual(chenzhou.critical_of(base, poor), paid, (base, poor))

    def test_half_up_is_away_from_zero(self):
        self.assertEqual([chenzhou.half_up(chenzhou.Fraction(n, 10)) for n in
                          (5, -5, 4, -4, 15, 25, -15)], [1, -1, 0, 0, 2, 3, -2])

    @drawn
    @given(kind=st.sampled_from(KINDS), number=st.integers(0, 19),
           plans=st.lists(journeys.care_plans, min_size=1, max_size=4))
    def test_of_itself(self, kind, number, plans):
        """Payers add up, nothing is negative, order is no matter, a void leaves no trace."""
        day = today()
        member = people.person(kind, number, day)
        for plan in plans:
            claim = journeys.make(plan, member, day)
            if claim is None:
                continue
            bill = chenzhou.adjudicate(journeys.CATALOGUE, member, claim, day)
            self.assertEqual(sum(x.amount for x in claim.lines), bill.medfee)
            for amount in (bill.cash, bill.account, bill.deductible, *bill.moved.values(),
                           *(row.amount for row in bill.rows)):
                self.assertGreaterEqual(amount, 0)
            claim.lines.reverse()
            again = chenzhou.adjudicate(journeys.CATALOGUE, member, claim, day)
            self.assertEqual(again, bill)
            before = (dict(member.sums), member.balance)
            chenzhou.apply(member, bill)
            chenzhou.apply(member, bill, -1)
            self.assertEqual((dict(member.sums), member.balance), before)
            chenzhou.apply(member, bill)


if __name__ == "__main__":
    unittest.main()
