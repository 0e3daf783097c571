"""Any day of the year, and the turn of it, with libfaketime on the release build: benefit years end
at midnight of +08:00, and undoing last year's settlement moves last year's accumulators."""
import datetime
import glob
import unittest

import cast
import copay_pb2 as pb
from daemon import PACK
from terminal import (DONE, REFUSED, REGION, ZONE, Terminal, check_identities, line, make_msgid,
                      settle)

LIBRARY = (glob.glob("/usr/lib/*/faketime/libfaketime.so.1") or [None])[0]
# A whole year ahead, so that the clock only goes forward whatever day the tests are run on.
YEAR = datetime.datetime.now(ZONE).year + 1
LEAP = YEAR + 2 + (-(YEAR + 2) % 4)


def at(year, month, day, hour=12, minute=0, second=0):
    return datetime.datetime(year, month, day, hour, minute, second, tzinfo=ZONE)


PROVINCE = """language: 1
province: "430000"
name: 湖南省
clauses: {{XIANG-9: {{text: 年末年初不出台政策, provenance: illustrative}}}}
locks: []
freezes: [{{from: {}, to: {}, clause: XIANG-9}}]
"""


class Days(unittest.TestCase):
    def setUp(self):
        self.assertIsNotNone(LIBRARY, "libfaketime is not installed")
        self.daemon = cast.ready_daemon()
        self.daemon.stop()
        self.file = self.daemon.root / "faketime"
        self.environment = {"LD_PRELOAD": LIBRARY, "FAKETIME_TIMESTAMP_FILE": str(self.file),
                            "FAKETIME_NO_CACHE": "1", "DONT_FAKE_MONOTONIC": "1",
                            "FAKETIME_DONT_FAKE_MONOTONIC": "1"}

    def tearDown(self):
        self.daemon.finish()

    def start_at(self, moment):
        """The daemon's clock starts at `moment` and runs on."""
        self.daemon.stop()
        ahead = moment - datetime.datetime.now(ZONE)
        self.file.write_text(f"{ahead.total_seconds():+.0f}\n", encoding="utf-8")
        self.now = moment
        self.daemon.start(environment=self.environment)

    def call(self, institution, infno, **body):
        with Terminal(self.daemon, institution) as t:
            request = t.request(infno, msgid=make_msgid(institution, self.now), **body)
            return t.call(request)[1]

    def bill(self, psn_no, med_type, yuan, begin=None, account=False):
        """Care from `begin` until now, its fee now."""
        begin = begin or self.now - datetime.timedelta(seconds=1)
        return settle(psn_no, med_type, [line(1, cast.DRUG_A, yuan, when=self.now)],
                      cast.ticket(), begin=begin, end=self.now, account=account)

    def settle(self, institution, infno, *words, **more):
        reply = self.call(institution, infno, settle=self.bill(*words, **more))
        self.assertEqual(reply.outcome, DONE, (self.now, reply.errors))
        check_identities(self, reply.settlement)
        self.assertEqual(reply.settlement.year, self.now.year)
        self.assertTrue(reply.settlement.setl_id.startswith(f"{REGION}{self.now:%Y%m%d}"),
                        reply.settlement.setl_id)
        return reply.settlement

    def stay(self, yuan="5000.00", **more):
        return self.settle(cast.HOSPITAL3, "2304", cast.RETIRED, "21", yuan, **more)

    def visit(self, yuan="100.00"):
        return self.settle(cast.CLINIC, "2207", cast.RESIDENT, "11", yuan)

    def purchase(self, psn_no, yuan):
        return self.settle(cast.PHARMACY, "2102", psn_no, "41", yuan, account=True)

    def void(self, infno, s):
        return self.call(s.fixmedins_code, infno,
                         void_order=pb.Void(setl_id=s.setl_id, psn_no=s.psn_no))

    def voided(self, infno, s):
        reply = self.void(infno, s)
        self.assertEqual(reply.outcome, DONE, (self.now, reply.errors))
        check_identities(self, reply.settlement)
        return reply.settlement

    def accumulators(self, psn_no):
        with Terminal(self.daemon, cast.CLINIC) as t:
            _, reply = t.call(t.request("1101", msgid=make_msgid(cast.CLINIC, self.now),
                                        person_query=pb.PersonQuery(psn_no=psn_no)))
            self.assertEqual(reply.outcome, DONE, reply.errors)
            return {(a.year, a.kind, a.scope): a.value for a in reply.person.accumulators
                    if a.value}

    def test_same_figures_on_any_day(self):
        figures = set()
        for moment in (at(YEAR, 12, 30), at(YEAR, 12, 31, 23, 59, 30), at(YEAR + 1, 1, 1, 0, 0, 1),
                       at(YEAR + 1, 1, 1, 0, 10), at(YEAR + 1, 1, 1, 7, 59),
                       at(YEAR + 1, 1, 1, 8, 1), at(YEAR + 1, 2, 28, 23, 59, 30),
                       at(YEAR + 1, 3, 1, 0, 0, 10), at(LEAP, 2, 28, 23), at(LEAP, 2, 29, 0, 0, 5),
                       at(LEAP, 2, 29, 23, 59, 30), at(LEAP, 3, 1, 0, 5), at(LEAP, 3, 31, 3),
                       at(LEAP, 7, 31, 23, 30), at(LEAP, 12, 31, 12)):
            with self.subTest(moment):
                self.start_at(moment)
                begin = moment - datetime.timedelta(days=3)
                made = [self.stay(begin=begin), self.visit(), self.purchase(cast.EMPLOYEE, "9.99")]
                figures.add(tuple((s.hifp_pay, s.act_pay_dedc, s.psn_cash_pay, s.acct_pay)
                                  for s in made))
                for infno, s in zip(("2305", "2208", "2103"), made):
                    self.voided(infno, s)
                for psn_no in (cast.RETIRED, cast.RESIDENT, cast.EMPLOYEE):
                    self.assertEqual(self.accumulators(psn_no), {})
        self.assertEqual(len(figures), 1, figures)

    def test_a_msgid_of_no_day(self):
        self.start_at(at(YEAR + 1, 2, 28, 23))
        with Terminal(self.daemon, cast.CLINIC) as t:
            for day in (f"{YEAR + 1}0230", f"{YEAR + 1}0300", f"{YEAR + 1}1301"):
                _, reply = t.call(t.request(
                    "2207", msgid=f"{cast.CLINIC}{day}1200000001",
                    settle=self.bill(cast.RESIDENT, "11", "1.00")))
                self.assertEqual([cast.NAMES[e.code] for e in reply.errors], ["MSGID_FORM"])
                self.assertEqual(reply.outcome, REFUSED)

    def test_the_turn_of_the_year(self):
        self.start_at(at(YEAR, 12, 31, 23, 50))
        first, second = self.stay(), self.stay()
        self.assertEqual(second.act_pay_dedc * 2, first.act_pay_dedc)
        used = 0
        while True:  # until the year's quota is used up
            s = self.visit("300.00")
            used += s.hifp_pay
            if s.hifp_pay == 0:
                break
        self.assertEqual(used, 40000)
        old = self.accumulators(cast.RETIRED)
        self.assertEqual({year for year, _, _ in old}, {YEAR})

        self.start_at(at(YEAR + 1, 1, 1, 0, 10))
        self.assertEqual(self.accumulators(cast.RETIRED), {})
        self.assertEqual(self.visit().hifp_pay, 7000)
        third = self.stay(begin=at(YEAR, 12, 28))
        self.assertEqual(third.act_pay_dedc, first.act_pay_dedc)
        new = self.accumulators(cast.RETIRED)
        self.assertEqual({year for year, _, _ in new}, {YEAR + 1})
        # The first stay of last year carries the second one, not this year's.
        reply = self.void("2305", first)
        self.assertEqual([cast.NAMES[e.code] for e in reply.errors], ["VOID_LATER"])
        self.assertEqual(list(reply.setl_ids), [second.setl_id])
        for s in (second, first):
            void = self.voided("2305", s)
            self.assertEqual(void.year, YEAR)
            self.assertTrue(void.setl_id.startswith(f"{REGION}{YEAR + 1}0101"))
            self.assertEqual({a.year for a in void.accumulators}, {YEAR})
            self.assertEqual({(a.kind, a.scope, a.moved) for a in void.accumulators},
                             {(a.kind, a.scope, -a.moved) for a in s.accumulators})
            self.assertEqual(self.accumulators(cast.RETIRED), new)
        self.assertEqual({a.value for a in void.accumulators}, {0})
        self.voided("2305", third)
        self.assertEqual(self.accumulators(cast.RETIRED), {})

    def test_the_account_has_no_year(self):
        """What last year's purchase took from the account, this year's could not take."""
        self.start_at(at(YEAR, 12, 31, 23, 50))
        poor = "43100000000000099009"  # 150.00 in the account
        last = self.purchase(poor, "100.00")
        self.assertEqual(last.acct_pay, 10000)
        self.start_at(at(YEAR + 1, 1, 1, 0, 10))
        this = self.purchase(poor, "80.00")
        self.assertEqual((this.acct_pay, this.psn_cash_pay), (5000, 3000))
        reply = self.void("2103", last)
        self.assertEqual([cast.NAMES[e.code] for e in reply.errors], ["VOID_LATER"])
        self.assertEqual(list(reply.setl_ids), [this.setl_id])
        self.voided("2103", this)
        self.assertEqual(self.voided("2103", last).balc, 15000)


    def test_a_freeze_begins_and_ends_at_midnight(self):
        """The province's freeze over the turn of the year, by the daemon's own clock."""
        first, last = at(YEAR, 12, 21), at(YEAR + 1, 1, 10)
        folder = self.daemon.root / "province"
        folder.mkdir()
        (folder / "province.yaml").write_text(
            PROVINCE.format(first.date(), last.date()), encoding="utf-8")
        self.daemon.province_operators()
        self.start_at(at(YEAR, 12, 1))
        self.daemon.publish(folder, province=True)

        day = datetime.timedelta(days=1)
        tenth = datetime.timedelta(minutes=6)
        midnight = datetime.timedelta(hours=12)
        expected = (rf"PACK_FROZEN：.*：{first.date()} 至 {last.date()}（430000 省级条款 XIANG-9，示例数据："
                    r"年末年初不出台政策） / ")
        self.start_at(first - midnight - tenth)
        waiting = self.daemon.submit(PACK)
        self.daemon.ctl("pack", "approve", waiting, duty="approve")
        for moment in (first - midnight + tenth, at(YEAR + 1, 1, 1), last + midnight - tenth):
            with self.subTest(moment):
                self.start_at(moment)
                for words in (("submit", PACK), ("publish", waiting)):
                    done = self.daemon.ctl("pack", *words, check=False)
                    self.assertEqual(done.returncode, 1, done.stdout)
                    self.assertRegex(done.stdout, expected)
                # Counters go on.
                self.assertEqual(self.call(cast.CLINIC, "1101", person_query=pb.PersonQuery(
                    psn_no=cast.RESIDENT)).outcome, DONE)
        self.start_at(last + midnight + tenth)
        self.daemon.ctl("pack", "publish", waiting)
        self.start_at(last + day)
        self.assertEqual(self.daemon.submit(PACK), waiting)


if __name__ == "__main__":
    unittest.main()
