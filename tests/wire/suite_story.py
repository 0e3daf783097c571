"""The story of the README, played by our own client with figures worked out by hand below. Each
part rests on the one before, so they run in order in one test."""
import os
import re
import tempfile
import unittest

import cast
import copay_pb2 as pb
from cast import STORY
from daemon import COPAY, run
from terminal import (DONE, REFUSED, Terminal, check_identities, day, fen, line, make_msgid,
                      settle)


def setUpModule():
    global daemon
    daemon = cast.ready_daemon()


def tearDownModule():
    daemon.finish()


class Story(unittest.TestCase):
    maxDiff = None

    def settled(self, t, request):
        envelope, reply = t.call(request)
        self.assertEqual(reply.outcome, DONE, reply.errors)
        check_identities(self, reply.settlement)
        texts = {c.id for c in envelope.clauses}
        for row in list(reply.settlement.setldetail) + list(reply.settlement.steps):
            if row.clause:
                self.assertIn(row.clause, texts)
        return envelope, reply

    def test_a_pharmacy_pays_from_the_account(self):
        with Terminal(daemon, cast.PHARMACY) as t:
            before = cast.balance(t, cast.EMPLOYEE)
            item = cast.item(cast.DRUG_B)
            request = t.request("2102", settle=settle(
                cast.EMPLOYEE, "41", [line(1, cast.DRUG_B, "30.00", cnt=1)], cast.ticket(),
                account=True))
            s = self.settled(t, request)[1].settlement
            first = cast.share(fen("30.00"), item["selfpay_prop_310"])
            self.assertEqual(s.preselfpay_amt, first)
            self.assertEqual(s.fund_pay_sumamt, 0)
            self.assertEqual((s.acct_pay, s.psn_cash_pay), (fen("30.00"), 0))
            self.assertEqual(s.balc, before - fen("30.00"))

    def test_b_clinic_pays_within_scope_until_the_quota(self):
        with Terminal(daemon, cast.CLINIC) as t:
            lines = [line(1, cast.DRUG_A, "40.00"), line(2, cast.CONSULTATION, "10.00"),
                     line(3, cast.DRUG_B, "50.00")]
            s = self.settled(t, t.request("2207", settle=settle(
                cast.RESIDENT, "11", lines, cast.ticket())))[1].settlement
            self.assertEqual(s.hifp_pay, cast.share(fen("50.00"), "0.70"))
            paid = s.hifp_pay
            for _ in range(20):
                lines = [line(1, cast.DRUG_A, "60.00")]
                s = self.settled(t, t.request("2207", settle=settle(
                    cast.RESIDENT, "11", lines, cast.ticket())))[1].settlement
                self.assertEqual(s.hifp_pay, min(fen("42.00"), fen("400.00") - paid))
                paid += s.hifp_pay
            self.assertEqual(paid, fen("400.00"))

    def test_c_to_g_one_stay_after_another(self):
        with Terminal(daemon, cast.HOSPITAL3) as t:
            # (c) 200,000 yuan of class A: 1,200 off, 65 %, cap 150,000 not reached:
            # (200,000 - 1,200) x 0.65 = 129,220; in-policy self 70,780.
            # Critical illness of the poor: floor 8,000; to 30,000 65 %, to 100,000 70 %:
            # 22,000 x 0.65 + 40,780 x 0.70 = 14,300 + 28,546 = 42,846.
            # Assistance: (200,000 - 129,220 - 42,846) x 0.70 = 19,553.80.
            lines = [line(i, cast.DRUG_A, "4000.00", when=day(-20)) for i in range(1, 51)]
            request = t.request("2304", settle=settle(
                cast.POOR, "21", lines, cast.ticket(), begin=day(-30), end=day(-12)))
            envelope, reply = self.settled(t, request)
            s = reply.settlement
            self.assertEqual(
                (s.act_pay_dedc, s.hifp_pay, s.hifmi_pay, s.maf_pay, s.psn_cash_pay),
                (fen("1200.00"), fen("129220.00"), fen("42846.00"), fen("19553.80"),
                 fen("8380.20")))
            self.assertTrue(envelope.HasField("tally"))

            # (d) the second stay at the same level: 600 off. 5,000 of class A and 200 of class C.
            own = line(2, cast.DRUG_C, "200.00", when=day(-5))
            lines = [line(1, cast.DRUG_A, "5000.00", when=day(-5)), own]
            ticket = cast.ticket()
            second = t.request("2304", settle=settle(
                cast.POOR, "21", lines, ticket, begin=day(-9), end=day(-2)))
            s2 = self.settled(t, second)[1].settlement
            self.assertEqual(s2.act_pay_dedc, fen("600.00"))
            self.assertEqual(s2.hifp_pay, fen("2860.00"))
            self.assertEqual(s2.psn_ownpay_amt, fen("200.00"))

            # (e) void and settle again with one line less.
            accums = cast.person(t, cast.POOR).person.accumulators
            void = t.request("2305", void_order=pb.Void(setl_id=s2.setl_id, psn_no=cast.POOR))
            v = self.settled(t, void)[1].settlement
            self.assertEqual(v.init_setl_id, s2.setl_id)
            self.assertNotEqual(v.setl_id, s2.setl_id)
            for field in ("medfee_sumamt", "hifp_pay", "hifmi_pay", "maf_pay", "psn_cash_pay",
                          "act_pay_dedc", "fulamt_ownpay_amt"):
                self.assertEqual(getattr(v, field), -getattr(s2, field), field)
            again = t.request("2304", settle=settle(
                cast.POOR, "21", lines[:1], ticket, begin=day(-9), end=day(-2)))
            s3 = self.settled(t, again)[1].settlement
            self.assertEqual((s3.hifp_pay, s3.psn_ownpay_amt), (fen("2860.00"), 0))
            self.assertEqual(cast.person(t, cast.POOR).person.accumulators, accums)

            # (f) the network dies after sending; the retry gets the very same bytes.
            third = t.request("2304", settle=settle(
                cast.POOR, "21", [line(1, cast.DRUG_A, "900.00", when=day(-1))], cast.ticket(),
                begin=day(-1), end=day(-1, 18)))
            with Terminal(daemon, cast.HOSPITAL3) as dying:
                dying.send(third)
            first, _ = t.call(third)
            repeat, _ = t.call(third, attempt=2)
            self.assertEqual(first.body, repeat.body)
            self.assertTrue(repeat.repeated)
            self.assertFalse(repeat.HasField("tally"))

            # (g) the hospital's system restarts and sends a settled bill under a new msgid.
            fresh = pb.Request()
            fresh.CopyFrom(third)
            fresh.msgid = make_msgid(cast.HOSPITAL3)
            _, reply = t.call(fresh)
            self.assertEqual(reply.outcome, REFUSED)
            self.assertEqual(cast.NAMES[reply.errors[0].code], "VISIT_SETTLED")
            self.assertEqual(reply.setl_id, pb.Reply.FromString(first.body).settlement.setl_id)


