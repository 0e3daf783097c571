"""Power cuts, on the release build under powershim.c: generation after generation the daemon works
while everything it does to its folder is traced; then, for places all over the trace, power.py builds
the disks that a cut there can leave. The daemon must start on each, with every answer that had left
it by then, byte for byte; what had no answer is done once or not at all; the ledger verifies. The
next generation goes on from one of these disks, its recovery traced like the rest.

The same with a mirror; then one of the two disks may be gone for good as well.

A generation may be killed or see a sync fail half-way and start again on what the page cache shows.

COPAY_POWER_ROUNDS (generations), COPAY_POWER_IMAGES (disks of each) and COPAY_POWER_SEED make a long
run of it. What a seed reproduces: what each till sends, with how many in flight; whether a generation
is killed or which of its syncs fails; and, for a given trace, the places of the cuts and every byte
of the disks. It does not reproduce the trace, in which threads and the scheduler have their say. So
a failure keeps the trace, the folder before it and the disk, and says by which words power.py makes
that very disk again."""
import collections
import errno
import os
import pathlib
import random
import shutil
import struct
import subprocess
import tempfile
import time
import unittest

import cast
import copay_pb2 as pb
import power
from daemon import BUILD
from terminal import TERMINAL, Closed, Terminal, line, settle
from tills import INSTITUTIONS, Till, TillBooks, ask, balances, check_money, compare

SHIM = BUILD / "tests" / "crash" / "libpowershim.so"
ROUNDS = int(os.environ.get("COPAY_POWER_ROUNDS", "3"))
IMAGES = int(os.environ.get("COPAY_POWER_IMAGES", "7"))
SEED = int(os.environ.get("COPAY_POWER_SEED", "1"))
SYNC_US = "300"
CONFIG = """
store: {{checkpoint_seconds: 1, checkpoint_keys: 1000}}
ledger: {{segment_mib: 32{}}}
"""
MESSAGES = 100  # of one till in one generation
OLDER_SAMPLE = 8
VERIFIED = 0.4  # of the disks, with copayctl verify
SEGMENT_BYTES = 32 << 20
# Of a bill of the largest kind, request and reply; so many stay free when a segment is filled ahead.
BIG_LINES, BIG_FREE = 5000, 3 << 20


class Streams:
    """The answers that left, from the traced streams of all connections."""

    def __init__(self):
        self.parts = {}

    def feed(self, r):
        key = r.handle[0], r.a
        if r.kind == "F":
            self.parts.pop(key, None)
            return
        data = self.parts.get(key, b"") + bytes(r.second)
        while len(data) >= 6:
            length, schema, _ = struct.unpack_from(">IBB", data)
            if len(data) < 4 + length:
                break
            if schema == TERMINAL:
                envelope = pb.ReplyEnvelope.FromString(data[6:4 + length])
                yield envelope, pb.Reply.FromString(envelope.body)
            data = data[4 + length:]
        self.parts[key] = data


