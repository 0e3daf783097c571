"""药品追溯码: a box that was dispensed is dispensed to nobody else while its settlement lives, wherever
it was sold; a void or a refund frees it; an opened box goes to several patients."""
import itertools
import unittest

import cast
import copay_pb2 as pb
from terminal import DONE, REFUSED, Terminal, day, fen, line, ms, settle

_serial = itertools.count(1)


def setUpModule():
    global daemon
    daemon = cast.ready_daemon(extra="store: {checkpoint_seconds: 1}")


def tearDownModule():
    daemon.finish()


def box():
    return f"8300000099{next(_serial):010d}"


def drug(number, codes, yuan="30.00", **more):
    return line(number, cast.DRUG_A, yuan, cnt=max(1, len(codes)), drug_trac_codg=codes, **more)


def back(number, original, codes, yuan):
    return pb.Line(feedetl_sn=str(number), med_list_codg=cast.DRUG_A, cnt=-10000,
                   det_item_fee_sumamt=-fen(yuan), pric=fen(yuan) * 10000,
                   fee_ocur_time=ms(day(-1, 10)), init_feedetl_sn=str(original),
                   drug_trac_codg=codes)


class Boxes(unittest.TestCase):
    def setUp(self):
        self.t = Terminal(daemon, cast.PHARMACY)
        self.addCleanup(self.t.close)

    def sell(self, lines, infno="2102", t=None, psn_no=cast.EMPLOYEE, med_type="41"):
        t = t or self.t
        return t.call(t.request(infno, settle=settle(psn_no, med_type, lines, cast.ticket(),
                                                     account=True)))[1]

    def sold(self, lines, **more):
        reply = self.sell(lines, **more)
        self.assertEqual(reply.outcome, DONE, reply.errors)
        return reply.settlement

    def refused(self, reason, lines, **more):
        reply = self.sell(lines, **more)
        self.assertEqual(reply.outcome, REFUSED)
        self.assertEqual([cast.NAMES[e.code] for e in reply.errors], [reason])
        return reply.errors[0]

    def void(self, s, infno="2103"):
        reply = self.t.call(self.t.request(infno, void_order=pb.Void(
            setl_id=s.setl_id, psn_no=s.psn_no)))[1]
        self.assertEqual(reply.outcome, DONE, reply.errors)

    def test_a_box_is_sold_once(self):
        first, second = box(), box()
        s = self.sold([drug(1, [first, second])])
        error = self.refused("TRACE_DISPENSED", [drug(7, [box(), second])])
        self.assertEqual((error.field, error.feedetl_sn), ("drug_trac_codg", "7"))
        self.assertIn(second, error.zh)
        self.assertIn(s.setl_id[6:14], error.zh)  # when, not by whom
        self.refused("TRACE_DISPENSED", [drug(1, [first])], infno="2101")  # the till learns first
        with Terminal(daemon, cast.CLINIC) as t:
            self.refused("TRACE_DISPENSED", [drug(1, [first])], t=t, infno="2207",
                         psn_no=cast.RESIDENT, med_type="11")
        daemon.restart()
        self.t = Terminal(daemon, cast.PHARMACY)
        self.addCleanup(self.t.close)
        self.refused("TRACE_DISPENSED", [drug(1, [first])])
        self.void(s)
        self.void(self.sold([drug(1, [first])], psn_no=cast.RETIRED))
        self.void(self.sold([drug(1, [second, first])]))

    def test_a_partial_refund_settles_the_rest_again(self):
        kept, returned = box(), box()
        s = self.sold([drug(1, [kept, returned], "60.00")])
        self.void(s)
        rest = self.sold([drug(1, [kept], "30.00")])
        self.void(self.sold([drug(1, [returned], "30.00")], psn_no=cast.RETIRED))
        self.refused("TRACE_DISPENSED", [drug(1, [kept])])
        self.void(rest)

    def test_a_refund_on_the_bill_frees_its_box(self):
        kept, returned = box(), box()
        s = self.sold([drug(1, [kept, returned], "60.00"), back(2, 1, [returned], "30.00")])
        other = self.sold([drug(1, [returned])], psn_no=cast.RETIRED)
        self.refused("TRACE_DISPENSED", [drug(1, [kept])])
        self.void(s)
        self.refused("TRACE_DISPENSED", [drug(1, [returned])])  # the void gave back only its own
        self.void(other)

    def test_codes_of_one_bill(self):
        code, other = box(), box()
        self.refused("TRACE_TWICE", [drug(1, [code]), drug(2, [code])])
        self.refused("TRACE_TWICE", [drug(1, [code, code])])
        self.refused("TRACE_TWICE", [drug(1, [code], "60.00"), back(2, 1, [other], "30.00")])
        self.refused("TRACE_TWICE", [drug(1, [code], "60.00"), drug(3, [other]),
                                     back(2, 1, [other], "30.00")])
        self.void(self.sold([drug(1, [code]), drug(2, [other])]))

    def test_an_opened_box_goes_to_several(self):
        code = box()
        opened = [self.sold([drug(1, [code], trdn_flag=True)], psn_no=psn_no)
                  for psn_no in (cast.EMPLOYEE, cast.RETIRED)]
        self.refused("TRACE_DISPENSED", [drug(1, [code])])  # whole it is no more
        self.void(opened[0])
        self.refused("TRACE_DISPENSED", [drug(1, [code])])
        self.void(opened[1])
        whole = self.sold([drug(1, [code])])
        self.refused("TRACE_DISPENSED", [drug(1, [code], trdn_flag=True)])
        self.void(whole)

    def test_boxes_of_an_encounter(self):
        code, returned = box(), box()
        with Terminal(daemon, cast.HOSPITAL3) as t:
            def call(infno, **body):
                reply = t.call(t.request(infno, **body))[1]
                self.assertEqual(reply.outcome, DONE, (infno, reply.errors))
                return reply
            about = dict(mdtrt_id=call("2401", encounter=pb.Encounter(
                psn_no=cast.EMPLOYEE, mdtrt_cert_type="99", begntime=ms(day(-2)), med_type="21",
                ipt_otp_no=cast.ticket())).mdtrt_id, psn_no=cast.EMPLOYEE)
            call("2301", upload=pb.Upload(lines=[drug(1, [code, returned], "600.00")], **about))
            # Uploaded is not settled: the pharmacy's customer may have come by the box honestly.
            sold = self.sold([drug(1, [returned])])
            bill = dict(mdtrt_cert_type="99", acct_used_flag=False, endtime=ms(day(-1, 20)), **about)
            reply = t.call(t.request("2304", encounter_settle=pb.EncounterSettle(
                medfee_sumamt=fen("600.00"), **bill)))[1]
            self.assertEqual([cast.NAMES[e.code] for e in reply.errors], ["TRACE_DISPENSED"])
            call("2301", upload=pb.Upload(lines=[back(2, 1, [returned], "300.00")], **about))
            s = call("2304", encounter_settle=pb.EncounterSettle(
                medfee_sumamt=fen("300.00"), **bill)).settlement
            self.refused("TRACE_DISPENSED", [drug(1, [code])])
            call("2305", void_order=pb.Void(setl_id=s.setl_id, psn_no=cast.EMPLOYEE))
            self.void(self.sold([drug(1, [code])]))
            self.void(sold)


if __name__ == "__main__":
    unittest.main()
