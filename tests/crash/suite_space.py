"""A disk without room for the next segment, on the release build under tests/crash/diskshim.c: a bill
that cannot be written yet is held or answered retry, looking is answered at once, and space that
comes back is enough."""
import unittest

import cast
import copay_pb2 as pb
from books import Books
from daemon import BUILD
from terminal import DONE, RETRY, Terminal, line, settle

SHIM = BUILD / "tests" / "crash" / "libdiskshim.so"
# Two segments of 32 MiB hold fewer.
BILLS = 60


def codes(reply):
    return [cast.NAMES[e.code] for e in reply.errors]


class Space(unittest.TestCase):
    def setUp(self):
        self.daemon = cast.ready_daemon(extra="ledger: {segment_mib: 32}")
        self.daemon.stop()
        self.full = self.daemon.root / "full"
        self.daemon.start(environment={"LD_PRELOAD": str(SHIM), "SHIM_MATCH": "/ledger/spare",
                                       "SHIM_FULL": str(self.full)})

    def tearDown(self):
        self.daemon.finish()

    def bill(self, t, infno="2207"):
        return t.request(infno, settle=settle(
            cast.RESIDENT, "11", self.lines, cast.ticket()))

    def fill(self, books):
        """Sends bills until one is not answered; that connection, which still owes an answer."""
        t = Terminal(self.daemon, cast.CLINIC, timeout=3)
        for _ in range(BILLS):
            request = self.bill(t)
            books.note_sent(request)
            t.send(request)
            try:
                books.note_answer(*t.receive())
            except TimeoutError:
                t.sock.settimeout(20)
                return t
        self.fail("the ledger never was full")

    def test_looking_is_answered_while_settling_waits(self):
        books = Books()
        self.lines = [line(f"{n:030d}", cast.DRUG_B, "1.00", medins_list_codg="医" * 50,
                           medins_list_name="药" * 50, rxno="9" * 30) for n in range(5000)]
        self.full.touch()
        owing = self.fill(books)
        self.lines = self.lines[:1]
        with Terminal(self.daemon, cast.CLINIC, timeout=5) as t:
            for request in (
                    t.request("1101", person_query=pb.PersonQuery(psn_no=cast.RESIDENT)),
                    self.bill(t, "2206"), self.bill(t, "2207"),
                    t.request("5203", settlement_query=pb.SettlementQuery(
                        msgid=next(iter(books.answered))))):
                _, reply = t.call(request)
                self.assertEqual((reply.outcome, codes(reply)), (RETRY, ["NO_SPACE"]), request.infno)
            self.full.unlink()
            _, reply = owing.receive()
            self.assertEqual(reply.outcome, DONE, reply.errors)
            _, reply = books.call(t, self.bill(t))
            self.assertEqual(reply.outcome, DONE, reply.errors)
        owing.close()
        self.daemon.restart()
        self.assertEqual(books.compare(self.daemon, self), len(books.sent))


if __name__ == "__main__":
    unittest.main()
