"""The power-cut model itself (powershim.c and power.py), on a toy that keeps a file and a head in a
folder: what is synced as it should be survives every cut, and each way to forget a sync is caught."""
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import unittest

import power
from daemon import BUILD

SHIM = BUILD / "tests" / "crash" / "libpowershim.so"
SEED = int(os.environ.get("COPAY_POWER_SEED", "1"))
SIZE = 700  # no sector's multiple
ROUNDS = 6
IMAGES = 150

# Writes records to "log" and, after each, its number to "head" by a rename; answers every number.
TOY = r"""
import ctypes, errno, os, struct, sys
way, root, rounds, size = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
shim = ctypes.CDLL(None)

def sync(call, fd):
    try:
        call(fd)
    except OSError as error:
        assert error.errno == errno.EIO
        if way == "failed-sync-again":
            call(fd)
            return
        if way == "failed-sync-written-again":
            os.pwrite(fd, os.pread(os.open(root + "/log", os.O_RDONLY), size, written), written)
            call(fd)
            return
        os._exit(0)

def answer(n):
    shim.powershim_answer(struct.pack("<I", n), ctypes.c_size_t(4))

os.mkdir(root + "/in")
top = os.open(root, os.O_RDONLY)
folder = os.open(root + "/in", os.O_RDONLY)
sync(os.fsync, top)
flags = os.O_CREAT | os.O_WRONLY | (os.O_DSYNC if way == "dsync" else 0)
log = os.open(root + "/log", flags, 0o600)
if way != "log-name-unsynced":
    sync(os.fsync, top)
for n in range(1, rounds + 1):
    written = (n - 1) * size
    data = struct.pack("<I", n) + bytes([n]) * (size - 4)
    if way == "vectors":
        os.pwritev(log, [data[:100], data[100:]], written)
    else:
        os.pwrite(log, data, written)
    if way == "answer-first":
        answer(n)
    if way not in ("log-unsynced", "dsync"):
        sync(os.fdatasync, log)
    head = os.open("head.tmp", os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600, dir_fd=folder)
    os.write(head, struct.pack("<I", n))
    if way != "head-unsynced":
        sync(os.fsync, head)
    os.close(head)
    os.rename("head.tmp", "head", src_dir_fd=folder, dst_dir_fd=folder)
    if way != "rename-unsynced":
        sync(os.fsync, folder)
    if way != "answer-first":
        answer(n)
"""


class Toy:
    def __init__(self, way, environment=None):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="copayd-test-"))
        self.root = self.home / "root"
        self.root.mkdir()
        self.trace = self.home / "trace"
        subprocess.run([sys.executable, "-c", TOY, way, self.root, str(ROUNDS), str(SIZE)],
                       check=True, timeout=60, env={
                           **os.environ, "LD_PRELOAD": str(SHIM), "POWER_ROOT": str(self.root),
                           "POWER_TRACE": str(self.trace), "POWER_SYNC_US": "10",
                           **(environment or {})})
        self.records = power.read_trace(self.trace)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.home)

    def fresh(self):
        before = self.home / "before"
        before.mkdir(exist_ok=True)
        disk = power.Disk(before)
        disk.path = str(self.root)
        return disk

    @staticmethod
    def sound(image, answered):
        """Whether an image holds what was answered."""
        if answered == 0:
            return True
        try:
            log = (image / "log").read_bytes()
            head = (image / "in" / "head").read_bytes()
        except FileNotFoundError:
            return False
        found = all(log[(n - 1) * SIZE:n * SIZE] == n.to_bytes(4, "little") + bytes([n]) * (SIZE - 4)
                    for n in range(1, answered + 1))
        return found and len(head) == 4 and int.from_bytes(head, "little") >= answered

    def images(self, seed, count=IMAGES):
        """Yields (image, number of answers before the cut)."""
        choice = random.Random(seed)
        places = set(power.pick_places(choice, self.records, min(count // 3, len(self.records))))
        disk, answered = self.fresh(), 0
        for when, r in enumerate(self.records, 1):
            disk.play(when, r)
            answered += r.kind == "R"
            for _ in range(3 if when in places else 0):
                image = self.home / "image"
                disk.image(choice, image)
                yield image, answered
                shutil.rmtree(image)
        disk.check()

    def lost(self, seed):
        return sum(not self.sound(image, answered) for image, answered in self.images(seed))


class Model(unittest.TestCase):
    def failing(self, kind):
        """The third sync of the log fails: top, top, then log, head and folder in turn."""
        return {"POWER_FAIL_AT": "3", "POWER_FAIL_ERROR": "5", "POWER_FAIL_KIND": kind,
                "POWER_FAIL_MATCH": "/log"}

    def test_what_is_synced_stays(self):
        for way in ("right", "vectors", "dsync"):
            with self.subTest(way), Toy(way) as toy:
                self.assertEqual(sum(r.kind == "R" for r in toy.records), ROUNDS)
                self.assertEqual(toy.lost(SEED), 0)

    def test_what_is_not_is_lost(self):
        for way in ("log-unsynced", "answer-first", "head-unsynced", "rename-unsynced",
                    "log-name-unsynced"):
            with self.subTest(way), Toy(way) as toy:
                self.assertGreater(toy.lost(SEED), 0)

    def test_a_sync_that_failed(self):
        for way, loses in (("failed-sync-again", True), ("failed-sync-written-again", False),
                           ("right", False)):
            with self.subTest(way), Toy(way, self.failing("S")) as toy:
                self.assertEqual(toy.lost(SEED) > 0, loses)

    def test_one_seed_one_disk(self):
        with Toy("right") as toy:
            def fingerprint(seed):
                return [sorted((str(p.relative_to(image)), p.is_file() and p.read_bytes())
                               for p in image.rglob("*")) for image, _ in toy.images(seed, 30)]
            self.assertEqual(fingerprint(SEED), fingerprint(SEED))
            self.assertNotEqual(fingerprint(SEED), fingerprint(SEED + 1))

    def test_a_disk_made_again_from_what_was_kept(self):
        """As suite_power.py keeps it, by the words that its failure says."""
        with Toy("right") as toy:
            place, disk = len(toy.records) * 2 // 3, toy.fresh()
            key = f"{SEED}/0/{place}"
            for when, r in enumerate(toy.records[:place], 1):
                disk.play(when, r)
            disk.image(random.Random(key), toy.home / "image")
            kept = toy.home / "kept"
            (kept / "before").mkdir(parents=True)
            shutil.copy(toy.trace, kept / "trace")
            (kept / "root").write_text(str(toy.root), encoding="utf-8")
            subprocess.run([sys.executable, power.__file__, "--replay", kept / "trace", key,
                            toy.home / "again"], check=True, timeout=60)
            image, again = ({str(p.relative_to(top)): p.is_file() and p.read_bytes()
                             for p in top.rglob("*")}
                            for top in (toy.home / "image", toy.home / "again"))
            self.assertTrue(image)
            self.assertEqual(image, again)


if __name__ == "__main__":
    unittest.main()
