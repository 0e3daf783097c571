"""Failing disks, on the release build under powershim.c: for the k-th write, sync or change of a name,
in each kind of file, a full disk or a broken one, once or until it is repaired. Nothing answered is
lost and nothing else is paid twice; the daemon answers retry with a reason, or stops and its log
says why; when the cause is gone it serves again, at most after a restart.

A short run tries some k of each kind of file, drawn by COPAY_FAULT_SEED; COPAY_FAULT_ROUNDS is how
many in all. "each" tries every k that a run without faults meets, with the two errors, once or
lasting, in turn; of the hundreds of equal calls that fill a spare segment with zeros it tries the
first, the last and some between. "all" tries every k with every error."""
import collections
import errno
import os
import random
import shutil
import subprocess
import time
import unittest

import cast
import power
from books import Books
from daemon import BUILD
from terminal import DONE, RETRY, Closed, Terminal, line, settle

SHIM = BUILD / "tests" / "crash" / "libpowershim.so"
SEED = int(os.environ.get("COPAY_FAULT_SEED", "1"))
ROUNDS = os.environ.get("COPAY_FAULT_ROUNDS", "6")
CONFIG = "store: {checkpoint_seconds: 1, checkpoint_keys: 1000}\nledger: {segment_mib: 32}"
BIG_LINES, BIG_FREE = 5000, 2 << 20
SEGMENT_BYTES = 32 << 20
# Files, by a text in their path; a folder is what it holds. Together they are everything.
PLACES = ("/ledger/0", "/ledger/spare", "/ledger/epoch", "/ledger", "/lmdb", "salt.key", "/431000")
PAUSE = 0.12   # between claims, so that a checkpoint comes in between
CLAIMS = 10
PATIENCE = 20  # seconds in which it has to come back
MANY, ENDS = 64, 12  # more calls than MANY are of one kind: ENDS at both ends, as many between


def place_of(path):
    return next((p for p in PLACES if p in path), None)


def met(trace):
    """{(kind, place): how many calls} of a run."""
    counts, paths = collections.Counter(), {}
    for r in power.read_trace(trace):
        if r.kind == "O":
            paths[r.handle] = r.first
            if r.a & (os.O_CREAT | os.O_TRUNC):
                counts["N", place_of(r.first)] += 1
        elif r.kind in "WTAS":
            counts["S" if r.kind == "S" else "W", place_of(paths[r.handle])] += 1
        elif r.kind in "NLUM":
            path = bytes(r.second).decode() or r.first
            counts["N", place_of(path)] += 1
    return {key: n for key, n in counts.items() if key[1]}