class Played(unittest.TestCase):
    """The same by the program that people have: tools/story/play."""

    def test_every_scene(self):
        played = cast.ready_daemon()
        self.addCleanup(played.finish)
        with tempfile.TemporaryDirectory(prefix="copayd-story-") as work:
            text = run(STORY / "play", env={**os.environ, "BIN": str(COPAY.parent),
                                            "PORT": str(played.port), "PKI": str(played.pki),
                                            "WORK": work}).stdout
        scenes = text.split("\n\x1b[1m(")
        self.assertEqual([scene[0] for scene in scenes[1:]], list("abcdefgh"))
        # (h) 1,471.80 less 135.00 first self-pay of the scan and 1,100 off, 87 % for the retired;
        # then 239.00 under the next 550 off.
        stay = scenes[-1]
        self.assertEqual(re.findall(r"批次 (\d)  未结算明细 (\d+) 条  合计 (\S+)", stay),
                         [("1", "4", "1010.20"), ("1", "8", "1471.80"), ("1", "10", "1710.80")])
        self.assertEqual(re.findall(r"医疗费总额 +(\S+)", stay), ["1471.80", "239.00"])
        self.assertEqual(re.findall(r"\n  基金支付总额 +(\S+)", stay), ["206.02", "0.00"])
        self.assertIn("冲减原明细", stay)
        self.assertIn("已出院  已结算 1 笔", stay)


if __name__ == "__main__":
    unittest.main()