class History:
    mirrored = False

    def setUp(self):
        self.daemon = cast.Daemon(institutions=INSTITUTIONS)
        mirror = self.daemon.data.parent / "mirror"
        self.daemon.extra = CONFIG.format(f", mirror: {mirror}" if self.mirrored else "")
        self.folder = self.daemon.data.parent
        self.folder.mkdir()
        self.start_folder = self.daemon.root / "before"
        mirror.mkdir()
        self.trace = self.daemon.root / "trace"
        self.trace.touch()
        self.loaded = 0       # trace size when the operator had been told that all is loaded
        self.complete = False  # whether that was so before the trace began
        self.opening = None
        self.books = TillBooks(self, self.traced)
        self.counts = collections.Counter()

    def tearDown(self):
        self.daemon.destroy()

    def traced(self):
        return self.trace.stat().st_size

    def start(self, **more):
        environment = {"LD_PRELOAD": str(SHIM), "POWER_ROOT": str(self.folder),
                       "POWER_TRACE": str(self.trace), "POWER_SYNC_US": SYNC_US}
        self.daemon.start(environment={**environment, **more})

    # A generation.

    def load(self):
        """The operator's work at the first start, until it is acknowledged."""
        cast.load(self.daemon)
        self.opening = balances(self.daemon)

    def fill_segment(self):
        """Before the trace begins: the segment gets so full that this generation needs the next."""
        self.daemon.start()
        self.big = [line(f"{n:030d}", cast.DRUG_B, "1.00", medins_list_codg="医" * 50,
                         medins_list_name="药" * 50, rxno="9" * 30) for n in range(BIG_LINES)]
        segment = max(p for p in (self.daemon.data / "ledger").glob("0*.seg"))
        with Terminal(self.daemon, cast.CLINIC) as t:
            while len(segment.read_bytes().rstrip(b"\0")) + BIG_FREE < SEGMENT_BYTES:
                self.big_bill(t)
        self.assertEqual(self.daemon.stop(), 0)

    def big_bill(self, t):
        request = t.request("2207", settle=settle(cast.RESIDENT, "11", self.big, cast.ticket()))
        self.books.note_sent(request)
        self.books.note(*t.call(request))

    def run_tills(self, choice, how):
        """Claims on several connections, to their end or the daemon's."""
        tills = [Till(self.daemon, self.books, choice.random(), choice.choice([1, 4, 16]),
                      institution, MESSAGES, pause=0.02, reuse=False)
                 for institution in choice.sample(INSTITUTIONS, 3)]
        for till in tills:
            till.start()
        try:
            if self.big:
                with Terminal(self.daemon, cast.CLINIC) as t:
                    for _ in range(5):
                        self.big_bill(t)
            if how == "kill":
                time.sleep(0.3 + 1.7 * choice.random())
                self.daemon.kill()
        except (OSError, Closed):
            if how != "fail":
                raise
        finally:
            for till in tills:
                till.finish()

    def generation(self, number, choice):
        """Traces one; returns the disk as it was before and the books as they were."""
        self.big = None
        if self.complete and number % 3 == 1:
            self.fill_segment()
        self.trace.unlink(missing_ok=True)
        self.trace.touch()
        shutil.rmtree(self.start_folder, ignore_errors=True)
        subprocess.run(["cp", "-a", "--sparse=always", self.folder, self.start_folder], check=True,
                       timeout=60)
        disk, before = power.Disk(self.folder), self.books.copy()
        self.work(choice, ("cut", choice.choice(["cut", "kill"]), "fail")[number % 3])
        self.folder.rename(self.daemon.root / "final")
        return disk, before

    def work(self, choice, how):
        fails = {"POWER_FAIL_AT": str(choice.randrange(1, 60)), "POWER_FAIL_KIND": "S",
                 "POWER_FAIL_ERROR": str(errno.EIO), "POWER_FAIL_MATCH": "/ledger/0"}
        try:
            self.start(**(fails if how == "fail" else {}))
            if not self.complete:
                self.load()
            compare(self.daemon, self.books, self.sample(choice, self.books))
            self.loaded = self.traced()
            self.run_tills(choice, how)
        except (AssertionError, OSError, Closed):
            # Which sync fails is drawn; one of the start's ends the start.
            if how != "fail" or self.daemon.process.poll() is None:
                raise
        ended = self.daemon.process.poll() is not None
        self.counts["failed syncs"] += ended and how == "fail"
        self.counts["kills"] += how == "kill"
        if ended:
            self.start()
            if not self.complete and not self.loaded:
                self.load()
                self.loaded = self.traced()
            compare(self.daemon, self.books, self.sample(choice, self.books))
        self.daemon.kill()

    def sample(self, choice, books):
        """What nobody answered, and some of the rest."""
        open_ones = [m for m in books.sent if m not in books.final]
        older = sorted(books.final)
        return sorted({*open_ones, *choice.sample(older, min(OLDER_SAMPLE, len(older)))})

    # The cuts.

    def lose_a_disk(self, choice):
        """Of two disks one may be gone for good; what the operator then does is in copayd(8)."""
        what = choice.choice(["neither", "neither", "mirror", "primary"])
        if what == "mirror":
            shutil.rmtree(self.folder / "mirror" / self.daemon.data.name / "ledger")
            (self.daemon.data / "mirror.new").touch()
        elif what == "primary":
            for name in ("ledger", "lmdb"):
                shutil.rmtree(self.daemon.data / name)
        self.counts["disks lost"] += what != "neither"

    def known(self, before, answers, end):
        """The books when the trace was so long: `answers` had left, the rest was only sent."""
        books = before.copy()
        for msgid, when in self.books.sent_at.items():
            if when <= end or msgid in before.sent:
                books.sent[msgid] = self.books.sent[msgid]
        for envelope, reply in answers:
            if reply.msgid in books.sent:
                books.note(envelope, reply)
        return books

    def check_image(self, choice, books, complete):
        """Starts on what is in the folder and compares."""
        self.counts["disks"] += 1
        self.counts["answers"] += len(books.final)
        self.counts["unanswered"] += len(books.sent) - len(books.final)
        log = self.daemon.log.stat().st_size
        self.daemon.start()
        if complete:
            # LMDB stands by its own rules; only one that was never whole is made anew.
            self.assertNotIn("event=store_rebuild", self.daemon.log_text()[log:])
        else:
            cast.load(self.daemon)
        compare(self.daemon, books, sorted(m for m in books.sent if m not in self.settled_before)
                + choice.sample(self.settled_before, min(OLDER_SAMPLE, len(self.settled_before))))
        check_money(self.daemon, books, self.opening)
        self.daemon.kill()
        if choice.random() < VERIFIED:
            self.daemon.verify()

    def keep(self, disk, key):
        kept = pathlib.Path(tempfile.mkdtemp(prefix="copayd-power-"))
        shutil.copy(self.trace, kept / "trace")
        shutil.copy(self.daemon.log, kept / "copayd.log")
        self.start_folder.rename(kept / "before")
        (kept / "root").write_text(str(self.folder), encoding="utf-8")
        disk.image(random.Random(key), kept / "image")
        return kept

    def cuts(self, number, choice, disk, before):
        """Cuts the trace at places all over; the last disk is where the next generation begins."""
        records = power.read_trace(self.trace)
        places = set(power.pick_places(choice, records, min(IMAGES, len(records))))
        whole = [p for p in places
                 if self.complete or SEED % 4 == 0 or records[p - 1].end >= self.loaded]
        goes_on = choice.choice(sorted(whole or places))
        streams, answers, following = Streams(), [], None
        self.settled_before = sorted(before.final)
        for when, r in enumerate(records, 1):
            disk.play(when, r)
            if r.kind in "RF":
                answers += streams.feed(r)
            if when not in places:
                continue
            key = f"{SEED}/{number}/{when}"
            complete = self.complete or 0 < self.loaded <= r.end
            books = self.known(before, answers, r.end)
            if when == goes_on:
                following = books.copy(), complete
                disk.image(random.Random(key), self.daemon.root / "next")
            disk.image(random.Random(key), self.folder)
            if complete and self.mirrored:
                self.lose_a_disk(random.Random(key))
            try:
                self.check_image(random.Random(key), books, complete)
            except Exception as error:
                if self.daemon.process.poll() is None:
                    self.daemon.kill()
                kept = self.keep(disk, key)
                raise AssertionError(
                    f"generation {number}, cut {when} of {len(records)}: kept in {kept}; the disk "
                    f"again: tests/crash/power.py --replay {kept}/trace {key} TO\n{error}"
                ) from error
            shutil.rmtree(self.folder)
        disk.check(path=self.daemon.root / "final")
        shutil.rmtree(self.daemon.root / "final")
        (self.daemon.root / "next").rename(self.folder)
        self.books, self.complete = following

    def cut_and_cut_again(self, rounds):
        for number in range(rounds):
            choice = random.Random(f"{SEED}/{number}/{self.mirrored}")
            begun = time.monotonic()
            disk, before = self.generation(number, choice)
            traced = time.monotonic()
            self.cuts(number, choice, disk, before)
            print(f"generation {number}: traced in {traced - begun:.1f} s, cut in "
                  f"{time.monotonic() - traced:.1f} s", flush=True)
        print(f"seed {SEED} generations {rounds} {dict(self.counts)}", flush=True)


class Power(History, unittest.TestCase):
    def test_cut_and_cut_again(self):
        self.cut_and_cut_again(ROUNDS)


class Mirrored(History, unittest.TestCase):
    mirrored = True

    def test_two_disks(self):
        self.cut_and_cut_again(max(ROUNDS - 1, 1))


if __name__ == "__main__":
    unittest.main()
