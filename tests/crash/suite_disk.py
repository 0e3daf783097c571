"""Failing and missing syncs, on the release build under tests/crash/diskshim.c: an answer that was
given is on the disk, whatever happens to what was not synced."""
import os
import struct
import time
import unittest

import cast
import copay_pb2 as pb
from books import Books
from daemon import BUILD
from terminal import DONE, RETRY, Closed, Terminal, line, settle

SHIM = BUILD / "tests" / "crash" / "libdiskshim.so"


def visit(t):
    return t.request("2207", settle=settle(
        cast.RESIDENT, "11", [line(1, cast.DRUG_A, "1.00")], cast.ticket()))


def person_query(t):
    return t.request("1101", person_query=pb.PersonQuery(psn_no=cast.RESIDENT))


SEAL_AT, SEAL_END = 180, 256  # lib/ledger/group.h: where a header's seal and its CRC stand


def is_seal(old, new):
    """A header written once more, with its seal: nothing else of it changed."""
    return (any(old[:SEAL_AT]) and old[:SEAL_AT] == new[:SEAL_AT] and
            old[SEAL_END:] == new[SEAL_END:])


def undo_unsynced(journal):
    """Takes back every write that no later sync of its file covered, newest first; how many there
    were but in the segment that is made ready ahead of need, and seals: made when there is time,
    they may be lost."""
    data = journal.read_bytes()
    entries, at = [], 0
    while at < len(data):
        kind, length = struct.unpack_from("<cI", data, at)
        at += 5
        path = data[at:at + length].decode()
        at += length
        if kind == b"S":
            entries = [e for e in entries if e[0] != path]
            continue
        offset, written, kept = struct.unpack_from("<QII", data, at)
        at += 16
        entries.append((path, offset, written, data[at:at + kept]))
        at += kept
    undone = 0
    for path, offset, written, old in reversed(entries):
        if not os.path.exists(path):
            continue
        old += b"\0" * (written - len(old))
        with open(path, "r+b") as file:
            file.seek(offset)
            new = file.read(written)
            file.seek(offset)
            file.write(old)
        undone += not path.endswith("/spare.tmp") and not is_seal(old, new)
    return undone


class Disk(unittest.TestCase):
    def setUp(self):
        self.daemon = cast.ready_daemon()
        self.daemon.stop()
        self.journal = self.daemon.root / "journal"
        self.broken = self.daemon.root / "fail"
        self.full = self.daemon.root / "full"
        self.hold = self.daemon.root / "hold"
        self.environment = {"LD_PRELOAD": str(SHIM), "SHIM_MATCH": "/ledger/",
                            "SHIM_JOURNAL": str(self.journal), "SHIM_FAIL": str(self.broken),
                            "SHIM_FULL": str(self.full), "SHIM_HOLD": str(self.hold)}

    def tearDown(self):
        self.daemon.finish()

    def start(self):
        self.daemon.start(environment=self.environment)

    def test_power_cut_loses_no_answer(self):
        books = Books()
        self.start()
        for _ in range(5):
            with Terminal(self.daemon, cast.CLINIC) as t:
                for _ in range(4):
                    _, reply = books.call(t, visit(t))
                    self.assertEqual(reply.outcome, DONE, reply.errors)
                for _ in range(3):
                    request = visit(t)
                    books.note_sent(request)
                    t.send(request)
                self.daemon.kill()
            undo_unsynced(self.journal)
            self.journal.unlink()
            self.start()
            books.compare(self.daemon, self)

    def test_every_answer_waits_for_its_sync(self):
        """With one claim in flight, the last thing the ledger saw before an answer is a sync."""
        self.start()
        with Terminal(self.daemon, cast.CLINIC) as t:
            for _ in range(5):
                _, reply = t.call(visit(t))
                self.assertEqual(reply.outcome, DONE, reply.errors)
                self.daemon.kill()
                self.assertEqual(undo_unsynced(self.journal), 0)
                self.journal.unlink()
                self.start()
                t.close()
                t.__init__(self.daemon, cast.CLINIC)

    def test_failed_sync_answers_nothing_more(self):
        books = Books()
        self.start()
        with Terminal(self.daemon, cast.CLINIC) as t:
            books.call(t, visit(t))
            self.broken.touch()
            request = visit(t)
            books.note_sent(request)
            t.send(request)
            with self.assertRaises(Closed):
                t.receive()
        self.assertNotEqual(self.daemon.process.wait(30), 0)
        self.assertIn("event=", self.daemon.log_text())
        undo_unsynced(self.journal)
        self.journal.unlink()
        self.broken.unlink()
        self.start()
        books.compare(self.daemon, self)
        with Terminal(self.daemon, cast.CLINIC) as t:
            _, reply = books.call(t, request)
            self.assertEqual(reply.outcome, DONE, reply.errors)
        self.assertEqual(books.compare(self.daemon, self), 2)

    def test_full_disk_stops_and_recovers(self):
        """A write that fails is fatal; nothing acknowledged is lost; it comes back with space."""
        books = Books()
        self.start()
        with Terminal(self.daemon, cast.CLINIC) as t:
            books.call(t, visit(t))
            self.full.touch()
            request = visit(t)
            books.note_sent(request)
            t.send(request)
            try:
                _, reply = t.receive()
                self.assertEqual(reply.outcome, RETRY)
            except Closed:
                pass
        deadline = time.monotonic() + 30
        while self.daemon.process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.1)
        self.full.unlink()
        if self.daemon.process.poll() is not None:
            self.start()
        books.compare(self.daemon, self)
        with Terminal(self.daemon, cast.CLINIC) as t:
            _, reply = books.call(t, request)
            self.assertEqual(reply.outcome, DONE, reply.errors)

    def test_a_job_without_room_waits(self):
        """Two groups' worth of large bills behind a sync that does not end; whatever else comes
        meanwhile, the bill that found no room is not worn out by it."""
        self.start()
        with Terminal(self.daemon, cast.CLINIC) as t, \
                Terminal(self.daemon, cast.HOSPITAL3) as other:
            self.hold.touch()
            lines = [line(f"{n:030d}", cast.DRUG_B, "1.00") for n in range(5000)]
            for _ in range(40):
                t.send(t.request("2207", settle=settle(
                    cast.RESIDENT, "11", lines, cast.ticket())))
            looks = 60
            for _ in range(looks):
                other.send(person_query(other))
                time.sleep(0.005)
            self.hold.unlink()
            self.assertEqual({t.receive()[1].outcome for _ in range(40)}, {DONE})
            # Behind a settler that has stood still for long they may have been told to come back.
            self.assertLessEqual({other.receive()[1].outcome for _ in range(looks)}, {DONE, RETRY})

    def test_upkeep_does_not_hold_up_a_stop(self):
        """A segment that is being made ready is nobody's answer."""
        making = self.daemon.data / "ledger" / "spare.tmp"
        for _ in range(20):
            (self.daemon.data / "ledger" / "spare.seg").unlink(missing_ok=True)
            self.start()
            self.hold.touch()
            deadline = time.monotonic() + 3
            while not making.exists() and time.monotonic() < deadline:
                time.sleep(0.01)
            if making.exists():
                break
            # It was made before we held it.
            self.hold.unlink()
            self.daemon.stop()
        self.assertTrue(making.exists())
        self.assertEqual(self.daemon.stop(), 0)
        self.hold.unlink()


if __name__ == "__main__":
    unittest.main()
