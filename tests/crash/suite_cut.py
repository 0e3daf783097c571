"""Power cuts at places that chance seldom finds, found by the marks of the trace (powershim.c and
power.py): behind a group whose sync failed, behind a start that repaired the ledger's tail, while a
group's sync does not end, and behind every rename. Each case cuts at every such place, and of the
disks that a cut can leave takes those that a forgotten sync spoils for certain: only what is certain,
that and all names, or of each file also what was written last. On each the daemon must
start, with every answer that had left it."""
import errno
import random
import shutil
import time
import unittest

import cast
import power
from books import Books
from daemon import BUILD
from suite_power import Streams
from terminal import DONE, Closed, Terminal, line, settle

SHIM = BUILD / "tests" / "crash" / "libpowershim.so"
CONFIG = "store: {checkpoint_seconds: 1, checkpoint_keys: 1000}\nledger: {segment_mib: 32}"
LINES = 400  # of a bill that fills several pages, so that its neighbours' writes do not take it along
CHECKPOINTS = 2.5  # seconds in which a checkpoint that does not wait is surely written


class Base(unittest.TestCase):
    def setUp(self):
        self.daemon = cast.Daemon(institutions=[cast.HOSPITAL3, cast.CLINIC, cast.PHARMACY],
                                  extra=CONFIG)
        self.addCleanup(self.daemon.destroy)
        self.folder = self.daemon.data.parent
        self.folder.mkdir()
        self.before()
        self.trace = self.daemon.root / "trace"
        self.trace.touch()
        self.fail = self.daemon.root / "fail"
        self.hold = self.daemon.root / "hold"
        self.disk = power.Disk(self.folder)
        self.books = Books()

    def before(self):
        """Puts into the folder what is there when the trace begins."""

    def start(self):
        self.daemon.start(environment={
            "LD_PRELOAD": str(SHIM), "POWER_ROOT": str(self.folder), "POWER_TRACE": str(self.trace),
            "POWER_FAIL_ONCE": str(self.fail), "POWER_FAIL_ERROR": str(errno.EIO),
            "POWER_FAIL_KIND": "S", "POWER_FAIL_MATCH": "/ledger/0", "POWER_HOLD": str(self.hold)})

    def traced(self):
        return self.trace.stat().st_size

    def bill(self, t):
        request = t.request("2207", settle=settle(
            cast.RESIDENT, "11", [line(n + 1, cast.DRUG_A, "1.00") for n in range(LINES)],
            cast.ticket()))
        self.books.note_sent(request)
        return request

    def settle_one(self):
        with Terminal(self.daemon, cast.CLINIC) as t:
            _, reply = self.books.call(t, self.bill(t))
            self.assertEqual(reply.outcome, DONE, reply.errors)

    def fail_one(self):
        """A bill whose group is written but not synced; the daemon ends without an answer."""
        self.fail.touch()
        try:
            with Terminal(self.daemon, cast.CLINIC) as t:
                t.call(self.bill(t))
        except (OSError, Closed):
            self.assertEqual(self.daemon.process.wait(30), 70)
        self.assertFalse(self.fail.exists())

    def check(self, place, mode, answered):
        """Starts on one disk of a cut at `place`; `answered`: what had left by then."""
        self.disk.image(random.Random(place), self.folder, mode)
        books = Books()
        books.sent, books.answered = dict(self.books.sent), dict(answered)
        with self.subTest(place=place, mode=mode):
            try:
                self.daemon.start()
                books.compare(self.daemon, self)
            finally:
                if self.daemon.process.poll() is None:
                    self.daemon.kill()
        shutil.rmtree(self.folder)

    def cut(self, wanted, modes=("none", "last")):
        """Cuts behind every record that `wanted` picks from (records, index)."""
        if self.daemon.process.poll() is None:
            self.daemon.kill()
        records = power.read_trace(self.trace)
        shutil.rmtree(self.folder)
        streams, answered, paths, cuts = Streams(), {}, {}, 0
        for place, r in enumerate(records):
            self.disk.play(place + 1, r)
            if r.kind == "O":
                paths[r.handle] = r.first
            if r.kind in "RF":
                for envelope, reply in streams.feed(r):
                    if reply.msgid in self.books.sent and reply.outcome == DONE:
                        answered[reply.msgid] = envelope.body
            if wanted(place, r, paths.get(r.handle, "")):
                cuts += 1
                for mode in modes:
                    self.check(place, mode, answered)
        self.assertGreater(cuts, 0)


class First(Base):
    def test_behind_every_name(self):
        """From an empty folder to a second start. What a name leads to is there whenever the name is,
        and a name that an answer needs is there with the answer."""
        self.start()
        cast.load(self.daemon)
        self.settle_one()
        self.assertEqual(self.daemon.stop(), 0)
        self.start()
        self.settle_one()
        end = len(power.read_trace(self.trace)) - 1
        self.cut(lambda place, r, path: place == end or r.kind in "NLU", ["none", "names"])


class Cut(Base):
    def before(self):
        self.daemon.start()
        cast.load(self.daemon)
        self.assertEqual(self.daemon.stop(), 0)

    def test_a_failed_sync_is_not_tried_again(self):
        """The pages are clean then, so that a second sync succeeds and means nothing."""
        self.start()
        self.settle_one()
        self.fail_one()
        end = len(power.read_trace(self.trace)) - 1
        self.cut(lambda place, r, path: place == end, ["none"])

    def test_what_a_start_found_in_the_cache(self):
        """A group whose sync failed is whole in the page cache. The start that finds it there answers
        from it, so it has to be on the disk first, and before the next group."""
        self.start()
        self.settle_one()
        self.fail_one()
        begun = len(power.read_trace(self.trace))
        self.start()
        self.books.compare(self.daemon, self)
        looked = len(power.read_trace(self.trace))
        self.settle_one()
        ended = len(power.read_trace(self.trace))
        # Behind the last look, and wherever the ledger is written from then on.
        self.cut(lambda place, r, path: place == looked - 1 or (
            begun <= place < ended and r.kind == "W" and "/ledger/0" in path))

    def test_lmdb_waits_for_the_ledger(self):
        """A sync that does not end: LMDB must not know what the ledger may lose."""
        self.start()
        self.settle_one()
        self.hold.touch()
        with Terminal(self.daemon, cast.CLINIC) as t:
            t.send(self.bill(t))
            time.sleep(CHECKPOINTS)
            self.daemon.kill()
        end = len(power.read_trace(self.trace)) - 1
        self.hold.unlink()
        self.cut(lambda place, r, path: place == end, ["none"])


if __name__ == "__main__":
    unittest.main()
