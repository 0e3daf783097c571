"""2601: after it nothing of the original is in force, whatever had become of it: settled, refused,
still on its way, or lost in a kill -9. Books are compared by what the person has left."""
import datetime
import json
import random
import shutil
import threading
import unittest

import cast
import copay_pb2 as pb
from daemon import COPAY, run
from terminal import (DONE, REFUSED, ZONE, Closed, Terminal, check_identities, line, make_msgid,
                      settle)


def setUpModule():
    global daemon
    daemon = cast.ready_daemon(extra="store: {checkpoint_seconds: 1}")


def tearDownModule():
    daemon.finish()


def purchase(t, yuan="3.00", **more):
    return t.request("2102", settle=settle(cast.EMPLOYEE, "41", [line(1, cast.DRUG_A, yuan)],
                                           cast.ticket(), account=True), **more)


def reversal(t, original, **more):
    """The reversal of that Request; `more` in place of what it says."""
    psn_no = original.settle.psn_no or original.void_order.psn_no
    names = dict(psn_no=psn_no, omsgid=original.msgid, oinfno=original.infno)
    names.update(more)
    return t.request("2601", reversal=pb.Reversal(**names))


def facts(psn_no=cast.EMPLOYEE):
    with Terminal(daemon, cast.CLINIC) as t:
        return cast.person(t, psn_no).person.SerializeToString()


def name_of(reply):
    return cast.NAMES[reply.errors[0].code]


