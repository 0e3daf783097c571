"""An encounter over days: admitted or registered, fees uploaded in batches, cancelled and taken back,
settled mid-stay and at the end, undone in the right order. What a bill over days comes to must be
what the same bill in one message comes to; the hand figures are Chenzhou's (1,200 off the first
stay of a year at level 3, then 65 %)."""
import threading
import unittest

import cast
import copay_pb2 as pb
from terminal import (DONE, REFUSED, Terminal, check_identities, day, fen, line, make_msgid, ms,
                      settle)

FIGURES = ("medfee_sumamt fulamt_ownpay_amt overlmt_selfpay preselfpay_amt inscp_scp_amt "
           "act_pay_dedc hifp_pay hifmi_pay maf_pay fund_pay_sumamt psn_part_amt acct_pay "
           "psn_cash_pay").split()


def setUpModule():
    global daemon
    daemon = cast.ready_daemon(extra="store: {checkpoint_seconds: 1}")


def tearDownModule():
    daemon.finish()


class Ward:
    """One terminal's talk about one encounter; each call returns the reply."""

    def __init__(self, case, terminal, psn_no, family):
        self.case, self.t, self.psn_no = case, terminal, psn_no
        self.inpatient = family == "stay"
        self.mdtrt_id = None
        self.ticket = cast.ticket()

    def call(self, infno, expect=DONE, **body):
        self.last = self.t.request(infno, **body)
        envelope, reply = self.t.call(self.last)
        self.case.assertEqual(reply.outcome, expect, (infno, reply.errors))
        self.body = envelope.body
        self.envelope = envelope
        return reply

    def refused(self, reason, infno, **body):
        reply = self.call(infno, expect=REFUSED, **body)
        self.case.assertEqual(cast.NAMES[reply.errors[0].code], reason)
        return reply

    def opening(self, begin, med_type, **more):
        fields = dict(psn_no=self.psn_no, mdtrt_cert_type="99", begntime=ms(begin),
                      ipt_otp_no=self.ticket, med_type=med_type)
        fields.update(more)
        return pb.Encounter(**fields)

    def open(self, begin, med_type, **more):
        infno = "2401" if self.inpatient else "2201"
        reply = self.call(infno, encounter=self.opening(begin, med_type, **more))
        self.mdtrt_id = reply.mdtrt_id
        return reply

    def about(self, **more):
        return dict(mdtrt_id=self.mdtrt_id, psn_no=self.psn_no, **more)

    def upload(self, lines, batch=None, expect=DONE):
        more = {"chrg_bchno": batch} if batch else {}
        return self.call("2301" if self.inpatient else "2204", expect,
                         upload=pb.Upload(lines=lines, **self.about(**more)))

    def bill(self, fee, batch=None, end=None, mid=False, **more):
        if batch:
            more["chrg_bchno"] = batch
        if end:
            more["endtime"] = ms(end)
        if mid:
            more["mid_setl_flag"] = True
        return pb.EncounterSettle(mdtrt_cert_type="99", medfee_sumamt=fee, acct_used_flag=False,
                                  **self.about(**more))

    def settle(self, fee, **more):
        reply = self.call("2304" if self.inpatient else "2207",
                          encounter_settle=self.bill(fee, **more))
        check_identities(self.case, reply.settlement)
        self.case.assertEqual(reply.settlement.mdtrt_id, self.mdtrt_id)
        return reply.settlement

    def void(self, setl_id):
        return self.call("2305" if self.inpatient else "2208",
                         void_order=pb.Void(setl_id=setl_id, psn_no=self.psn_no)).settlement

    def undo(self, infno):
        return self.call(infno, encounter_name=pb.EncounterName(**self.about()))

    def undo_all(self):
        self.undo("2405")
        self.call("2302", cancel=pb.Cancel(feedetl_sn=["0000"], **self.about()))
        self.undo("2404")


def fees(first, count, yuan="1000.00", code=cast.DRUG_A, when=None):
    return [line(n, code, yuan, when=when) for n in range(first, first + count)]


def refund(number, original, yuan, when=None):
    """Of a line that fees() made: so much of its 1,000 yuan."""
    return pb.Line(feedetl_sn=str(number), med_list_codg=cast.DRUG_A,
                   det_item_fee_sumamt=-fen(yuan), cnt=-fen(yuan) // 10, pric=1000 * 10**6,
                   fee_ocur_time=ms(when or day(-1)), init_feedetl_sn=str(original))


