"""copayctl rebuild, backup and restore with the real binaries: LMDB made anew at random crash points
is the old one; a backup taken under load holds every answer up to its sequence and gives it back
byte for byte; what is cut, flipped, interrupted or foreign is named, and the previous backup lives.

COPAY_REBUILD_ROUNDS and COPAY_REBUILD_SEED make a long run of the crash points."""
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import time
import unittest

import cast
import proof
from daemon import BUILD, COPAYCTL, REGION, run
from terminal import DONE, Terminal, line, settle
from tills import KINDS, Till, TillBooks, balances, check_money, compare

ROUNDS = int(os.environ.get("COPAY_REBUILD_ROUNDS", "4"))
SEED = int(os.environ.get("COPAY_REBUILD_SEED", "1"))
SHIM = BUILD / "tests" / "crash" / "libdiskshim.so"


def numbers(text, word):
    """The numbers behind a word of the program's output, in order."""
    return [int(n) for n in re.findall(word + r"\D{0,3} (\d+)", text)]


def flip(path, offset):
    with open(path, "r+b") as f:
        f.seek(offset)
        byte = f.read(1)[0]
        f.seek(offset)
        f.write(bytes([byte ^ 0x10]))


def purchase(t):
    return t.request("2102", settle=settle(cast.EMPLOYEE, "41", [line(1, cast.DRUG_A, "3.00")],
                                           cast.ticket(), account=True))


class Base(unittest.TestCase):
    def setUp(self):
        self.choice = random.Random(SEED)
        self.daemon = cast.ready_daemon(
            extra="store: {checkpoint_seconds: 1, checkpoint_keys: 1000}")
        self.addCleanup(lambda: self.daemon.destroy())
        self.books = TillBooks(self)
        self.opening = balances(self.daemon)
        self.folder = self.daemon.root / "backup"
        self.key = self.daemon.root / "backup.key"

    def load(self, seconds, tills=6):
        tills = [Till(self.daemon, self.books, self.choice.random(), 8,
                      self.choice.choice(KINDS)[0]) for _ in range(tills)]
        for till in tills:
            till.start()
        time.sleep(seconds)
        return tills

    def rest(self, tills):
        """Stops the tills by stopping what they talk to."""
        self.daemon.kill()
        for till in tills:
            till.finish()

    def check_books(self):
        compare(self.daemon, self.books, sorted(self.books.sent))
        check_money(self.daemon, self.books, self.opening)

    def backup(self, *words, check=True, **more):
        return run(COPAYCTL, "backup", self.folder, "--from", self.daemon.data, "--to-key",
                   f"{self.key}.pub", *words, check=check, **more)

    def check_backup(self):
        return run(COPAYCTL, "backup", self.folder, "--check", "--key", self.key, check=False)

    def make_key(self):
        run(COPAYCTL, "backup-key", self.key)
        self.assertEqual(self.key.stat().st_mode & 0o777, 0o600)


