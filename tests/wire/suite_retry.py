"""One msgid, one answer, for ever: the bytes of a repeat are compared in flight, in the overlay,
checkpointed, after restarts, after a rebuild, and after a kill -9 between send and receive."""
import random
import shutil
import threading
import time
import unittest

import cast
import copay_pb2 as pb
from books import Books
from terminal import (DONE, REFUSED, RETRY, Closed, Terminal, check_identities, line, make_msgid,
                      settle)


def setUpModule():
    global daemon
    daemon = cast.ready_daemon(extra="store: {checkpoint_seconds: 1}")


def tearDownModule():
    daemon.finish()


def purchase(t, psn_no=cast.EMPLOYEE, yuan="3.00", **more):
    return t.request("2102", settle=settle(psn_no, "41", [line(1, cast.DRUG_A, yuan)],
                                           cast.ticket(), account=True), **more)


def rest():
    """Long enough for a checkpoint to have happened at store.checkpoint_seconds 1."""
    time.sleep(2.5)


class Repeats(unittest.TestCase):
    def same(self, request, body):
        with Terminal(daemon, request.fixmedins_code) as t:
            answer, _ = t.call(request)
        self.assertEqual(answer.body, body)
        self.assertTrue(answer.repeated)

    def test_at_every_stage(self):
        with Terminal(daemon, cast.PHARMACY) as t:
            request = purchase(t)
            t.send(request)
            t.send(request)  # in flight: the first has not been answered yet
            first, reply = t.receive()
            second, _ = t.receive()
        self.assertEqual(reply.outcome, DONE, reply.errors)
        check_identities(self, reply.settlement)
        self.assertEqual(first.body, second.body)
        self.same(request, first.body)  # overlay
        rest()
        self.same(request, first.body)  # checkpointed
        self.assertEqual(daemon.stop(), 0)
        daemon.start()
        self.same(request, first.body)  # after a clean restart
        daemon.restart()
        self.same(request, first.body)  # after kill -9
        daemon.stop()
        shutil.rmtree(daemon.data / "lmdb")
        daemon.start()
        self.same(request, first.body)  # after LMDB was made anew from the ledger

    def test_refusal_by_state_is_final(self):
        with Terminal(daemon, cast.PHARMACY) as t:
            request = purchase(t, psn_no="43100000000000098001")
            first, reply = t.call(request)
            self.assertEqual(reply.outcome, REFUSED)
            self.assertEqual(cast.NAMES[reply.errors[0].code], "PERSON_UNKNOWN")
        self.same(request, first.body)
        daemon.restart()
        self.same(request, first.body)

    def test_refusal_of_the_message_alone_is_not_recorded(self):
        with Terminal(daemon, cast.PHARMACY) as t:
            request = purchase(t)
            request.settle.medfee_sumamt += 1
            _, reply = t.call(request)
            self.assertEqual(cast.NAMES[reply.errors[0].code], "BILL_SUM")
            request.settle.medfee_sumamt -= 1  # corrected, under the same msgid
            _, reply = t.call(request)
            self.assertEqual(reply.outcome, DONE, reply.errors)

    def test_same_msgid_other_content(self):
        with Terminal(daemon, cast.PHARMACY) as t:
            request = purchase(t)
            first, reply = t.call(request)
            self.assertEqual(reply.outcome, DONE, reply.errors)
            other = purchase(t, yuan="4.00", msgid=request.msgid)
            _, reply = t.call(other)
            self.assertEqual(cast.NAMES[reply.errors[0].code], "MSGID_REUSED")
            again, _ = t.call(request)
            self.assertEqual(again.body, first.body)

    def test_two_tills_at_once_settle_once(self):
        with Terminal(daemon, cast.PHARMACY) as t:
            before = cast.balance(t, cast.EMPLOYEE)
            request = purchase(t)
        bodies = []

        def till():
            with Terminal(daemon, cast.PHARMACY) as one:
                bodies.append(one.call(request)[0].body)

        threads = [threading.Thread(target=till) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        self.assertEqual(len(bodies), 8)
        self.assertEqual(len(set(bodies)), 1)
        with Terminal(daemon, cast.PHARMACY) as t:
            self.assertEqual(cast.balance(t, cast.EMPLOYEE), before - 300)

    def test_presettle_changes_nothing(self):
        with Terminal(daemon, cast.PHARMACY) as t:
            before = cast.person(t, cast.EMPLOYEE).person.SerializeToString()
            request = purchase(t)
            request.infno = "2101"
            _, reply = t.call(request)
            self.assertEqual(reply.outcome, DONE, reply.errors)
            self.assertFalse(reply.settlement.HasField("setl_id"))
            self.assertEqual(cast.person(t, cast.EMPLOYEE).person.SerializeToString(), before)
            request.infno = "2102"
            request.msgid = make_msgid(cast.PHARMACY)
            agreed = request.settle.agreed
            agreed.psn_cash_pay = reply.settlement.psn_cash_pay
            agreed.acct_pay = reply.settlement.acct_pay
            _, reply = t.call(request)
            self.assertEqual(reply.outcome, DONE, reply.errors)

    def test_a_sender_that_has_waited_long_enough(self):
        """Counted from the frame's first byte; nothing is kept of it, so the repeat is settled."""
        with Terminal(daemon, cast.PHARMACY) as t:
            request = purchase(t)
            envelope = pb.RequestEnvelope(body=request.SerializeToString(), patience_ms=1)
            frame = t.frame(envelope)
            t.send_bytes(frame[:10])
            time.sleep(0.5)
            t.send_bytes(frame[10:])
            _, reply = t.receive()
            self.assertEqual(reply.outcome, RETRY)
            self.assertEqual(cast.NAMES[reply.errors[0].code], "PATIENCE")
            answer, reply = t.call(request)
            self.assertEqual(reply.outcome, DONE, reply.errors)
            self.assertFalse(answer.repeated)

    def test_agreed_figure_that_changed(self):
        with Terminal(daemon, cast.PHARMACY) as t:
            before = cast.balance(t, cast.EMPLOYEE)
            request = purchase(t)
            request.settle.agreed.psn_cash_pay = 123
            request.settle.agreed.acct_pay = 177
            _, reply = t.call(request)
            self.assertEqual(cast.NAMES[reply.errors[0].code], "CHANGED")
            self.assertEqual(reply.agreed.psn_cash_pay, 123)
            self.assertEqual(reply.settlement.acct_pay, 300)
            self.assertEqual(cast.balance(t, cast.EMPLOYEE), before)


class Voids(unittest.TestCase):
    def refused(self, t, reason, **order):
        _, reply = t.call(t.request("2103", void_order=pb.Void(**order)))
        self.assertEqual(reply.outcome, REFUSED)
        self.assertEqual(cast.NAMES[reply.errors[0].code], reason)
        return reply

    def test_void_rules(self):
        with Terminal(daemon, cast.PHARMACY) as t:
            before = cast.person(t, cast.EMPLOYEE).person.SerializeToString()
            s = t.call(purchase(t))[1].settlement
            with Terminal(daemon, cast.CLINIC) as other:
                self.refused(other, "VOID_NOT_OWNER", setl_id=s.setl_id, psn_no=cast.EMPLOYEE)
            self.refused(t, "VOID_MISMATCH", setl_id=s.setl_id, psn_no=cast.RESIDENT)
            _, reply = t.call(t.request("2103", void_order=pb.Void(
                setl_id=s.setl_id, psn_no=cast.EMPLOYEE)))
            self.assertEqual(reply.outcome, DONE, reply.errors)
            check_identities(self, reply.settlement)
            self.refused(t, "SETTLEMENT_VOIDED", setl_id=s.setl_id, psn_no=cast.EMPLOYEE)
            self.refused(t, "VOID_OF_VOID", setl_id=reply.settlement.setl_id,
                         psn_no=cast.EMPLOYEE)
            self.assertEqual(cast.person(t, cast.EMPLOYEE).person.SerializeToString(), before)

    def test_later_settlements_rest_on_it(self):
        with Terminal(daemon, cast.HOSPITAL3) as t:
            def stay():
                _, reply = t.call(t.request("2304", settle=settle(
                    cast.RETIRED, "21", [line(1, cast.DRUG_A, "5000.00")], cast.ticket())))
                self.assertEqual(reply.outcome, DONE, reply.errors)
                return reply.settlement.setl_id

            def void(setl_id):
                return t.call(t.request("2305", void_order=pb.Void(
                    setl_id=setl_id, psn_no=cast.RETIRED)))[1]

            before = cast.person(t, cast.RETIRED).person.SerializeToString()
            first, second = stay(), stay()
            reply = void(first)  # the second stay's deductible was halved because of it
            self.assertEqual(cast.NAMES[reply.errors[0].code], "VOID_LATER")
            self.assertEqual(list(reply.setl_ids), [second])
            third = stay()  # pays the same with or without the second: halved already
            self.assertEqual(void(second).outcome, DONE)
            self.assertEqual(void(third).outcome, DONE)
            self.assertEqual(void(first).outcome, DONE)
            self.assertEqual(cast.person(t, cast.RETIRED).person.SerializeToString(), before)


class Killed(unittest.TestCase):
    def test_kill_between_send_and_receive(self):
        books = Books()
        choice = random.Random(99)
        for round_number in range(6):
            with Terminal(daemon, cast.CLINIC) as t:
                for _ in range(choice.randrange(1, 6)):
                    request = t.request("2207", settle=settle(
                        cast.RESIDENT, "11", [line(1, cast.DRUG_A, "1.00")], cast.ticket()))
                    books.call(t, request)
                unanswered = []
                for _ in range(3):
                    request = t.request("2207", settle=settle(
                        cast.RESIDENT, "11", [line(1, cast.DRUG_A, "1.00")], cast.ticket()))
                    books.note_sent(request)
                    unanswered.append(request)
                    t.send(request)
                time.sleep(choice.random() / 200)
                daemon.kill()
                try:
                    while True:
                        books.note_answer(*t.receive())
                except Closed:
                    pass
            daemon.start()
            books.compare(daemon, self)
            with Terminal(daemon, cast.CLINIC) as t:
                for request in unanswered:
                    books.call(t, request)
            self.assertEqual(books.compare(daemon, self), len(books.sent), round_number)


if __name__ == "__main__":
    unittest.main()
