"""A ledger on two disks, with the real daemon: both folders hold the same bytes; either may be lost
and every acknowledged answer lives; a disk that is not mounted is not taken for a new one; another
history, damage and a sync that fails are named.

COPAY_MIRROR_ROUNDS and COPAY_MIRROR_SEED make a long run of the kills."""
import os
import shutil
import unittest

import cast
import proof
import suite_rebuild
from daemon import BUILD, COPAYCTL, REGION, run
from suite_rebuild import flip, purchase
from terminal import DONE, Closed, Terminal

ROUNDS = int(os.environ.get("COPAY_MIRROR_ROUNDS", "3"))
SHIM = BUILD / "tests" / "crash" / "libdiskshim.so"
REFUSED = 69
LEDGER = 70


def unsigned(segment):
    """Its bytes without any signature."""
    content = bytearray(segment.read_bytes())
    for at, _ in proof.groups(content):
        content[at + proof.HASHED:at + 252] = bytes(252 - proof.HASHED)
    return content


class Mirror(suite_rebuild.Base):
    def setUp(self):
        super().setUp()
        self.daemon.stop()
        self.folder_of_all = self.daemon.root / "second-disk"
        self.folder_of_all.mkdir()
        self.daemon.extra += f"\nledger: {{mirror: {self.folder_of_all}, segment_mib: 32}}"
        self.mirror = self.folder_of_all / REGION / "ledger"
        self.primary = self.daemon.data / "ledger"
        self.daemon.start()

    def assert_same(self):
        """Segments byte for byte, and the epoch; spares are of no consequence. Signatures aside: a
        kill between the two writes of one leaves it on one side, and the next covers the same."""
        def held(folder):
            return {p.name: p.read_bytes() if p.name == "epoch" else unsigned(p)
                    for p in folder.iterdir()
                    if p.suffix == ".seg" and p.name.startswith("0") or p.name == "epoch"}
        primary, mirror = held(self.primary), held(self.mirror)
        self.assertEqual(sorted(primary), sorted(mirror))
        for name, content in primary.items():
            self.assertTrue(content == mirror[name], name)
        self.assertGreater(len(primary), 1)

    def stopped(self):
        self.assertEqual(self.daemon.stop(), 0)
        self.assert_same()

    def refused(self, *words, environment=None):
        begun = len(self.daemon.log_text())
        self.daemon.start(wait=False, environment=environment)
        self.assertEqual(self.daemon.process.wait(60), REFUSED)
        text = self.daemon.log_text()[begun:]
        for word in words:
            self.assertIn(word, text)

    def test_killed_at_random_then_the_same(self):
        for number in range(ROUNDS):
            with self.subTest(round=number):
                tills = self.load(self.choice.random() * 0.8 + 0.1)
                self.rest(tills)
                self.daemon.start()
                self.check_books()
                self.stopped()
                self.daemon.start()
        self.daemon.verify()
        verified = run(COPAYCTL, "--region", REGION, "verify", self.mirror.parent, check=False)
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)

    def test_a_lost_mirror_is_filled_when_an_operator_says_so(self):
        self.rest(self.load(0.5))
        shutil.rmtree(self.mirror)
        self.refused("mirror_missing", "mirror.new")
        self.assertFalse(self.mirror.exists())
        (self.daemon.data / "mirror.new").touch()
        self.daemon.start()
        self.check_books()
        self.assertFalse((self.daemon.data / "mirror.new").exists())
        self.stopped()
        # It counted once.
        shutil.rmtree(self.mirror)
        self.refused("mirror_missing")

    def test_a_disk_that_is_not_mounted_is_refused(self):
        self.rest(self.load(0.3))
        mounted = self.daemon.root / "unmounted"
        self.folder_of_all.rename(mounted)
        self.refused("mirror_refused")  # not even a mount point
        self.folder_of_all.mkdir()
        self.refused("mirror_missing")
        self.assertEqual(list(self.folder_of_all.iterdir()), [])
        self.folder_of_all.rmdir()
        mounted.rename(self.folder_of_all)
        self.daemon.start()
        self.check_books()
        self.stopped()
        # Taken out of the configuration the mirror is forgotten, and a later one is new.
        extra = self.daemon.extra
        self.daemon.extra = extra[:extra.rindex("\nledger:")]
        self.daemon.start()
        self.assertEqual(self.daemon.stop(), 0)
        self.assertFalse((self.daemon.data / "mirrored").exists())
        shutil.rmtree(self.folder_of_all / REGION)
        self.daemon.extra = extra
        self.daemon.start()
        self.stopped()

    def test_a_lost_primary_comes_back_from_the_mirror(self):
        self.rest(self.load(0.6))
        lost = self.daemon.root / "lost"
        self.daemon.data.rename(lost)
        self.daemon.data.mkdir(mode=0o700)
        shutil.copy(lost / "salt.key", self.daemon.data)
        shutil.copytree(lost / "keys", self.daemon.data / "keys")
        self.daemon.start()
        # Per msgid, repeats byte for byte, and the money.
        self.check_books()
        self.rest(self.load(0.3))
        self.daemon.start()
        self.check_books()
        self.stopped()
        self.daemon.verify()

    def test_a_restored_backup_is_brought_up_by_the_mirror(self):
        self.make_key()
        self.rest(self.load(0.3))
        self.backup()
        self.daemon.start()
        self.rest(self.load(0.3))
        shutil.rmtree(self.daemon.data)
        run(COPAYCTL, "restore", self.folder, self.daemon.data, "--key", self.key)
        self.daemon.start()
        self.check_books()  # also what came after the backup
        self.assertEqual(self.daemon.stop(), 0)
        # A signature that was written after the backup is in the mirror alone: it is no part of
        # what was answered, and the next one covers its group too.
        for path in self.primary.glob("0*.seg"):
            self.assertTrue(unsigned(path) == unsigned(self.mirror / path.name), path.name)
        for folder in (self.primary.parent, self.mirror.parent):
            self.assertEqual(run(COPAYCTL, "verify", folder, check=False).returncode, 0, folder)

    def test_another_history_is_refused_by_name(self):
        self.assertEqual(self.daemon.stop(), 0)
        earlier = self.daemon.root / "earlier"
        shutil.copytree(self.mirror, earlier)
        for _ in range(2):  # each goes on by itself
            extra = self.daemon.extra
            self.daemon.extra = extra[:extra.rindex("\nledger:")]
            self.daemon.start()
            with Terminal(self.daemon, cast.PHARMACY) as t:
                self.assertEqual(t.call(purchase(t))[1].outcome, DONE)
            self.daemon.stop()
            self.daemon.extra = extra
            if (self.daemon.root / "branch").exists():
                break
            shutil.copytree(self.primary, self.daemon.root / "branch")
            shutil.rmtree(self.primary)
            shutil.copytree(earlier, self.primary)
            shutil.rmtree(self.daemon.data / "lmdb")
        shutil.rmtree(self.mirror)
        shutil.copytree(self.daemon.root / "branch", self.mirror)
        self.refused("ledger_refused", "primary and mirror hold different ledgers")

    def test_damage_is_named_on_its_side(self):
        self.rest(self.load(0.3))
        self.daemon.start()
        self.assertEqual(self.daemon.stop(), 0)
        segment = min(self.mirror.glob("0*.seg"))
        flip(segment, 6000)
        self.refused("ledger_refused", "segment=mirror/")
        # As copayd(8) has it.
        self.mirror.rename(self.daemon.root / "damaged")
        (self.daemon.data / "mirror.new").touch()
        self.daemon.start()
        self.check_books()
        self.stopped()

    def test_a_sync_that_fails_ends_the_daemon(self):
        self.assertEqual(self.daemon.stop(), 0)
        fail = self.daemon.root / "fail"
        self.daemon.start(environment={"LD_PRELOAD": str(SHIM), "SHIM_MATCH": "second-disk",
                                       "SHIM_FAIL": str(fail)})
        tills = self.load(0.3)
        fail.touch()
        self.assertEqual(self.daemon.process.wait(60), LEDGER)
        for till in tills:
            till.finish()
        self.assertIn("mirror_failed", self.daemon.log_text())
        with self.assertRaises((Closed, OSError)):
            with Terminal(self.daemon, cast.PHARMACY) as t:
                t.call(purchase(t))
        fail.unlink()
        self.daemon.start()
        self.check_books()
        self.stopped()


if __name__ == "__main__":
    unittest.main()
