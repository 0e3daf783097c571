"""A byte that changed in a segment long finished, with the real daemon: it starts, for only the
last segment is read then; whatever rests on that record is answered retry, never something else;
all other work goes on; copayctl verify says where it is; with the byte back all is as it was."""
import unittest

import cast
import copay_pb2 as pb
from suite_rebuild import flip, purchase
from terminal import DONE, RETRY, Terminal, line, settle

BILLS = 80  # of about a MiB: more than a segment's 32


class Sealed(unittest.TestCase):
    def setUp(self):
        self.daemon = cast.ready_daemon(
            extra="ledger: {segment_mib: 32}\nstore: {checkpoint_seconds: 1}")
        self.addCleanup(self.daemon.destroy)
        self.ledger = self.daemon.data / "ledger"

    def segments(self):
        return sorted(self.ledger.glob("0*.seg"))

    def roll(self):
        """Fills the first segment."""
        lines = [line(f"{n:030d}", cast.DRUG_B, "1.00", medins_list_codg="医" * 50,
                      medins_list_name="药" * 50, rxno="9" * 30) for n in range(5000)]
        with Terminal(self.daemon, cast.CLINIC, timeout=60) as t:
            for _ in range(BILLS):
                if len(self.segments()) > 1:
                    return
                _, reply = t.call(t.request("2207", settle=settle(
                    cast.RESIDENT, "11", lines, cast.ticket())))
                self.assertEqual(reply.outcome, DONE, reply.errors)
        self.fail("the segment never was full")

    def query(self, t, msgid):
        return t.request("5203", settlement_query=pb.SettlementQuery(msgid=msgid))

    def void(self, t, reply):
        return t.request("2103", void_order=pb.Void(setl_id=reply.settlement.setl_id,
                                                    psn_no=cast.EMPLOYEE))

    def test_damage_behind_the_last_segment(self):
        with Terminal(self.daemon, cast.PHARMACY) as t:
            _, first = t.call(purchase(t))
            request = purchase(t)
            answer, second = t.call(request)
            self.assertEqual((first.outcome, second.outcome), (DONE, DONE))
        self.roll()
        self.assertEqual(self.daemon.stop(), 0)
        sealed = self.segments()[0]
        # The record holds request and reply; the msgid stands in both, first in the effects.
        flip(sealed, sealed.read_bytes().rindex(request.msgid.encode()))
        self.daemon.start()

        with Terminal(self.daemon, cast.PHARMACY) as t:
            before = cast.balance(t, cast.EMPLOYEE)
            # Its repeat, the look at it, and a void that has to settle it again.
            for asked in (request, self.query(t, request.msgid), self.void(t, first)):
                _, reply = t.call(asked)
                self.assertEqual(reply.outcome, RETRY, (asked.infno, reply))
            self.assertEqual(cast.balance(t, cast.EMPLOYEE), before)
            _, reply = t.call(purchase(t))
            self.assertEqual(reply.outcome, DONE, reply.errors)
        self.assertIn("event=unreadable", self.daemon.log_text())
        self.assertIsNone(self.daemon.process.poll())

        sequence = int(second.settlement.setl_id[-10:])
        done = self.daemon.verify(check=False)
        self.assertEqual(done.returncode, 1, done.stdout)
        text = done.stdout + done.stderr
        self.assertIn(sealed.name, text)
        self.assertRegex(text, r"offset \d+")
        self.assertRegex(text, rf"sequence {sequence}\b")

        # Mended, as from a mirror or a backup.
        flip(sealed, sealed.read_bytes().rindex(request.msgid[1:].encode()) - 1)
        with Terminal(self.daemon, cast.PHARMACY) as t:
            envelope, reply = t.call(request)
            self.assertTrue(envelope.repeated)
            self.assertEqual(envelope.body, answer.body)
            _, reply = t.call(self.query(t, request.msgid))
            self.assertEqual(reply.found.reply, answer.body)
        self.daemon.verify()


if __name__ == "__main__":
    unittest.main()