class Reversals(unittest.TestCase):
    maxDiff = None

    def done(self, answer, fate, original):
        _, reply = answer
        self.assertEqual(reply.outcome, DONE, reply.errors)
        self.assertEqual(reply.reversed.fate, fate)
        self.assertEqual((reply.reversed.omsgid, reply.reversed.oinfno),
                         (original.msgid, original.infno))
        self.assertEqual(reply.reversed.HasField("void_setl_id"), fate == pb.FATE_VOIDED)
        return answer

    def refused(self, answer, reason, field=None):
        _, reply = answer
        self.assertEqual(reply.outcome, REFUSED)
        self.assertEqual(name_of(reply), reason)
        self.assertFalse(reply.HasField("reversed"))
        if field:
            self.assertEqual(reply.errors[0].field, field)
        return answer

    def same_for_ever(self, *pairs):
        """Request and body, repeated in the overlay, after kill -9, and from the ledger alone."""
        for stage in range(3):
            if stage == 1:
                daemon.restart()
            if stage == 2:
                self.assertEqual(daemon.stop(), 0)
                shutil.rmtree(daemon.data / "lmdb")
                daemon.start()
            for request, body in pairs:
                with Terminal(daemon, request.fixmedins_code) as t:
                    answer, _ = t.call(request)
                self.assertEqual(answer.body, body)
                self.assertTrue(answer.repeated)

    def test_a_settlement_is_voided_once(self):
        before = facts()
        with Terminal(daemon, cast.PHARMACY) as t:
            original = purchase(t)
            first, settled = t.call(original)
            self.assertEqual(settled.outcome, DONE, settled.errors)
            request = reversal(t, original)
            t.send(request)
            t.send(request)  # in flight
            answer, reply = self.done(t.receive(), pb.FATE_VOIDED, original)
            self.assertEqual(t.receive()[0].body, answer.body)
            check_identities(self, reply.settlement)
            self.assertTrue(reply.settlement.refd_setl_flag)
            self.assertEqual(reply.settlement.medfee_sumamt, -settled.settlement.medfee_sumamt)
            self.assertEqual(reply.reversed.setl_id, settled.settlement.setl_id)
            self.assertEqual(reply.settlement.init_setl_id, settled.settlement.setl_id)
            self.assertEqual(reply.reversed.void_setl_id, reply.settlement.setl_id)
            self.assertTrue(answer.tally.refd_setl_flag)
            again = reversal(t, original)
            stored, other = self.done(t.call(again), pb.FATE_VOIDED, original)
            self.assertEqual(other.reversed, reply.reversed)
            self.assertEqual(other.found.reply, answer.body)
            self.assertEqual(facts(), before)
            _, found = t.call(t.request("5203", settlement_query=pb.SettlementQuery(
                msgid=original.msgid)))
            self.assertEqual(found.found.void_setl_id, reply.settlement.setl_id)
            self.assertEqual(found.found.reply, first.body)
            self.refused(t.call(t.request("2103", void_order=pb.Void(
                setl_id=settled.settlement.setl_id, psn_no=cast.EMPLOYEE))), "SETTLEMENT_VOIDED")
        self.same_for_ever((original, first.body), (request, answer.body), (again, stored.body))
        self.assertEqual(facts(), before)

    def test_it_arrives_before_its_original(self):
        before = facts()
        with Terminal(daemon, cast.PHARMACY) as t:
            original = purchase(t)
            request = reversal(t, original)
            barred, _ = self.done(t.call(request), pb.FATE_BARRED, original)
            query = pb.SettlementQuery(msgid=original.msgid)
            self.refused(t.call(t.request("5203", settlement_query=query)), "REVERSED")
        daemon.restart()  # the tombstone is in the ledger, and in LMDB or not
        with Terminal(daemon, cast.PHARMACY) as t:
            late, _ = self.refused(t.call(original), "REVERSED")
            self.done(t.call(reversal(t, original)), pb.FATE_REFUSED, original)
            _, found = t.call(t.request("5203", settlement_query=query))
            self.assertEqual((found.outcome, found.found.outcome), (DONE, REFUSED))
            self.assertEqual(found.found.reply, late.body)
            other = purchase(t, "4.00", msgid=original.msgid)
            self.refused(t.call(other), "MSGID_REUSED")
        self.same_for_ever((request, barred.body), (original, late.body))
        self.assertEqual(facts(), before)
        with Terminal(daemon, cast.PHARMACY) as t:  # the same visit under a new msgid
            original.msgid = make_msgid(cast.PHARMACY)
            _, reply = t.call(original)
            self.assertEqual(reply.outcome, DONE, reply.errors)
            self.done(t.call(reversal(t, original)), pb.FATE_VOIDED, original)
        self.assertEqual(facts(), before)

    def test_of_a_refused_one_there_is_nothing_to_reverse(self):
        with Terminal(daemon, cast.PHARMACY) as t:
            original = purchase(t)
            original.settle.psn_no = "43100000000000098001"
            self.refused(t.call(original), "PERSON_UNKNOWN")
            self.done(t.call(reversal(t, original)), pb.FATE_REFUSED, original)
            # One that the message alone explains left nothing behind: it could still be corrected.
            original = purchase(t)
            original.settle.medfee_sumamt += 1
            self.refused(t.call(original), "BILL_SUM")
            self.done(t.call(reversal(t, original)), pb.FATE_BARRED, original)
            original.settle.medfee_sumamt -= 1
            self.refused(t.call(original), "REVERSED")

    def test_beneath_a_later_one_it_stands_and_comes_back(self):
        before = facts(cast.RETIRED)
        with Terminal(daemon, cast.HOSPITAL3) as t:
            def stay():
                request = t.request("2304", settle=settle(
                    cast.RETIRED, "21", [line(1, cast.DRUG_A, "5000.00")], cast.ticket()))
                answer, reply = t.call(request)
                self.assertEqual(reply.outcome, DONE, reply.errors)
                return request, answer.body, reply.settlement.setl_id

            first, second = stay(), stay()
            daemon.restart()
        with Terminal(daemon, cast.HOSPITAL3) as t:
            request = reversal(t, first[0])
            held, reply = self.refused(t.call(request), "VOID_LATER")
            self.assertEqual(list(reply.setl_ids), [second[2]])
            self.assertEqual(reply.setl_id, first[2])
            self.assertEqual((reply.found.setl_id, reply.found.msgid),
                             (first[2], first[0].msgid))
            self.assertEqual(reply.found.reply, first[1])
            self.assertTrue(held.names)
            self.done(t.call(reversal(t, second[0])), pb.FATE_VOIDED, second[0])
            self.done(t.call(reversal(t, first[0])), pb.FATE_VOIDED, first[0])
        self.same_for_ever((request, held.body))
        self.assertEqual(facts(cast.RETIRED), before)

    def test_later_ones_that_do_not_rest_on_it_stay(self):
        with Terminal(daemon, cast.CLINIC) as t:
            requests = [t.request("2207", settle=settle(
                cast.RESIDENT, "11", [line(1, cast.DRUG_A, "1.00")], cast.ticket()))
                for _ in range(4)]
            for request in requests:
                self.assertEqual(t.call(request)[1].outcome, DONE)
        daemon.restart()
        with Terminal(daemon, cast.CLINIC) as t:
            for request in requests[1:3]:
                self.done(t.call(reversal(t, request)), pb.FATE_VOIDED, request)
            for request in (requests[0], requests[3]):
                _, found = t.call(t.request("5203", settlement_query=pb.SettlementQuery(
                    msgid=request.msgid)))
                self.assertFalse(found.found.HasField("void_setl_id"))

    def test_a_void_stands(self):
        with Terminal(daemon, cast.PHARMACY) as t:
            s = t.call(purchase(t))[1].settlement
            void = t.request("2103", void_order=pb.Void(setl_id=s.setl_id, psn_no=cast.EMPLOYEE))
            stored, reply = t.call(void)
            self.assertEqual(reply.outcome, DONE, reply.errors)
            _, refusal = self.refused(t.call(reversal(t, void)), "REVERSAL_OF_VOID", "oinfno")
            self.assertEqual(refusal.found.reply, stored.body)
            self.assertEqual(refusal.setl_id, reply.settlement.setl_id)
            # One that has not arrived is kept out like a bill.
            s = t.call(purchase(t))[1].settlement
            void = t.request("2103", void_order=pb.Void(setl_id=s.setl_id, psn_no=cast.EMPLOYEE))
            self.done(t.call(reversal(t, void)), pb.FATE_BARRED, void)
            self.refused(t.call(void), "REVERSED")
            _, found = t.call(t.request("5203", settlement_query=pb.SettlementQuery(
                setl_id=s.setl_id)))
            self.assertFalse(found.found.HasField("void_setl_id"))

    def test_wrong_names_are_named(self):
        with Terminal(daemon, cast.PHARMACY) as t:
            original = purchase(t)
            self.assertEqual(t.call(original)[1].outcome, DONE)

            def wrong(reason, field, **more):
                self.refused(t.call(reversal(t, original, **more)), reason, field)

            wrong("REVERSAL_MISMATCH", "psn_no", psn_no=cast.RESIDENT)
            wrong("REVERSAL_MISMATCH", "oinfno", oinfno="2207")
            for oinfno in ("2101", "2206", "5203", "1101", "2601", "2204", "3505"):
                wrong("REVERSAL_KIND", "oinfno", oinfno=oinfno)
            wrong("MSGID_OWNER", "omsgid", omsgid=make_msgid(cast.CLINIC))
            wrong("MSGID_FORM", "omsgid", omsgid=original.msgid[:-1])
            now = datetime.datetime.now(ZONE)
            wrong("MSGID_DATE", "omsgid", omsgid=make_msgid(
                cast.PHARMACY, now + datetime.timedelta(days=8)))
            # What is too old to be taken needs no tombstone: it is done all the same.
            old = purchase(t, msgid=make_msgid(cast.PHARMACY, now - datetime.timedelta(days=8)))
            self.done(t.call(reversal(t, old)), pb.FATE_BARRED, old)
            self.refused(t.call(old), "MSGID_DATE")
            self.done(t.call(reversal(t, original)), pb.FATE_VOIDED, original)