class Rebuild(Base):
    def rebuild(self, *words):
        return run(COPAYCTL, "rebuild", self.daemon.data, *words, check=False)

    def test_equal_at_random_crash_points(self):
        for number in range(ROUNDS):
            tills = self.load(self.choice.random() * 0.6 + 0.05)
            self.rest(tills)
            with self.subTest(round=number, seed=SEED):
                done = self.rebuild("--check")
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                self.assertFalse((self.daemon.data / "lmdb.new").exists())
                if number % 2:
                    done = self.rebuild("--memory", "16")
                    self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                    # LMDB never gets a last group that nobody proved durable.
                    store, ledger = numbers(done.stdout.splitlines()[-1], "(?:sequence|ends at)")
                    self.assertLessEqual(store, ledger)
                self.daemon.start()
                self.check_books()
        self.daemon.verify()

    def cut_short(self):
        """Killed between two slices of a checkpoint; its sequence and its reach."""
        self.assertEqual(self.daemon.stop(), 0)
        # Half a dozen slices, seconds apart until half as many keys are dirty again.
        self.daemon.extra = "store: {checkpoint_seconds: 60, checkpoint_keys: 3000}"
        for number in range(5):
            self.daemon.start()
            tills = self.load(0)
            until = time.monotonic() + 60
            # Not the small one that a start begins with, which is a slice and done.
            while not re.search(r"^copayd_overlay_frozen_bytes\S* [1-9]\d{5}",
                                self.daemon.ctl("status", "--metrics").stdout, re.M):
                self.assertLess(time.monotonic(), until)
            self.rest(tills)
            copy = self.daemon.root / f"copy{number}" / REGION
            shutil.copytree(self.daemon.data, copy)
            done = run(COPAYCTL, "rebuild", "--check", copy, check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            whole = re.search(r"made whole from (\d+) to (\d+)", done.stdout)
            if whole:  # else killed before the first slice or, on a busy machine, after the last
                return int(whole.group(1)), int(whole.group(2))
        self.fail("never between two slices: " + done.stdout)

    def test_a_checkpoint_cut_short(self):
        sequence, reach = self.cut_short()
        self.assertLess(sequence, reach)
        self.daemon.start()
        self.check_books()
        self.daemon.verify()

    def test_a_ledger_that_ends_before_what_lmdb_reaches_is_refused(self):
        sequence, reach = self.cut_short()
        path = sorted((self.daemon.data / "ledger").glob("0*.seg"))[-1]
        content = path.read_bytes()
        ends = [(header.last, at) for at, header in proof.groups(content)]
        last, at = next((last, at) for last, at in ends if last >= reach)
        self.assertGreater(at, proof.BLOCK)
        with open(path, "r+b") as file:
            file.seek(at)
            file.write(bytes(len(content) - at))
        self.daemon.start(wait=False)
        self.assertEqual(self.daemon.process.wait(60), 69, self.daemon.log_text())
        self.assertIn("event=store_ahead", self.daemon.log_text())
        path.write_bytes(content)

    def test_refuses_beside_the_daemon(self):
        before = (self.daemon.data / "lmdb" / "data.mdb").stat().st_ino
        done = self.rebuild()
        self.assertEqual(done.returncode, 1)
        self.assertIn("a daemon is using it", done.stderr)
        self.assertEqual((self.daemon.data / "lmdb" / "data.mdb").stat().st_ino, before)

    def test_a_flipped_value_is_named_and_mended(self):
        self.rest(self.load(0.3))
        self.daemon.start()
        self.assertEqual(self.daemon.stop(), 0)
        data = self.daemon.data / "lmdb" / "data.mdb"
        # A person's id is followed by the person's value: wherever it stands, since pages that are
        # free keep what they held and which one is in use the file does not say plainly.
        name = b"P" + cast.EMPLOYEE.encode()
        for found in list(re.finditer(re.escape(name), data.read_bytes())):
            flip(data, found.end() + 19)
        done = self.rebuild("--check")
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"damaged [1-9]|changed [1-9]|missing [1-9]")
        self.assertRegex(done.stdout, r"第一处 first: \S+ ")
        done = self.rebuild()
        self.assertEqual(done.returncode, 1)  # done, and what was there was wrong
        self.assertTrue((self.daemon.data / "lmdb.differs").exists())
        self.assertEqual(self.rebuild("--check").returncode, 0)
        self.daemon.start()
        self.check_books()

    def test_without_an_old_one(self):
        self.rest(self.load(0.3))
        shutil.rmtree(self.daemon.data / "lmdb")
        self.assertEqual(self.rebuild().returncode, 0)
        self.daemon.start()
        self.check_books()

    def test_no_room(self):
        """LMDB writes to its lock file through a map: without blocks of its own that would be a
        SIGBUS, and a start that takes a full disk for a broken LMDB would throw that away."""
        self.rest(self.load(0.5))
        self.assertEqual(self.rebuild("--check").returncode, 0)  # no checkpoint is cut short now
        data = self.daemon.data / "lmdb" / "data.mdb"
        whole = data.read_bytes()
        full = self.daemon.root / "full"
        full.touch()
        shimmed = {"LD_PRELOAD": str(SHIM), "SHIM_FULL": str(full)}
        for match in ("/lmdb/lock.mdb", "/lmdb.new/"):
            done = run(COPAYCTL, "rebuild", self.daemon.data, "--check", check=False,
                       env={**os.environ, **shimmed, "SHIM_MATCH": match})
            self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
            self.assertIn("no space left", done.stderr)
            self.assertEqual(data.read_bytes(), whole)
            self.assertFalse((self.daemon.data / "lmdb.new").exists())
        self.daemon.start({**shimmed, "SHIM_MATCH": "/lmdb/lock.mdb"}, wait=False)
        self.assertEqual(self.daemon.process.wait(60), 69)
        self.assertIn('error="no space left" lmdb="No space left on device"',
                      self.daemon.log_text())
        self.assertEqual(data.read_bytes(), whole)
        full.unlink()
        self.assertEqual(self.rebuild("--check").returncode, 0)
        self.daemon.start()
        self.check_books()

    def test_a_start_that_folds_more_than_the_overlay_holds(self):
        """What the daemon folds goes to LMDB on the way, and only when memory asks for it."""
        durable = re.compile(r"applied \d+, durable (\d+), in LMDB (\d+)")
        status = lambda: [int(n) for n in durable.search(self.daemon.ctl("status").stdout).groups()]
        tills = self.load(1)
        while status()[0] < 6000:
            time.sleep(0.2)
        self.rest(tills)
        for overlay, spilt in ((1, True), (64, False)):
            shutil.rmtree(self.daemon.data / "lmdb")
            self.daemon.extra = f"store: {{checkpoint_seconds: 3600, overlay_mib: {overlay}}}"
            self.daemon.start()
            folded, written = status()
            self.assertGreaterEqual(folded, 6000)
            self.assertEqual(written > 0, spilt)
            self.daemon.kill()
        self.daemon.start()
        self.check_books()

    def test_a_ledger_that_lacks_what_lmdb_has_seen_is_refused(self):
        self.rest(self.load(0.3))
        self.daemon.start()
        self.assertEqual(self.daemon.stop(), 0)
        ledger = self.daemon.data / "ledger"
        last = sorted(ledger.glob("0*.seg"))[-1]
        whole = last.read_bytes()
        groups = [m.start() for m in re.finditer(b"CPYGROUP", whole)]
        cut = groups[len(groups) // 2]
        with open(last, "r+b") as f:
            f.seek(cut)
            f.write(bytes(len(whole) - cut))
        done = self.rebuild()
        self.assertEqual(done.returncode, 1)
        self.assertIn("LMDB has seen", done.stdout)
        last.write_bytes(whole)

    def test_killed_anywhere_leaves_a_folder_that_starts(self):
        self.rest(self.load(0.4))
        for _ in range(6):
            process = subprocess.Popen([COPAYCTL, "rebuild", self.daemon.data],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(self.choice.random() * 0.2)
            process.kill()
            process.wait(30)
        self.daemon.start()
        self.check_books()
        self.daemon.stop()
        self.assertEqual(self.rebuild("--check").returncode, 0)


class Backup(Base):
    def setUp(self):
        super().setUp()
        self.make_key()

    def end(self, text):
        return numbers(text, "sequence")[0]

    def restore(self, check=True):
        to = self.daemon.root / "elsewhere"
        to.mkdir(exist_ok=True)
        return run(COPAYCTL, "restore", self.folder, to / REGION, "--key", self.key, check=check)

    def adopt(self):
        """The daemon goes on from what was restored; what it had is gone."""
        self.daemon.kill()
        shutil.rmtree(self.daemon.data)
        (self.daemon.root / "elsewhere" / REGION).rename(self.daemon.data)
        self.daemon.start()

    def test_under_load_then_restored(self):
        tills = self.load(0.5)
        first = self.backup()
        time.sleep(0.3)
        second = self.backup()
        self.assertGreater(self.end(second.stdout), self.end(first.stdout))
        self.assertEqual(self.check_backup().returncode, 0)
        self.rest(tills)
        self.daemon.start()
        self.check_books()
        last = self.backup()
        epoch = self.epoch()
        restored = self.restore()
        self.assertIn(f"last sequence {self.end(last.stdout)}", restored.stdout)
        self.adopt()
        # As if the lost writer had opened the ledger a thousand times since.
        self.assertGreater(self.epoch(), epoch + 1000)
        # Every acknowledged answer, byte for byte, and the money with them.
        self.check_books()
        more = self.load(0.3)
        self.rest(more)
        self.daemon.start()
        self.check_books()
        self.daemon.verify()

    def epoch(self):
        stored = (self.daemon.data / "ledger" / "epoch").read_bytes()
        return int.from_bytes(stored[16:24], "little")

    def test_an_older_state_repeats_what_it_holds_and_says_what_is_lost(self):
        with Terminal(self.daemon, cast.PHARMACY) as t:
            old = purchase(t)
            old_answer, reply = t.call(old)
            self.assertEqual(reply.outcome, DONE, reply.errors)
        end = self.end(self.backup().stdout)
        with Terminal(self.daemon, cast.PHARMACY) as t:
            new = purchase(t)
            new_answer, reply = t.call(new)
            self.assertEqual(reply.outcome, DONE, reply.errors)
        self.assertIn(f"answers after sequence {end} are lost", self.restore().stdout)
        self.adopt()
        with Terminal(self.daemon, cast.PHARMACY) as t:
            again, _ = t.call(old)
            self.assertTrue(again.repeated)
            self.assertEqual(again.body, old_answer.body)
            # Unknown again: the terminal sends it once more, and it is settled.
            again, reply = t.call(new)
            self.assertFalse(again.repeated)
            self.assertEqual(reply.outcome, DONE, reply.errors)

    def test_only_what_is_new_is_written(self):
        tills = self.load(0.3)
        self.rest(tills)
        self.daemon.start()
        self.backup()
        time.sleep(2.5)  # what was written less than two seconds ago may be written again unseen
        self.assertGreater(numbers(self.backup().stdout, "bytes written")[0], 100000)
        idle = self.backup().stdout
        self.assertEqual(numbers(idle, "kept"), [1])
        self.assertLess(numbers(idle, "bytes written")[0], 4096)
        self.assertEqual(self.check_backup().returncode, 0)

    def test_killed_in_the_middle(self):
        tills = self.load(0.3)
        end = self.end(self.backup().stdout)
        for _ in range(8):
            process = subprocess.Popen(
                [COPAYCTL, "backup", self.folder, "--from", self.daemon.data, "--to-key",
                 f"{self.key}.pub"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(self.choice.random() * 0.03)
            process.kill()
            process.wait(30)
            done = self.check_backup()
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertGreaterEqual(self.end(done.stdout), end)
        self.backup()
        self.rest(tills)
        names = {p.name for p in self.folder.iterdir()}
        text = (self.folder / "manifest").read_text(encoding="utf-8")
        for name in names - {"manifest", "lock", "manifest.tmp"}:
            self.assertIn(name, text)  # nothing is left behind

    def test_no_room(self):
        end = self.end(self.backup().stdout)
        self.rest(self.load(0.3))
        self.daemon.start()

        def small():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))

        done = self.backup(check=False, preexec_fn=small)
        self.assertEqual(done.returncode, 3)
        self.assertIn("no space left", done.stderr)
        done = self.check_backup()
        self.assertEqual((done.returncode, self.end(done.stdout)), (0, end))

    def test_spoilt_files_are_named(self):
        self.rest(self.load(0.2))
        self.backup()
        for path in sorted(self.folder.iterdir()):
            if path.name == "lock":
                continue
            whole = path.read_bytes()
            offsets = [0, 60, len(whole) // 2, len(whole) - 1]
            for offset in sorted({o for o in offsets if 0 <= o < len(whole)}):
                flip(path, offset)
                self.named(path)
                path.write_bytes(whole)
            for size in (0, 50, len(whole) - 1):
                path.write_bytes(whole[:size])
                self.named(path)
            path.unlink()
            done = self.check_backup()
            self.assertNotEqual(done.returncode, 0, path)
            self.assertIn(path.name, done.stderr)
            path.write_bytes(whole)
        self.assertEqual(self.check_backup().returncode, 0)

    def named(self, path):
        done = self.check_backup()
        self.assertEqual(done.returncode, 1, path)
        self.assertIn(path.name, done.stderr)
        self.assertEqual(self.restore(check=False).returncode, 1)
        self.assertFalse((self.daemon.root / "elsewhere" / REGION).exists())

    def test_nothing_is_overwritten_and_nobody_elses_key_opens(self):
        self.backup()
        self.restore()
        done = self.restore(check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("is not empty", done.stderr)
        other = self.daemon.root / "other.key"
        run(COPAYCTL, "backup-key", other)
        done = run(COPAYCTL, "backup", self.folder, "--check", "--key", other, check=False)
        self.assertEqual(done.returncode, 1)
        # Without a key only the files' hashes are looked at.
        done = run(COPAYCTL, "backup", self.folder, "--check")
        self.assertIn("nothing was decrypted", done.stdout)

    def test_no_person_in_the_clear(self):
        self.rest(self.load(0.2))
        self.backup()
        for path in self.folder.iterdir():
            whole = path.read_bytes()
            for psn_no in cast.EVERYONE:
                self.assertNotIn(psn_no.encode(), whole)
        ledger = b"".join(p.read_bytes() for p in (self.daemon.data / "ledger").glob("0*.seg"))
        self.assertIn(cast.EMPLOYEE.encode(), ledger)

    def test_another_history_does_not_replace_a_backup(self):
        self.backup()
        self.restore()
        self.rest(self.load(0.2))
        self.daemon.start()
        self.backup()
        end = self.end(self.check_backup().stdout)
        self.adopt()  # the older state
        self.rest(self.load(0.3))
        done = self.backup(check=False)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("use another folder", done.stderr)
        self.assertEqual(self.end(self.check_backup().stdout), end)


if __name__ == "__main__":
    unittest.main()