class Stays(unittest.TestCase):
    maxDiff = None

    def stay(self, psn_no, begin, **more):
        t = Terminal(daemon, cast.HOSPITAL3)
        self.addCleanup(t.close)
        ward = Ward(self, t, psn_no, "stay")
        ward.open(begin, "21", **more)
        return ward

    def test_over_days_as_in_one_message(self):
        w = self.stay(cast.RESIDENT, day(-10), dise_codg="I63.900", diseinfo=[
            pb.Diagnosis(diag_code="I63.900", diag_name="脑梗死", maindiag_flag=True)])
        first = w.upload(fees(1, 4, when=day(-9)))
        self.assertEqual([r.feedetl_sn for r in first.results], ["1", "2", "3", "4"])
        self.assertEqual(first.results[0].inscp_scp_amt, fen("1000.00"))
        second = w.upload(fees(5, 2, "500.00", cast.DRUG_B, day(-8)) +
                          [line(7, cast.DRUG_C, "300.00", when=day(-8))])
        b = second.results[0]
        share = cast.share(fen("500.00"), cast.item(cast.DRUG_B)["selfpay_prop_390"])
        self.assertEqual((b.preselfpay_amt, b.inscp_scp_amt), (share, fen("500.00") - share))
        self.assertEqual(second.results[2].fulamt_ownpay_amt, fen("300.00"))
        self.assertEqual((second.encounter.line_cnt, second.encounter.medfee_sumamt),
                         (7, fen("5300.00")))
        taken_back = refund(8, 2, "400.00", day(-7))
        back = w.upload([taken_back])
        self.assertEqual(back.results[0].inscp_scp_amt, -fen("400.00"))
        w.call("2302", cancel=pb.Cancel(feedetl_sn=["4"], **w.about()))
        fee = fen("3900.00")
        planned = w.call("2303", encounter_settle=w.bill(fee, end=day(-2))).settlement
        w.call("2402", encounter=pb.Encounter(endtime=ms(day(-2)), dscg_way="1", **w.about()))
        s = w.settle(fee)
        for name in FIGURES:
            self.assertEqual(getattr(planned, name), getattr(s, name), name)
        self.assertEqual(s.endtime, ms(day(-2)))
        self.assertEqual([x.feedetl_sn for x in s.lines], ["1", "2", "3", "5", "6", "7", "8"])
        # A class 2,600 and B 1,000 less its first self-pay, 1,200 off, 65 % of the rest.
        scope = fen("2600.00") + 2 * (fen("500.00") - share)
        self.assertEqual(s.hifp_pay, cast.share(scope - fen("1200.00"), "0.65"))

        # The same bill in one message, when all of it is undone.
        void = w.void(s.setl_id)
        self.assertEqual(void.mdtrt_id, w.mdtrt_id)
        self.assertEqual(void.psn_cash_pay, -s.psn_cash_pay)
        w.undo_all()
        whole = (fees(1, 3, when=day(-9)) + fees(5, 2, "500.00", cast.DRUG_B, day(-8)) +
                 [line(7, cast.DRUG_C, "300.00", when=day(-8)), taken_back])
        one = w.call("2304", settle=settle(cast.RESIDENT, "21", whole, w.ticket, begin=day(-10),
                                           end=day(-2))).settlement
        for name in FIGURES:
            self.assertEqual(getattr(one, name), getattr(s, name), name)
        w.void(one.setl_id)

    def test_every_answer_is_the_same_after_restarts(self):
        w = self.stay(cast.RETIRED, day(-3))
        kept = [(w.last, w.body)]
        w.upload(fees(1, 2, when=day(-2)))
        kept.append((w.last, w.body))
        w.call("2302", expect=REFUSED, cancel=pb.Cancel(feedetl_sn=["9"], **w.about()))
        kept.append((w.last, w.body))
        s = w.settle(fen("2000.00"), end=day(-1))
        kept.append((w.last, w.body))
        daemon.restart()
        for stage in ("killed", "stopped"):
            with Terminal(daemon, cast.HOSPITAL3) as t:
                for request, body in kept:
                    envelope, _ = t.call(request)
                    self.assertEqual(envelope.body, body, (stage, request.infno))
                    self.assertTrue(envelope.repeated)
            if stage == "killed":
                self.assertEqual(daemon.stop(), 0)
                daemon.start()
        w.t = Terminal(daemon, cast.HOSPITAL3)
        self.addCleanup(w.t.close)
        w.void(s.setl_id)
        w.undo_all()

    def test_mid_stay_settlement_takes_the_fees_of_its_days(self):
        w = self.stay(cast.POOR, day(-20))
        w.upload(fees(1, 3, when=day(-18)) + fees(4, 2, when=day(-8)))
        self.refuse_sum(w)
        mid = w.settle(fen("3000.00"), end=day(-10, 23), mid=True)
        self.assertEqual((mid.chrg_bchno, mid.hifp_pay), ("1", cast.share(fen("1800.00"), "0.65")))
        reply = w.upload(fees(6, 1, when=day(-5)))
        self.assertEqual((reply.encounter.chrg_bchno, reply.encounter.line_cnt), ("2", 3))
        # A settled line can be neither taken back nor cancelled.
        w.refused("LINE_NOT_UPLOADED", "2301", upload=pb.Upload(
            lines=[refund(9, 1, "100.00", day(-5))], **w.about()))
        w.refused("LINE_NOT_UPLOADED", "2302", cancel=pb.Cancel(feedetl_sn=["1"], **w.about()))
        last = w.settle(fen("3000.00"), end=day(-1))
        self.assertEqual(last.chrg_bchno, "2")
        refused = w.refused("VOID_LATER", "2305",
                            void_order=pb.Void(setl_id=mid.setl_id, psn_no=cast.POOR))
        self.assertEqual(list(refused.setl_ids), [last.setl_id])
        w.void(last.setl_id)
        w.undo("2405")
        w.void(mid.setl_id)  # what waits in the second bill goes back into the first
        reply = w.upload(fees(7, 1, when=day(-4)))
        self.assertEqual((reply.encounter.chrg_bchno, reply.encounter.line_cnt), ("1", 7))
        whole = w.settle(fen("7000.00"), end=day(-1))
        self.assertEqual(whole.hifp_pay, cast.share(fen("5800.00"), "0.65"))
        w.void(whole.setl_id)
        w.undo_all()

    def refuse_sum(self, w):
        w.refused("UPLOADED_SUM", "2304",
                  encounter_settle=w.bill(fen("5000.01"), end=day(-1)))

    def test_nobody_lies_in_two_hospitals(self):
        w = self.stay(cast.EMPLOYEE, day(-2))
        with Terminal(daemon, cast.CLINIC) as t:
            other = Ward(self, t, cast.EMPLOYEE, "stay")
            reply = other.refused("IN_HOSPITAL", "2401", encounter=other.opening(day(-1), "21"))
            self.assertEqual(reply.mdtrt_id, w.mdtrt_id)
            self.assertIn(cast.HOSPITAL3, reply.errors[0].zh)
            w.call("2402", encounter=pb.Encounter(endtime=ms(day(-1)), **w.about()))
            other.open(day(-1), "21")
            w.refused("IN_HOSPITAL", "2405", encounter_name=pb.EncounterName(**w.about()))
            other.undo("2404")
        w.undo("2405")
        w.undo("2404")

    def test_the_right_order(self):
        w = self.stay(cast.EMPLOYEE, day(-2))
        again = w.refused("ENCOUNTER_REGISTERED", "2401",
                          encounter=w.opening(day(-2), "21"))
        self.assertEqual(again.mdtrt_id, w.mdtrt_id)
        whole = w.refused("ENCOUNTER_REGISTERED", "2304", settle=settle(
            cast.EMPLOYEE, "21", fees(1, 1), w.ticket, begin=day(-2), end=day(-1)))
        self.assertEqual(whole.mdtrt_id, w.mdtrt_id)
        w.refused("NOTHING_UPLOADED", "2304", encounter_settle=w.bill(1, end=day(-1)))
        w.upload(fees(1, 1))
        w.refused("LINE_UPLOADED", "2301", upload=pb.Upload(lines=fees(1, 1), **w.about()))
        w.refused("LINE_SPENT", "2301", upload=pb.Upload(
            lines=[refund(2, 1, "600.00"), refund(3, 1, "500.00")], **w.about()))
        w.refused("ITEM_UNKNOWN", "2301",
                  upload=pb.Upload(lines=fees(3, 1, code="X999"), **w.about()))
        w.refused("FEE_AFTER_CARE", "2301",
                  upload=pb.Upload(lines=fees(3, 1, when=day(3)), **w.about()))
        w.refused("ENCOUNTER_FEES", "2404", encounter_name=pb.EncounterName(**w.about()))
        w.refused("ENCOUNTER_STAGE", "2405", encounter_name=pb.EncounterName(**w.about()))
        w.refused("ENCOUNTER_STAGE", "2304", encounter_settle=w.bill(fen("1000.00")))
        w.refused("ENCOUNTER_MISMATCH", "2404", encounter_name=pb.EncounterName(
            mdtrt_id=w.mdtrt_id, psn_no=cast.POOR))
        w.refused("ENCOUNTER_MISMATCH", "2202", encounter_name=pb.EncounterName(**w.about()))
        s = w.settle(fen("1000.00"), end=day(-1))
        w.refused("ENCOUNTER_BILLED", "2404", encounter_name=pb.EncounterName(**w.about()))
        w.refused("ENCOUNTER_STAGE", "2301", upload=pb.Upload(lines=fees(2, 1), **w.about()))
        settled = w.refused("ENCOUNTER_STAGE", "2304", encounter_settle=w.bill(
            fen("1000.00"), end=day(-1)))
        self.assertIn("2305", settled.errors[0].zh)
        w.void(s.setl_id)
        w.undo_all()
        w.refused("ENCOUNTER_STAGE", "2402", encounter=pb.Encounter(endtime=ms(day(-1)),
                                                                    **w.about()))
        with Terminal(daemon, cast.CLINIC) as t:
            w.t = t
            w.refused("ENCOUNTER_UNKNOWN", "2404", encounter_name=pb.EncounterName(**w.about()))

    def test_an_admission_whose_answer_was_lost_is_reversed(self):
        w = self.stay(cast.EMPLOYEE, day(-2))
        admission = w.last
        order = pb.Reversal(psn_no=cast.EMPLOYEE, omsgid=admission.msgid, oinfno="2401")
        w.upload(fees(1, 1))
        w.refused("ENCOUNTER_FEES", "2601", reversal=order)
        w.call("2302", cancel=pb.Cancel(feedetl_sn=["0000"], **w.about()))
        for _ in range(2):  # idempotent under a new msgid too
            reply = w.call("2601", reversal=order)
            self.assertEqual(reply.reversed.fate, pb.FATE_CANCELLED)
            self.assertEqual((reply.encounter.mdtrt_id, reply.encounter.stage),
                             (w.mdtrt_id, "cancelled"))
        w.call("2401", encounter=w.opening(day(-2), "21"))  # the number is free again
        w.mdtrt_id = pb.Reply.FromString(w.body).mdtrt_id
        w.undo("2404")

    def test_the_wrong_kind_of_care_is_corrected_in_one_act(self):
        w = self.stay(cast.EMPLOYEE, day(-2))
        w.refused("MED_TYPE", "2403", encounter=pb.Encounter(med_type="11", **w.about()))
        w.refused("TRAUMA_UNDECLARED", "2403",
                  encounter=pb.Encounter(med_type="22", **w.about()))
        w.call("2403", encounter=pb.Encounter(
            med_type="22", trauma=pb.Trauma(cause="摔伤", third_party=False,
                                            signed_by_patient=True), **w.about()))
        w.upload(fees(1, 3))
        s = w.settle(fen("3000.00"), end=day(-1))
        self.assertEqual(s.med_type, "22")
        w.void(s.setl_id)
        w.undo_all()

    def test_two_windows_settle_the_same_stay(self):
        w = self.stay(cast.EMPLOYEE, day(-2))
        w.upload(fees(1, 2))
        replies = []

        def window():
            with Terminal(daemon, cast.HOSPITAL3) as t:
                request = t.request("2304", msgid=make_msgid(cast.HOSPITAL3), encounter_settle=w.bill(
                    fen("2000.00"), end=day(-1)))
                replies.append(t.call(request)[1])
        threads = [threading.Thread(target=window) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        done = [r for r in replies if r.outcome == DONE]
        self.assertEqual((len(done), len(replies)), (1, 4))
        w.void(done[0].settlement.setl_id)
        w.undo_all()

    def test_a_long_stay(self):
        w = self.stay(cast.EMPLOYEE, day(-28))
        count = 0
        for upload in range(12):
            w.upload([line(f"L{n:05d}", cast.DRUG_A, "1.00", when=day(-20))
                      for n in range(count, count + 500)])
            count += 500
        reply = w.upload(fees(1, 1, "10.00"))
        self.assertEqual(reply.encounter.line_cnt, 6001)
        s = w.settle(fen("6010.00"), end=day(-1))
        self.assertEqual((len(s.lines), s.medfee_sumamt), (0, fen("6010.00")))
        w.void(s.setl_id)
        w.undo_all()


class Visits(unittest.TestCase):
    def test_two_bills_of_one_visit(self):
        with Terminal(daemon, cast.CLINIC) as t:
            w = Ward(self, t, cast.RESIDENT, "visit")
            w.open(day(-1, 8), "")
            w.refused("ENCOUNTER_STAGE", "2204", upload=pb.Upload(
                lines=fees(1, 1, "40.00"), **w.about(chrg_bchno="B1")))
            w.call("2203", encounter=pb.Encounter(med_type="11", dise_codg="J06.900", **w.about()))
            w.upload([line(1, cast.DRUG_A, "40.00"), line(2, cast.CONSULTATION, "10.00")], "B1")
            w.upload([line(1, cast.DRUG_A, "20.00")], "B2")
            first = w.settle(fen("50.00"), batch="B1")
            self.assertEqual((first.chrg_bchno, first.hifp_pay), ("B1", fen("35.00")))
            second = w.settle(fen("20.00"), batch="B2")
            self.assertEqual(second.hifp_pay, fen("14.00"))
            twice = w.refused("VISIT_SETTLED", "2207",
                              encounter_settle=w.bill(fen("50.00"), batch="B1"))
            self.assertEqual(twice.setl_id, first.setl_id)
            w.refused("VISIT_SETTLED", "2204", upload=pb.Upload(
                lines=fees(3, 1, "1.00"), **w.about(chrg_bchno="B1")))
            w.void(first.setl_id)  # in any order: an outpatient's bills are apart
            w.refused("ENCOUNTER_BILLED", "2202", encounter_name=pb.EncounterName(**w.about()))
            w.void(second.setl_id)
            w.refused("ENCOUNTER_FEES", "2202", encounter_name=pb.EncounterName(**w.about()))
            w.call("2205", cancel=pb.Cancel(**w.about(chrg_bchno="0000")))
            w.refused("NOTHING_UPLOADED", "2205", cancel=pb.Cancel(**w.about(chrg_bchno="B1")))
            w.undo("2202")

    def test_the_message_alone(self):
        with Terminal(daemon, cast.CLINIC) as t:
            w = Ward(self, t, cast.RESIDENT, "visit")
            w.mdtrt_id = "M" + "0" * 29
            w.refused("FIELD_MISSING", "2204", upload=pb.Upload(lines=fees(1, 1), **w.about()))
            w.refused("LINES_MISSING", "2204", upload=pb.Upload(**w.about(chrg_bchno="1")))
            w.refused("LINE_NEGATIVE", "2204", upload=pb.Upload(lines=[pb.Line(
                feedetl_sn="2", med_list_codg=cast.DRUG_A, det_item_fee_sumamt=-100, cnt=-10000,
                pric=10**6, fee_ocur_time=ms(day(-1)))], **w.about(chrg_bchno="1")))
            w.refused("FIELD_INVALID", "2401", encounter=w.opening(day(-1), "21",
                                                                   mdtrt_id=w.mdtrt_id))
            w.refused("FIELD_MISSING", "2402", encounter=pb.Encounter(**w.about()))
            w.refused("FIELD_INVALID", "2207", settle=settle(
                cast.RESIDENT, "11", fees(1, 1), "T"), encounter_settle=w.bill(1, batch="1"))
            w.refused("ENCOUNTER_UNKNOWN", "2202", encounter_name=pb.EncounterName(**w.about()))


if __name__ == "__main__":
    unittest.main()