class Races(unittest.TestCase):
    """Whichever of the two came first, the person has what he had."""

    def final(self, original, request):
        """The reversal's answer and the original's, each asked until it is there."""
        with Terminal(daemon, cast.PHARMACY) as t:
            _, reversed_ = t.call(request)
            _, late = t.call(original)
        return reversed_, late

    def consistent(self, original, reversed_, late):
        self.assertEqual(reversed_.outcome, DONE, reversed_.errors)
        fate = reversed_.reversed.fate
        self.assertIn(fate, (pb.FATE_VOIDED, pb.FATE_BARRED))
        if fate == pb.FATE_VOIDED:
            self.assertEqual(late.outcome, DONE)
            self.assertEqual(late.settlement.setl_id, reversed_.reversed.setl_id)
        else:
            self.assertEqual(name_of(late), "REVERSED")
        return fate

    def test_on_two_connections_at_once(self):
        before = facts()
        for _ in range(20):
            with Terminal(daemon, cast.PHARMACY) as one, Terminal(daemon, cast.PHARMACY) as two:
                original = purchase(one)
                request = reversal(two, original)
                start = threading.Barrier(2)
                answers = {}

                def speak(terminal, message, answers=answers, start=start):
                    start.wait(10)
                    answers[message.msgid] = terminal.call(message)

                threads = [threading.Thread(target=speak, args=pair)
                           for pair in ((one, original), (two, request))]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join(30)
            reversed_, late = self.final(original, request)
            self.assertEqual(answers[request.msgid][1], reversed_)
            self.assertEqual(answers[original.msgid][1], late)
            self.consistent(original, reversed_, late)
        self.assertEqual(facts(), before)

    def test_killed_between(self):
        before = facts()
        choice = random.Random(2601)
        for _ in range(8):
            with Terminal(daemon, cast.PHARMACY) as one, Terminal(daemon, cast.PHARMACY) as two:
                original = purchase(one)
                request = reversal(two, original)
                messages = [(one, original), (two, request)]
                choice.shuffle(messages)
                seen = {}
                for terminal, message in messages:
                    terminal.send(message)
                    if choice.random() < 0.5:
                        seen[message.msgid] = terminal.receive()[0].body
                daemon.kill()
                for terminal, message in messages:
                    try:
                        if message.msgid not in seen:
                            seen[message.msgid] = terminal.receive()[0].body
                    except (Closed, TimeoutError):
                        pass
            daemon.start()
            reversed_, late = self.final(original, request)
            self.consistent(original, reversed_, late)
            for message, reply in ((request, reversed_), (original, late)):
                if message.msgid in seen:
                    self.assertEqual(pb.Reply.FromString(seen[message.msgid]), reply)
        self.assertEqual(facts(), before)


