"""Many at once: tills that settle one visit, voids of one settlement, policies that change under
claims in flight, and the largest legal bill."""
import shutil
import threading
import unittest

import cast
import copay_pb2 as pb
from daemon import PACK
from terminal import DONE, REFUSED, Terminal, check_identities, line, settle


def setUpModule():
    global daemon
    daemon = cast.ready_daemon()


def tearDownModule():
    daemon.finish()


def together(count, work):
    """Runs work(number) `count` times at once; what each returned."""
    results, failures = [], []

    def one(number):
        try:
            results.append(work(number))
        except Exception as error:  # pylint: disable=broad-except
            failures.append(error)

    threads = [threading.Thread(target=one, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if failures:
        raise failures[0]
    return results


def codes(replies):
    return {cast.NAMES[e.code] for reply in replies for e in reply.errors}


class Rivals(unittest.TestCase):
    def test_one_visit_is_settled_by_one_till(self):
        ticket = cast.ticket()

        def till(_):
            with Terminal(daemon, cast.PHARMACY) as t:
                return t.call(t.request("2102", settle=settle(
                    cast.EMPLOYEE, "41", [line(1, cast.DRUG_A, "3.00")], ticket, account=True)))[1]

        with Terminal(daemon, cast.PHARMACY) as t:
            before = cast.balance(t, cast.EMPLOYEE)
        replies = together(12, till)
        done = [r for r in replies if r.outcome == DONE]
        self.assertEqual(len(done), 1)
        refused = [r for r in replies if r.outcome == REFUSED]
        self.assertEqual(len(refused), 11)
        self.assertEqual(codes(refused), {"VISIT_SETTLED"})
        self.assertEqual({r.setl_id for r in refused}, {done[0].settlement.setl_id})
        with Terminal(daemon, cast.PHARMACY) as t:
            self.assertEqual(cast.balance(t, cast.EMPLOYEE), before - 300)

    def test_a_settlement_is_voided_once(self):
        with Terminal(daemon, cast.PHARMACY) as t:
            before = cast.balance(t, cast.RETIRED)
            _, reply = t.call(t.request("2102", settle=settle(
                cast.RETIRED, "41", [line(1, cast.DRUG_A, "5.00")], cast.ticket(), account=True)))
            self.assertEqual(reply.settlement.acct_pay, 500, reply.errors)
        setl_id = reply.settlement.setl_id

        def voider(_):
            with Terminal(daemon, cast.PHARMACY) as t:
                return t.call(t.request("2103", void_order=pb.Void(
                    setl_id=setl_id, psn_no=cast.RETIRED)))[1]

        replies = together(12, voider)
        self.assertEqual(sum(r.outcome == DONE for r in replies), 1)
        self.assertEqual(codes(replies), {"SETTLEMENT_VOIDED"})
        with Terminal(daemon, cast.PHARMACY) as t:
            self.assertEqual(cast.balance(t, cast.RETIRED), before)

    def test_policies_change_under_claims(self):
        """Each claim is settled by one policy, and verify knows by which."""
        stop, policies = threading.Event(), set()
        work = [(cast.PHARMACY, "2102", "41", cast.EMPLOYEE), (cast.CLINIC, "2207", "11", cast.POOR),
                (cast.HOSPITAL3, "2304", "21", cast.RESIDENT)]

        def claims(number):
            institution, infno, med_type, person = work[number]
            with Terminal(daemon, institution) as t:
                while not stop.is_set():
                    _, reply = t.call(t.request(infno, settle=settle(
                        person, med_type, [line(1, cast.DRUG_A, "10.00")], cast.ticket())))
                    if reply.outcome == DONE:
                        check_identities(self, reply.settlement)
                        policies.add(reply.settlement.policy)
                    else:
                        self.assertNotEqual(reply.outcome, REFUSED, reply.errors)

        def operator():
            pack = daemon.root / "pack"
            shutil.copytree(PACK, pack)
            for case in (pack / "cases").iterdir():  # which the other figures would fail
                if case.name != "pharmacy-account.yaml":
                    case.unlink()
            path = pack / "policy.yaml"
            text = path.read_text(encoding="utf-8")
            try:
                for number in range(3):
                    path.write_text(text.replace("yuan: 16000.00", f"yuan: 1500{number}.00"),
                                    encoding="utf-8")
                    daemon.publish(pack)
                    path.write_text(text.replace("ratio: 0.85", "ratio: 8.5"), encoding="utf-8")
                    bad = daemon.ctl("pack", "submit", pack, check=False)
                    self.assertEqual(bad.returncode, 1)
                daemon.publish(PACK)
            finally:
                stop.set()

        together(4, lambda n: claims(n) if n < 3 else operator())
        self.assertGreater(len(policies), 1)

    def test_the_largest_legal_bill(self):
        def fat(number):
            return line(number, cast.DRUG_B, "1.00", medins_list_codg="医" * 50,
                        medins_list_name="药" * 50, rxno="9" * 30, unit="盒",
                        drug_trac_codg=[f"83{number:018d}"])

        with Terminal(daemon, cast.HOSPITAL3, timeout=60) as t:
            request = t.request("2304", settle=settle(
                cast.RETIRED, "21", [fat(n) for n in range(1, 5001)], cast.ticket()))
            envelope, reply = t.call(request)
            self.assertEqual(reply.outcome, DONE, reply.errors)
            check_identities(self, reply.settlement)
            self.assertEqual(t.call(request)[0].body, envelope.body)
            _, found = t.call(t.request("5203", settlement_query=pb.SettlementQuery(
                setl_id=reply.settlement.setl_id)))
            self.assertEqual(found.found.reply, envelope.body)
            later = t.request("2304", settle=settle(  # whose deductible rests on it
                cast.RETIRED, "21", [line(1, cast.DRUG_A, "5000.00")], cast.ticket()))
            self.assertEqual(t.call(later)[1].outcome, DONE)
            for original, outcome in ((request, REFUSED), (later, DONE)):
                _, held = t.call(t.request("2601", reversal=pb.Reversal(
                    psn_no=cast.RETIRED, omsgid=original.msgid, oinfno="2304")))
                self.assertEqual(held.outcome, outcome, held.errors)
                if outcome == REFUSED:
                    self.assertEqual(held.found.reply, envelope.body)
            _, void = t.call(t.request("2305", void_order=pb.Void(
                setl_id=reply.settlement.setl_id, psn_no=cast.RETIRED)))
            self.assertEqual(void.outcome, DONE, void.errors)
            check_identities(self, void.settlement)


if __name__ == "__main__":
    unittest.main()
