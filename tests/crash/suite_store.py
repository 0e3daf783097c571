"""copayctl backup --with-lmdb: the daemon's copy of LMDB, sealed and restored. It is never ahead of
the ledger in the same backup; terminals are served meanwhile; no room, nobody's right and another's
folder are told plainly, and no copy in the clear is left behind."""
import subprocess
import time
import unittest

import cast
from daemon import BUILD, COPAYCTL, REGION, run
from suite_rebuild import Base, flip, numbers
from terminal import DONE, Terminal

SHIM = BUILD / "tests" / "crash" / "libdiskshim.so"


class Store(Base):
    def setUp(self):
        super().setUp()
        self.make_key()
        self.plain = self.daemon.data / "lmdb.copy"

    def words(self, duty="enter", folder=None):
        name = {"enter": "op99001", "audit": "op99002"}[duty]
        pki = self.daemon.pki
        return [COPAYCTL, "--connect", f"localhost:{self.daemon.port}", "--ca", pki / "ca.pem",
                "--cert", pki / f"{name}.pem", "--key", pki / f"{name}.key", "--region", REGION,
                "--timeout", "20000", "backup", folder or self.folder, "--from", self.daemon.data,
                "--to-key", f"{self.key}.pub", "--with-lmdb"]

    def with_lmdb(self, check=True, **more):
        return run(*self.words(**more), check=check)

    def nothing_in_the_clear(self):
        self.assertEqual([p.name for p in self.plain.iterdir()], ["lock"])

    def restored(self):
        to = self.daemon.root / "elsewhere"
        to.mkdir(exist_ok=True)
        return run(COPAYCTL, "restore", self.folder, to / REGION, "--key", self.key).stdout

    def adopt(self):
        self.daemon.kill()
        self.daemon.data.rename(self.daemon.root / f"lost{time.monotonic_ns()}")
        (self.daemon.root / "elsewhere" / REGION).rename(self.daemon.data)
        self.daemon.start()

    def test_under_load_then_restored(self):
        tills = self.load(1.5)  # checkpoints are a second apart
        first = self.with_lmdb().stdout
        copied = int(first.splitlines()[-1].split()[-1])
        self.assertIn("LMDB", first)
        self.assertGreater(copied, 0)
        self.assertLessEqual(copied, numbers(first, "sequence")[0])
        self.nothing_in_the_clear()
        self.assertEqual((self.plain.stat().st_mode & 0o777), 0o700)
        time.sleep(1.2)
        second = self.with_lmdb().stdout
        self.assertGreater(int(second.splitlines()[-1].split()[-1]), copied)
        self.rest(tills)
        self.daemon.start()
        self.check_books()
        # Without a new copy the one before stays, and is behind.
        last = self.backup().stdout
        self.assertIn("LMDB", last)
        self.assertEqual(self.check_backup().returncode, 0)
        self.assertIn("from the copy", self.restored())
        elsewhere = self.daemon.root / "elsewhere" / REGION
        data = elsewhere / "lmdb" / "data.mdb"
        self.assertEqual(data.stat().st_mode & 0o777, 0o600)
        self.adopt()
        self.check_books()
        self.assertEqual(self.daemon.stop(), 0)
        done = run(COPAYCTL, "rebuild", self.daemon.data, "--check", check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.daemon.start()
        self.daemon.verify()

    def test_no_person_in_the_clear_and_spoilt_copies_are_named(self):
        self.rest(self.load(1.5))
        self.daemon.start()
        self.with_lmdb()
        sealed, = self.folder.glob("store.*.sealed")
        whole = sealed.read_bytes()
        self.assertNotIn(cast.EMPLOYEE.encode(), whole)
        flip(sealed, len(whole) // 2)
        done = self.check_backup()
        self.assertEqual(done.returncode, 1)
        self.assertIn(sealed.name, done.stderr)

    def test_a_file_of_another_run_is_not_taken(self):
        self.backup()
        older, = self.folder.glob("keys.*.sealed")
        content = older.read_bytes()
        self.backup()
        newer, = self.folder.glob("keys.*.sealed")
        self.assertNotEqual(older.name, newer.name)
        self.assertEqual(newer.stat().st_size, len(content))
        newer.write_bytes(content)  # sealed for the same key, under the same label
        done = self.check_backup()
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn(newer.name, done.stderr)

    def test_no_room(self):
        end = numbers(self.backup().stdout, "sequence")[0]
        self.daemon.stop()
        full = self.daemon.root / "full"
        full.touch()
        self.daemon.start(environment={"LD_PRELOAD": str(SHIM), "SHIM_MATCH": "/lmdb.copy/data",
                                       "SHIM_FULL": str(full)})
        done = self.with_lmdb(check=False)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn("STORE_UNCOPIED", done.stdout)
        self.assertIn("no space left", done.stdout)
        self.nothing_in_the_clear()
        # The previous backup lives, and so does the daemon.
        done = self.check_backup()
        self.assertEqual((done.returncode, numbers(done.stdout, "last sequence")[0]), (0, end))
        full.unlink()
        self.assertIn("LMDB", self.with_lmdb().stdout)
        self.nothing_in_the_clear()

    def test_who_may_and_where(self):
        done = self.with_lmdb(check=False, duty="audit")
        self.assertEqual(done.returncode, 1)
        self.assertIn("NOT_AUTHORISED", done.stdout)
        self.nothing_in_the_clear()
        # Of another region's folder, or one that the daemon does not serve, no copy comes.
        self.backup()
        self.restored()
        words = self.words()
        words[words.index("--from") + 1] = self.daemon.root / "elsewhere" / REGION
        done = run(*words, check=False)
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        self.assertIn("serve another folder", done.stderr)

    def test_two_at_once_and_killed_ones(self):
        second = self.daemon.root / "second"
        running = [subprocess.Popen([str(w) for w in self.words(folder=folder)],
                                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                   for folder in (self.folder, second)]
        for process in running:
            self.assertIn(process.wait(60), (0, 3))  # 3: the other one holds the copy's lock
        self.assertIn(0, [p.returncode for p in running])
        for _ in range(6):
            process = subprocess.Popen([str(w) for w in self.words()], stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
            time.sleep(self.choice.random() * 0.05)
            process.kill()
            process.wait(30)
        self.with_lmdb()
        self.nothing_in_the_clear()
        self.assertEqual(self.check_backup().returncode, 0)
        with Terminal(self.daemon, cast.PHARMACY) as t:
            self.assertEqual(cast.person(t, cast.EMPLOYEE).outcome, DONE)

    def test_a_copy_left_in_the_clear_goes_at_the_start(self):
        self.daemon.stop()
        self.plain.mkdir(mode=0o700)
        (self.plain / "data.mdb").write_bytes(b"left")
        self.daemon.start()
        until = time.monotonic() + 20
        while (self.plain / "data.mdb").exists() and time.monotonic() < until:
            time.sleep(0.05)
        self.assertFalse((self.plain / "data.mdb").exists())


del Base

if __name__ == "__main__":
    unittest.main()