class Command(unittest.TestCase):
    def copay(self, *words, check=True):
        return run(COPAY, "--connect", f"localhost:{daemon.port}", "--ca", daemon.pki / "ca.pem",
                   "--cert", daemon.pki / f"{cast.PHARMACY}.pem",
                   "--key", daemon.pki / f"{cast.PHARMACY}.key", *words, check=check)

    def test_copay_reverses(self):
        with Terminal(daemon, cast.PHARMACY) as t:
            original = purchase(t)
            setl_id = t.call(original)[1].settlement.setl_id
            words = ("reverse", original.msgid, "--psn-no", cast.EMPLOYEE)
            text = self.copay(*words).stdout
            for part in ("原已结算，已撤销", original.msgid, setl_id, "医疗保险结算撤销单"):
                self.assertIn(part, text)
            text = self.copay(*words).stdout  # again, under another msgid
            self.assertIn("原已结算，已撤销", text)
            self.assertIn("当时的回答", text)
            told = json.loads(self.copay("--json", *words).stdout)
            self.assertEqual(told["reversed"]["setl_id"], setl_id)
            never = purchase(t)
            self.assertIn("今后到达亦不办理", self.copay(
                "reverse", never.msgid, "--psn-no", cast.EMPLOYEE).stdout)
            wrong = self.copay("reverse", original.msgid, "--psn-no", cast.RESIDENT, check=False)
            self.assertEqual(wrong.returncode, 1)
            self.assertIn("psn_no", wrong.stdout)


if __name__ == "__main__":
    unittest.main()