class Fault(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = cast.Daemon(institutions=[cast.HOSPITAL3, cast.CLINIC, cast.PHARMACY],
                                 extra=CONFIG)
        cls.folder = cls.daemon.data.parent
        cls.folder.mkdir()
        cls.good = {name: cls.daemon.root / f"good-{name}" for name in ("empty", "full")}
        cls.good["empty"].mkdir()
        cls.big = [line(f"{n:030d}", cast.DRUG_B, "1.00", medins_list_codg="医" * 50,
                        medins_list_name="药" * 50, rxno="9" * 30) for n in range(BIG_LINES)]
        cls.daemon.start()
        cast.load(cls.daemon)
        segment = next((cls.daemon.data / "ledger").glob("0*.seg"))
        with Terminal(cls.daemon, cast.CLINIC) as t:
            while len(segment.read_bytes().rstrip(b"\0")) + BIG_FREE < SEGMENT_BYTES:
                assert t.call(cls.bill(t, cls.big))[1].outcome == DONE
        assert cls.daemon.stop() == 0
        cls.copy(cls.folder, cls.good["full"])
        # So that one has to be made, and is needed soon.
        for spare in (cls.good["full"] / cls.daemon.data.name / "ledger").glob("spare*"):
            spare.unlink()
        cls.broken = cls.daemon.root / "broken"
        cls.trace = cls.daemon.root / "trace"

    @classmethod
    def tearDownClass(cls):
        cls.daemon.destroy()

    @staticmethod
    def copy(source, target):
        shutil.rmtree(target, ignore_errors=True)
        subprocess.run(["cp", "-a", "--sparse=always", source, target], check=True, timeout=60)

    @staticmethod
    def bill(t, lines=None):
        return t.request("2207", settle=settle(
            cast.RESIDENT, "11", lines or [line(1, cast.DRUG_A, "1.00")], cast.ticket()))

    def begin(self, base, **environment):
        if self.daemon.process.poll() is None:
            self.daemon.kill()
        self.copy(self.good[base], self.folder)
        self.seen_log = len(self.daemon.log_text())
        self.daemon.start(wait=False, environment={
            "LD_PRELOAD": str(SHIM), "POWER_ROOT": str(self.folder), **environment})

    def ready(self):
        """Whether it came up."""
        try:
            self.daemon.wait_ready()
        except AssertionError:
            self.assertIsNotNone(self.daemon.process.poll(), "neither ready nor gone")
            return False
        return True

    def work(self, books):
        """Claims, large ones among them, until one is not answered; the requests still owed."""
        try:
            with Terminal(self.daemon, cast.CLINIC, timeout=1.5) as t:
                for number in range(CLAIMS):
                    request = self.bill(t, self.big if number in (2, 3, 4) else None)
                    books.note_sent(request)
                    t.send(request)
                    envelope, reply = t.receive()
                    if reply.outcome == RETRY:
                        self.assertTrue(reply.errors)
                        self.retries[cast.NAMES[reply.errors[0].code]] += 1
                        self.assertGreater(envelope.retry_after_ms, 0)
                        return
                    self.assertEqual(reply.outcome, DONE, reply.errors)
                    books.note_answer(envelope, reply)
                    time.sleep(PAUSE)
        except TimeoutError:
            self.answers_retry(books)
        except (OSError, Closed):
            return

    def answers_retry(self, books):
        """A bill waits for room: the next one is told so, unless the daemon stops meanwhile."""
        try:
            with Terminal(self.daemon, cast.CLINIC, timeout=10) as t:
                request = self.bill(t)
                books.note_sent(request)
                envelope, reply = t.call(request)
        except TimeoutError:
            self.assertTrue(self.ended(), "neither an answer nor an end")
        except (OSError, Closed):
            return
        else:
            if reply.outcome == RETRY:
                self.retries[cast.NAMES[reply.errors[0].code]] += 1
            else:
                books.note_answer(envelope, reply)

    def ended(self):
        """Whether it has stopped by itself, and then that it said why."""
        try:
            status = self.daemon.process.wait(0.5)
        except subprocess.TimeoutExpired:
            return False
        log = self.daemon.log_text()[self.seen_log:]
        self.assertIn(status, (69, 70, 75), log[-2000:])
        self.assertIn("level=error", log)
        return True

    def comes_back(self, books):
        """Without the cause: what is owed is settled, by a repeat, within PATIENCE."""
        until = time.monotonic() + PATIENCE
        owed = [m for m in books.sent if m not in books.answered]
        while owed:
            self.assertLess(time.monotonic(), until, "it does not come back")
            if self.daemon.process.poll() is not None:
                self.restarts += 1
                self.daemon.start()
            try:
                with Terminal(self.daemon, cast.CLINIC, timeout=PATIENCE) as t:
                    envelope, reply = t.call(books.sent[owed[0]])
            except (OSError, Closed):
                time.sleep(0.05)
                continue
            if reply.outcome == RETRY:
                time.sleep(0.1)
                continue
            self.assertEqual(reply.outcome, DONE, reply.errors)
            books.note_answer(envelope, reply)
            owed.pop(0)

    def one(self, base, kind, place, k, error, lasting):
        """One fault; what came of it."""
        books = Books()
        self.broken.touch()
        failing = {"POWER_FAIL_AT": str(k), "POWER_FAIL_ERROR": str(error), "POWER_FAIL_KIND": kind,
                   "POWER_FAIL_MATCH": place}
        if lasting:
            failing["POWER_FAIL_WHILE"] = str(self.broken)
        self.begin(base, **failing)
        up = self.ready()
        if up and base == "empty":
            up = self.load(check=False)
        if up:
            self.work(books)
        gone = self.ended()
        if not up:
            self.assertTrue(gone or base == "empty")
        self.broken.unlink()
        if gone:
            self.daemon.start()
        if base == "empty":
            self.load()
        with Terminal(self.daemon, cast.CLINIC) as t:
            books.note_sent(self.bill(t))
        self.comes_back(books)
        self.daemon.kill()
        self.daemon.start()
        self.assertEqual(books.compare(self.daemon, self), len(books.sent))
        self.assertEqual(self.daemon.stop(), 0)
        self.daemon.verify()
        return "stopped" if gone else "served on"

    def load(self, check=True):
        """The operator's first steps, tried again while the daemon says retry or is gone."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                cast.load(self.daemon)
                return True
            except AssertionError:
                if not check:
                    return False
                self.assertLess(time.monotonic(), until, self.daemon.log_text()[-2000:])
                if self.daemon.process.poll() is not None:
                    self.restarts += 1
                    self.daemon.start()

    @staticmethod
    def each(choice, every):
        """Every k once, what fails it taking turns."""
        by_place = collections.defaultdict(list)
        for fault in every:
            by_place[fault[:3]].append(fault)
        chosen = []
        for faults in by_place.values():
            ks = list(range(1, faults[-1][3] + 1))
            if len(ks) > MANY:
                ks = ks[:ENDS] + sorted(choice.sample(ks[ENDS:-ENDS], ENDS)) + ks[-ENDS:]
            turn = choice.randrange(4)
            chosen += [faults[4 * (k - 1) + (k + turn) % 4] for k in ks]
        return chosen

    def plan(self, choice):
        """(base, kind, place, k, error, lasting), all or some of all."""
        every = []
        for base in self.good:
            self.trace.unlink(missing_ok=True)
            self.begin(base, POWER_TRACE=str(self.trace))
            self.assertTrue(self.ready())
            if base == "empty":
                self.load()
            self.work(Books())
            self.daemon.kill()
            for (kind, place), n in sorted(met(self.trace).items()):
                every += [(base, kind, place, k, error, lasting) for k in range(1, n + 1)
                          for error in (errno.ENOSPC, errno.EIO) for lasting in (False, True)]
        if ROUNDS == "all":
            return every
        if ROUNDS == "each":
            return self.each(choice, every)
        # The one whose outcome is retry is never left out.
        chosen = [("full", "W", "/ledger/spare", 1, errno.ENOSPC, True)]
        places = sorted({x[:3] for x in every})
        choice.shuffle(places)
        while len(chosen) < int(ROUNDS):
            place = places[len(chosen) % len(places)]
            chosen.append(choice.choice([x for x in every if x[:3] == place]))
        return chosen

    def test_every_call_may_fail(self):
        self.retries, self.restarts = collections.Counter(), 0
        outcomes = collections.Counter()
        plan = self.plan(random.Random(SEED))
        for fault in plan:
            with self.subTest(fault=fault, seed=SEED):
                outcomes[self.one(*fault)] += 1
        print(f"faults {len(plan)} {dict(outcomes)} retries {dict(self.retries)} restarts "
              f"{self.restarts}", flush=True)
        self.assertGreater(sum(outcomes.values()), 0)


if __name__ == "__main__":
    unittest.main()
