"""Bits that rot while nobody looks: a ledger that is damaged is refused and left as it is; LMDB, which
is a view, is made anew; neither ever costs an answer that was given."""
import os
import random
import re
import shutil
import time
import unittest

import cast
from daemon import COPAYD, run
from terminal import DONE, Closed, Terminal, line, settle

SEED = int(os.environ.get("COPAY_DAMAGE_SEED", "1"))
FLIPS = int(os.environ.get("COPAY_DAMAGE_FLIPS", "6"))
CLAIMS = 12


class Damage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = cast.ready_daemon(
            extra="store: {checkpoint_seconds: 1}\nledger: {segment_mib: 32}")
        cls.answers = {}
        with Terminal(cls.daemon, cast.CLINIC) as t:
            for _ in range(CLAIMS):
                request = t.request("2207", settle=settle(
                    cast.RESIDENT, "11", [line(1, cast.DRUG_A, "1.00")], cast.ticket()))
                envelope, reply = t.call(request)
                assert reply.outcome == DONE, reply.errors
                cls.answers[request.msgid] = request, envelope.body
        until = time.monotonic() + 30
        while not cls.written() and time.monotonic() < until:
            time.sleep(0.2)
        assert cls.written()
        assert cls.daemon.stop() == 0
        cls.good = cls.daemon.root / "good"
        shutil.copytree(cls.daemon.data, cls.good)
        cls.segment = next(p.name for p in (cls.good / "ledger").iterdir()
                           if p.suffix == ".seg" and p.name != "spare.seg")
        cls.used = len((cls.good / "ledger" / cls.segment).read_bytes().rstrip(b"\0"))

    @classmethod
    def tearDownClass(cls):
        cls.daemon.destroy()

    @classmethod
    def written(cls):
        """All that is applied is in LMDB, and the next segment is ready."""
        found = re.search(r"applied (\d+), durable (\d+), in LMDB (\d+)",
                          cls.daemon.ctl("status").stdout)
        return (bool(found) and len(set(found.groups())) == 1 and
                (cls.daemon.data / "ledger" / "spare.seg").exists())

    def setUp(self):
        self.choice = random.Random(SEED)
        self.restore()

    def restore(self):
        if self.daemon.process.poll() is None:
            self.daemon.kill()
        shutil.rmtree(self.daemon.data)
        shutil.copytree(self.good, self.daemon.data)

    def change(self, name, offset, data=None):
        """Writes `data`, or flips one bit."""
        with open(self.daemon.data / name, "r+b") as file:
            file.seek(offset)
            old = file.read(1)
            file.seek(offset)
            file.write(data or bytes([old[0] ^ 1 << self.choice.randrange(8)]))

    def refused(self, event, segment=None):
        """Refuses to start, naming the place, and changes nothing."""
        path = self.daemon.data / "ledger" / (segment or self.segment)
        before = path.read_bytes() if path.is_file() else None
        self.daemon.write_config()
        start = run(COPAYD, "--config", self.daemon.root / "copayd.yaml", check=False)
        self.assertEqual(start.returncode, 69, start.stderr)
        self.assertIn(f"event={event}", start.stderr)
        if event == "ledger_refused":
            self.assertRegex(start.stderr, r"segment=\S+ offset=\d+ sequence=\d+ text=\"\w+")
        if before is not None:
            self.assertTrue(before == path.read_bytes(), "it was changed")

    def ask_all(self):
        with Terminal(self.daemon, cast.CLINIC) as t:
            for request, body in self.answers.values():
                self.assertEqual(t.call(request)[0].body, body)

    def same_answers(self):
        self.daemon.start()
        try:
            self.ask_all()
        except Closed:
            # Found while it served: it says so, ends, and its service starts it again.
            self.assertEqual(self.daemon.process.wait(30), 75)
            self.daemon.start()
            self.ask_all()
        self.assertEqual(self.daemon.stop(), 0)
        self.daemon.verify()

    def test_a_bit_of_the_ledger(self):
        name = f"ledger/{self.segment}"
        for _ in range(FLIPS):
            self.restore()
            # Inside the words between a group's header and its end; what pads a record is nothing.
            offset = self.choice.randrange(4096, self.used - 8) & ~7
            self.change(name, offset, b"\xa5\x5a\xa5\x5a\xa5\x5a\xa5\x5a")
            with self.subTest(offset=offset):
                self.refused("ledger_refused")

    def test_the_last_group_when_lmdb_has_seen_it(self):
        """It reads like a torn write; cutting it would cost an answer."""
        self.change(f"ledger/{self.segment}", self.used - 100, b"\xa5" * 8)
        self.refused("ledger_refused")

    def test_files_cut_or_gone(self):
        path = self.daemon.data / "ledger" / self.segment
        for size in (self.used, self.used // 2, 4096, 100, 0, 64 << 20):
            self.restore()
            os.truncate(path, size)
            with self.subTest(size=size):
                self.refused("ledger_refused")
        self.restore()
        path.unlink()
        self.refused("ledger_refused", "epoch")
        # Even with everything gone that could tell, but the key.
        shutil.rmtree(self.daemon.data / "ledger")
        self.refused("ledger_gone")
        shutil.rmtree(self.daemon.data / "lmdb")
        self.refused("ledger_gone")
        for name, event in (("salt.key", "salt_key_refused"), ("ledger/epoch", "ledger_refused")):
            self.restore()
            os.truncate(self.daemon.data / name, 5)
            with self.subTest(name):
                self.refused(event, "epoch")
        self.restore()
        (self.daemon.data / "salt.key").unlink()
        self.refused("salt_key_refused")
        self.assertFalse((self.daemon.data / "salt.key").exists())

    def test_what_can_be_made_again(self):
        for name in ("lmdb", "ledger/epoch", "ledger/spare.seg"):
            self.restore()
            path = self.daemon.data / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
            with self.subTest(name):
                self.same_answers()

    def test_bits_of_lmdb(self):
        size = (self.good / "lmdb" / "data.mdb").stat().st_size
        for number in range(FLIPS):
            self.restore()
            for _ in range(self.choice.choice([1, 4, 64])):
                self.change("lmdb/data.mdb", self.choice.randrange(size))
            with self.subTest(number=number):
                self.same_answers()

    def test_lengths_of_lmdb_that_lead_out_of_the_file(self):
        """A node's length is believed by LMDB itself, and behind the file's end there is no page."""
        whole = (self.good / "lmdb" / "data.mdb").read_bytes()
        keys = b"|".join(re.escape(b"M" + msgid.encode()) for msgid in self.answers)
        for high in (b"\x01\x00", b"\xff\x0f", b"\xff\xff"):
            self.restore()
            spoilt = 0
            # Before a key: its value's length, low and high half, flags, and the key's own length.
            for found in re.finditer(keys, whole):
                if whole[found.start() - 2] == len(found.group()):
                    self.change("lmdb/data.mdb", found.start() - 6, high)
                    spoilt += 1
            self.assertGreater(spoilt, 0)
            with self.subTest(high=high):
                seen = len(self.daemon.log_text())
                self.same_answers()
                self.assertIn("event=store_rebuild", self.daemon.log_text()[seen:])

    def test_junk_behind_the_end(self):
        self.change(f"ledger/{self.segment}", self.used + 4096, os.urandom(64))
        self.same_answers()

    def test_another_regions_folder(self):
        other = self.daemon.root / "other"
        (other / "439900").parent.mkdir()
        shutil.copytree(self.daemon.data, other / "439900")
        self.daemon.write_config()
        config = self.daemon.root / "copayd.yaml"
        text = config.read_text(encoding="utf-8")
        wrong = self.daemon.root / "wrong.yaml"
        wrong.write_text(text.replace('"431000"', '"439900"').replace(
            f"data: {self.daemon.data.parent}", f"data: {other}"), encoding="utf-8")
        start = run(COPAYD, "--config", wrong, check=False)
        self.assertEqual(start.returncode, 69)
        self.assertIn("belongs to another region", start.stderr)


if __name__ == "__main__":
    unittest.main()
