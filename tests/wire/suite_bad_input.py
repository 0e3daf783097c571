"""Bad input: each gets a clear refusal, moves no money and no member's state, and the daemon lives
on. After every test the accumulators and balances of the cast are compared with those before."""
import socket
import ssl
import struct
import time
import unittest

import cast
import copay_pb2 as pb
from daemon import Daemon
from terminal import (DONE, OPERATOR, REFUSED, REGION, TERMINAL, VERSION, Closed, Terminal, day,
                      fen, line, make_msgid, ms, settle)


def setUpModule():
    global daemon
    daemon = cast.ready_daemon()


def tearDownModule():
    daemon.finish()


class BadInput(unittest.TestCase):
    def setUp(self):
        self.before = cast.everyone(daemon)

    def tearDown(self):
        self.assertIsNone(daemon.process.poll(), daemon.log_text())
        self.assertEqual(cast.everyone(daemon), self.before)

    def refused(self, reason, request=None, institution=cast.CLINIC, field=None, line_sn=None,
                **envelope):
        with Terminal(daemon, institution) as t:
            _, reply = t.call(request(t) if callable(request) else request, **envelope)
        codes = [cast.NAMES.get(e.code, e.code) for e in reply.errors]
        self.assertEqual(reply.outcome, REFUSED, codes)
        self.assertIn(reason, codes)
        errors = [e for e in reply.errors if cast.NAMES.get(e.code) == reason]
        self.assertTrue(all(e.zh and e.en for e in errors))
        if field:
            self.assertIn(field, {e.field for e in errors})
        if line_sn:
            self.assertIn(line_sn, {e.feedetl_sn for e in errors})
        return reply

    def bill(self, lines=None, psn=cast.RESIDENT, infno="2207", med_type="11", **more):
        ticket = more.pop("ticket", None) or cast.ticket()
        head = more.pop("head", {})
        lines = lines if lines is not None else [line(1, cast.DRUG_A, "10.00")]
        return lambda t: t.request(
            infno, settle=settle(psn, med_type, lines, ticket, **more), **head)

    def test_unknown_member(self):
        self.refused("PERSON_UNKNOWN", self.bill(psn="43100000000000098765"))

    def test_unknown_institution(self):
        daemon.certificate("institution", "H43100299777")
        self.refused("INSTITUTION_UNKNOWN", self.bill(), institution="H43100299777")

    def test_unknown_item_names_every_line(self):
        lines = [line(1, cast.DRUG_A, "10.00"), line(2, "XZ99ZZZ999Z999999999999", "5.00"),
                 line(3, "XZ99ZZZ999Z999999999998", "5.00")]
        reply = self.refused("ITEM_UNKNOWN", self.bill(lines), line_sn="2")
        self.assertEqual({e.feedetl_sn for e in reply.errors}, {"2", "3"})

    def test_uncovered_date(self):
        # This student's cover ended with 2024.
        self.refused("NOT_INSURED", self.bill(psn=cast.STUDENT_ENDED))

    def test_retroactive_death(self):
        self.refused("PERSON_DEAD", self.bill(psn=cast.DEAD))

    def test_trauma_without_declaration(self):
        self.refused("TRAUMA_UNDECLARED", self.bill(med_type="19"))

    def test_trauma_by_third_party(self):
        trauma = pb.Trauma(cause="交通事故", third_party=True, signed_by_patient=True)
        self.refused("TRAUMA_EXCLUDED", self.bill(med_type="19", trauma=trauma))

    def test_negative_amount_without_original(self):
        lines = [line(1, cast.DRUG_A, "10.00"), line(2, cast.DRUG_A, "-5.00", cnt=-1)]
        self.refused("LINE_NEGATIVE", self.bill(lines), line_sn="2")

    def test_refund_below_zero(self):
        lines = [line(1, cast.DRUG_A, "10.00"),
                 line(2, cast.DRUG_A, "-15.00", cnt=-1, init_feedetl_sn="1"),
                 line(3, cast.DRUG_A, "20.00")]
        self.refused("LINE_ORIGINAL", self.bill(lines), line_sn="2")

    def test_overflow(self):
        huge = pb.Line(feedetl_sn="1", med_list_codg=cast.DRUG_A, cnt=2**62, pric=2**62,
                       det_item_fee_sumamt=2**62, fee_ocur_time=ms(day(-1, 10)))
        self.refused("AMOUNT_OVERFLOW", self.bill([huge], medfee_sumamt=2**62), line_sn="1")
        # Each line is legal; their sum is not.
        lines = [pb.Line(feedetl_sn=str(i), med_list_codg=cast.DRUG_A, cnt=90 * 10000,
                         pric=999999999999 * 1000000, det_item_fee_sumamt=90 * 99999999999900,
                         fee_ocur_time=ms(day(-1, 10))) for i in range(3)]
        self.refused("AMOUNT_OVERFLOW", self.bill(lines, medfee_sumamt=1))

    def test_line_amount(self):
        self.refused("LINE_AMOUNT", self.bill([line(1, cast.DRUG_A, "10.00", pric="9.00")]),
                     line_sn="1")

    def test_sums_differ(self):
        self.refused("BILL_SUM", self.bill(medfee_sumamt=fen("10.01")), field="medfee_sumamt")

    def test_no_lines_and_zero(self):
        self.refused("LINES_MISSING", self.bill([], medfee_sumamt=1))

    def test_too_many_lines(self):
        lines = [line(i, cast.DRUG_A, "1.00") for i in range(5001)]
        self.refused("LINES_TOO_MANY", self.bill(lines))

    def test_duplicate_line_number(self):
        lines = [line(7, cast.DRUG_A, "1.00"), line(8, cast.DRUG_A, "1.00"),
                 line(7, cast.DRUG_A, "2.00")]
        self.refused("LINE_DUPLICATE", self.bill(lines), line_sn="7")

    def test_wrong_region(self):
        self.refused("REGION_WRONG", self.bill(head={"insuplc_admdvs": "430500"}))

    def test_msgid_not_national(self):
        for msgid in ("1", "H43102299" + "0" * 21, cast.CLINIC + "20261399000000" + "0001",
                      cast.CLINIC + "x" * 18):
            self.refused("MSGID_FORM", self.bill(head={"msgid": msgid}))

    def test_msgid_a_week_old(self):
        msgid = make_msgid(cast.CLINIC, day(-8))
        self.refused("MSGID_DATE", self.bill(head={"msgid": msgid}))
        self.refused("MSGID_DATE", self.bill(head={"msgid": make_msgid(cast.CLINIC, day(8))}))

    def test_msgid_of_another_institution(self):
        self.refused("MSGID_OWNER", self.bill(head={"msgid": make_msgid(cast.HOSPITAL3)}))

    def test_message_names_another_institution(self):
        head = {"fixmedins_code": cast.HOSPITAL3, "msgid": make_msgid(cast.HOSPITAL3)}
        self.refused("SENDER_MISMATCH", self.bill(head=head))

    def test_unknown_transaction(self):
        self.refused("INFNO_UNKNOWN", lambda t: t.request("9999"))

    def test_national_transactions_that_are_not_done_are_refused_by_name(self):
        reply = self.refused("INFNO_DECLINED", lambda t: t.request("4101A"), field="infno")
        self.assertIn("4101A 医疗保障基金结算清单上传", reply.errors[0].zh)
        reply = self.refused("INFNO_ELSEWHERE", lambda t: t.request("2304A"))
        self.assertIn("2304A 住院结算 -> 2304", reply.errors[0].zh)

    def test_med_type_of_another_counter(self):
        self.refused("MED_TYPE", self.bill(med_type="21"))
        self.refused("MED_TYPE", self.bill(med_type="77"))

    def test_dates_contradict(self):
        self.refused("DATES", self.bill(begin=day(-1, 12), end=day(-2, 12)))
        self.refused("FEE_BEFORE_CARE",
                     self.bill([line(1, cast.DRUG_A, "1.00", when=day(-20))]))

    def test_care_to_come(self):
        self.refused("DATES", self.bill([line(1, cast.DRUG_A, "1.00", when=day(3))],
                                        begin=day(3, 9), end=day(3, 11)), field="endtime")

    def test_person_by_token(self):
        self.refused("TOKEN_UNSUPPORTED", lambda t: t.request(
            "1101", person_query=pb.PersonQuery(mdtrt_cert_type="01", mdtrt_cert_no="tok99")))

    def test_credential_of_somebody_else(self):
        self.refused("CREDENTIAL_MISMATCH", self.bill(
            mdtrt_cert_type="02", mdtrt_cert_no="431022196511029931"))

    def test_card_without_serial(self):
        self.refused("CARD_SN_MISSING", self.bill(mdtrt_cert_type="03", mdtrt_cert_no="C99"))

    def test_void_of_nothing(self):
        self.refused("SETTLEMENT_UNKNOWN", lambda t: t.request(
            "2208", void_order=pb.Void(setl_id=REGION + "20260101" + "9" * 16,
                                       psn_no=cast.RESIDENT)))

    def test_envelope_disagrees(self):
        with Terminal(daemon, cast.CLINIC) as t:
            request = self.bill()(t)
            _, reply = t.call(request, insuplc_admdvs="430500")
        self.assertEqual(reply.outcome, REFUSED)

    def test_nul_in_text(self):
        self.refused("FIELD_INVALID", self.bill(ticket="A\0B"))

    def test_text_too_long(self):
        self.refused("FIELD_TOO_LONG", self.bill(ticket="A" * 31))


class Frames(unittest.TestCase):
    def tearDown(self):
        self.assertIsNone(daemon.process.poll(), daemon.log_text())
        with Terminal(daemon, cast.CLINIC) as t:
            self.assertEqual(cast.person(t, cast.RESIDENT).outcome, DONE)

    def expect_closed(self, t):
        with self.assertRaises(Closed):
            while True:
                t.receive()

    def test_oversized(self):
        with Terminal(daemon, cast.CLINIC) as t:
            t.send_bytes(struct.pack(">IBB", 64 * 1024 * 1024, TERMINAL, VERSION))
            self.expect_closed(t)

    def test_not_protobuf(self):
        with Terminal(daemon, cast.CLINIC) as t:
            t.send_bytes(struct.pack(">IBB", 2 + 9, TERMINAL, VERSION) + b"\xff" * 9)
            self.expect_closed(t)

    def test_unknown_schema_and_version(self):
        for head in ((9, VERSION), (TERMINAL, 9)):
            with Terminal(daemon, cast.CLINIC) as t:
                t.send_bytes(struct.pack(">IBB", 12, *head) + b"\0" * 10)
                self.expect_closed(t)

    def test_body_not_protobuf(self):
        with Terminal(daemon, cast.CLINIC) as t:
            t.send(b"\x08\x96\x01\xff\xff\xff")
            _, reply = t.receive()
            self.assertEqual(reply.outcome, REFUSED)
            self.assertEqual(cast.NAMES[reply.errors[0].code], "MALFORMED")

    def test_truncated(self):
        with Terminal(daemon, cast.CLINIC) as t:
            t.send_bytes(struct.pack(">IBB", 1000, TERMINAL, VERSION) + b"x" * 10)
        # The connection is gone in the middle of a frame; nothing to expect but that all is well.

    def test_slow_frame_is_closed(self):
        with Terminal(daemon, cast.CLINIC, timeout=40) as t:
            t.send_bytes(struct.pack(">IBB", 1000, TERMINAL, VERSION))
            begun = time.monotonic()
            self.expect_closed(t)
            self.assertGreater(time.monotonic() - begun, 5)

    def test_operator_schema_needs_the_role(self):
        with Terminal(daemon, cast.CLINIC) as t:
            data = pb.RequestEnvelope(body=b"\x0a\x06431000\x12\x011\x18\x01").SerializeToString()
            t.send_bytes(struct.pack(">IBB", len(data) + 2, OPERATOR, VERSION) + data)
            try:
                length, schema, _ = struct.unpack(">IBB", t._read(6))
                text = t._read(length - 2)
                self.assertEqual(schema, OPERATOR)
                self.assertNotIn(b"policy", text)
            except Closed:
                pass

    def test_peer_that_never_reads(self):
        raw = Terminal(daemon, cast.CLINIC)
        request = raw.request("1101", person_query=pb.PersonQuery(psn_no=cast.RESIDENT))
        body = pb.RequestEnvelope(body=request.SerializeToString()).SerializeToString()
        frame = struct.pack(">IBB", len(body) + 2, TERMINAL, VERSION) + body
        raw.sock.settimeout(5)
        sent = 0
        try:
            for _ in range(200):
                raw.sock.sendall(frame * 200)
                sent += 200
        except (OSError, ssl.SSLError):
            pass  # the daemon stopped reading, or closed
        with Terminal(daemon, cast.CLINIC) as t:
            self.assertEqual(cast.person(t, cast.RESIDENT).outcome, DONE)
        raw.close()


class Certificates(unittest.TestCase):
    def attempt(self, certificate):
        with self.assertRaises((ssl.SSLError, ConnectionError, Closed, socket.timeout)):
            with Terminal(daemon, cast.CLINIC, certificate=certificate) as t:
                # With TLS 1.3 the client learns of its refusal at the first read.
                cast.person(t, cast.RESIDENT)

    def test_none(self):
        self.attempt("none")

    def test_foreign(self):
        daemon.certificate("foreign", cast.CLINIC)
        self.attempt(f"foreign-{cast.CLINIC}")

    def test_expired(self):
        daemon.certificate("expired", cast.CLINIC)
        self.attempt(f"expired-{cast.CLINIC}")


if __name__ == "__main__":
    unittest.main()
