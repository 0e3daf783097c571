"""copay-replay against the real daemon: worlds, loops, recordings, books that agree and books that
catch a lie, storms. No pass depends on how fast anything is."""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

from daemon import BUILD, COPAYCTL, COPAYD, PACK, REGION, run

REPLAY = BUILD / "tools" / "copay-replay" / "copay-replay"
MIX = ("outpatient=50,pharmacy=10,inpatient=10,presettle=10,void=5,query=5,person=5,"
       "refused=5")


def replay(*words, status=0):
    """Runs copay-replay to its end; its standard output."""
    done = run(REPLAY, *words, check=False)
    if done.returncode != status:
        raise AssertionError(f"{words} exited {done.returncode}, not {status}\n"
                             f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return done.stdout


class World:
    """A prepared folder and a copayd on it."""

    def __init__(self, members=300, institutions=40):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="copay-replay-test-"))
        self.dir = self.root / "world"
        replay("prepare", self.dir, "--base", PACK, "--members", members, "--institutions",
               institutions, "--catalogue", 800)
        self.process = None
        self.log = open(self.root / "log", "ab")
        self.start()
        digest = re.search(r"pack (\w{16}) is submitted",
                           self.ctl("pack", "submit", self.dir / "region").stdout)[1]
        self.ctl("pack", "approve", digest, duty="approve")
        self.ctl("pack", "publish", digest)
        self.ctl("import", "members", self.dir / "members.csv", "--insurances",
                 self.dir / "insurances.csv", "--identities", self.dir / "identities.csv")

    def start(self):
        port = self.dir / "port"
        port.unlink(missing_ok=True)
        self.process = subprocess.Popen([COPAYD, "--config", self.dir / "copayd.yaml"],
                                        stdout=self.log, stderr=self.log)
        until = time.monotonic() + 60
        while not (port.exists() and port.read_text().strip()):
            if self.process.poll() is not None or time.monotonic() > until:
                raise AssertionError((self.root / "log").read_text()[-4000:])
            time.sleep(0.02)

    def kill(self):
        self.process.kill()
        self.process.wait(30)

    def ctl(self, *words, duty="enter"):
        pki = self.dir / "pki"
        return run(COPAYCTL, "--connect", "localhost:" + (self.dir / "port").read_text().strip(),
                   "--ca", pki / "ca.pem", "--cert", pki / f"{duty}.pem", "--key",
                   pki / f"{duty}.key", "--region", REGION, *words)

    def run(self, *words, status=0):
        """A run; (text, JSON)."""
        path = self.root / "result.json"
        path.unlink(missing_ok=True)
        text = replay("run", self.dir, "--json", path, *words, status=status)
        return text, json.loads(path.read_text())

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)
        self.log.close()
        text = (self.root / "log").read_text(errors="replace")
        shutil.rmtree(self.root)
        for mark in ("AddressSanitizer", "LeakSanitizer", "runtime error", "invariant_broken",
                     "event=ledger_failed", "event=no_space", "event=thread_stalled"):
            if mark in text:
                raise AssertionError(f"{mark}, exit {self.process.returncode}\n{text[-6000:]}")


class Preparing(unittest.TestCase):
    def test_one_seed_one_world(self):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            for name, seed in (("a", 5), ("b", 5), ("c", 6)):
                replay("prepare", folder / name, "--base", PACK, "--members", 500,
                       "--institutions", 50, "--catalogue", 700, "--seed", seed)
            for name in ("members.csv", "insurances.csv", "identities.csv",
                         "region/catalogue.csv", "region/institutions.csv", "world.json"):
                first = (folder / "a" / name).read_bytes()
                self.assertEqual(first, (folder / "b" / name).read_bytes(), name)
                self.assertNotEqual(first, (folder / "c" / name).read_bytes(), name)

    def test_counts(self):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            replay("prepare", folder / "w", "--base", PACK, "--members", 1000,
                   "--institutions", 120, "--catalogue", 3000)
            rows = {name: (folder / "w" / name).read_text(encoding="utf-8").splitlines()
                    for name in ("members.csv", "region/catalogue.csv",
                                 "region/institutions.csv")}
            self.assertEqual(len(rows["members.csv"]), 1001)
            self.assertEqual(len(rows["region/catalogue.csv"]), 3001)
            self.assertEqual(len(rows["region/institutions.csv"]), 121)
            codes = [row.split(",")[0] for row in rows["region/institutions.csv"][1:]]
            self.assertEqual(len(set(codes)), 120)
            for code in codes:
                self.assertEqual(code[7:9], "99", "an invented serial")
            self.assertTrue(any(code.startswith("P") for code in codes))

    def test_never_over_another_world(self):
        with tempfile.TemporaryDirectory() as folder:
            words = ("prepare", folder, "--base", PACK, "--members", 10)
            replay(*words)
            replay(*words, status=2)

    def test_command_lines(self):
        for words in ((), ("run",), ("dance", "x"), ("run", "x", "--rate", "0"),
                      ("run", "x", "--mix", "outpatient"), ("run", "x", "--mix", "nonsense=1"),
                      ("run", "x", "--storm", "tea"), ("run", "x", "--connect", "nowhere"),
                      ("books", "x"), ("play", "x"), ("play", "x", "y", "--speed", "0")):
            replay(*words, status=100)
        replay("run", "/nonexistent", status=2)
        self.assertIn("usage", replay("--help"))


class Running(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World()

    @classmethod
    def tearDownClass(cls):
        cls.world.close()

    def test_a_report_without_room(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([str(REPLAY), "run", str(self.world.dir), "--count", "20"],
                                  stdout=full, stderr=subprocess.PIPE, timeout=120, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"standard output could not be written", done.stderr)

    def test_closed_loop(self):
        text, result = self.world.run("--connections", 8, "--depth", 4, "--count", 400)
        self.assertIn("closed loop", text)
        self.assertEqual(result["sent"], 400)
        self.assertEqual(result["done"], 400, text)
        self.assertGreater(result["throughput"], 0)
        self.assertGreater(result["latency_us"]["p50"], 0)
        order = [result["latency_us"][q] for q in ("p50", "p90", "p99", "p999", "max")]
        self.assertEqual(order, sorted(order))
        for key in ("refused", "retry", "unknown", "lost", "rate"):
            self.assertEqual(result[key], 0, key)
        self.assertEqual((result["connections"], result["depth"]), (8, 4))
        self.assertGreater(result["seconds"], 0)

    def test_every_kind_of_message(self):
        text, result = self.world.run("--connections", 10, "--depth", 2, "--count", 1500,
                                      "--mix", MIX, "--books")
        self.assertIn("books agree", text)
        self.assertEqual(set(result["kinds"]), {"outpatient", "inpatient", "pharmacy", "presettle",
                                                "void", "query", "person", "refused"})
        refusals = result["reasons"]
        self.assertGreater(refusals.get("PERSON_DEAD", 0) + refusals.get("PERSON_UNKNOWN", 0), 0)
        self.assertEqual(result["unknown"], 0)
        self.assertGreater(result["books"]["repeated"], 0)
        self.assertGreater(result["books"]["links"], 0)

    def test_hot_and_regular(self):
        _, result = self.world.run("--connections", 4, "--count", 200, "--hot", 1.2, "--regulars",
                                   "1", "--names", "--lines", 25, "--books")
        self.assertEqual(result["books"]["differences"], 0)
        self.assertEqual(result["done"] + result["refused"], 200)

    def test_open_loop_keeps_its_schedule(self):
        _, result = self.world.run("--connections", 8, "--depth", 4, "--rate", 100, "--seconds", 3)
        self.assertEqual((result["rate"], result["unsent"]), (100, 0))
        self.assertEqual(result["sent"], result["done"])
        # One message every 10 ms for three seconds, whatever the daemon did; the end is seen
        # within a few of them, or a little later on a machine that is busy.
        self.assertGreaterEqual(result["sent"], 290)
        self.assertLess(result["sent"], 100 * (result["seconds"] + 1))

    def test_a_stall_is_felt_by_everyone_who_came_meanwhile(self):
        """Free of coordinated omission: four terminals with one message each could hide all but
        four of those that were due while the daemon stood still."""
        path = self.world.root / "stall.json"
        process = subprocess.Popen(
            [REPLAY, "run", self.world.dir, "--connections", "4", "--depth", "1", "--rate", "200",
             "--seconds", "5", "--json", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(2.5)
        os.kill(self.world.process.pid, signal.SIGSTOP)
        time.sleep(1.0)
        os.kill(self.world.process.pid, signal.SIGCONT)
        out, err = process.communicate(timeout=100)
        self.assertEqual(process.returncode, 0, out + err)
        latency = json.loads(path.read_text())["latency_us"]
        # A fifth of the messages were due in that second, spread evenly: a tenth of all waited
        # longer than half of it.
        self.assertGreaterEqual(latency["max"], 950_000)
        self.assertGreaterEqual(latency["p99"], 850_000)
        self.assertGreaterEqual(latency["p90"], 350_000)

    def begin(self, *words):
        """A run that goes on until it is interrupted; it has begun to send."""
        _, before = self.world.run("--count", 1, "--connections", 1)
        self.assertFalse(before["interrupted"])
        process = subprocess.Popen([REPLAY, "run", self.world.dir, "--seconds", "100", *words],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        time.sleep(2.5)
        return process

    def test_interrupted(self):
        path = self.world.root / "interrupted.json"
        process = self.begin("--connections", "4", "--books", "--json", path)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, out + err)
        self.assertIn("books agree", out)
        result = json.loads(path.read_text())
        self.assertTrue(result["interrupted"])
        self.assertEqual(result["sent"], result["done"])
        self.assertLess(result["seconds"], 60)

    def test_a_schedule_that_cannot_be_kept(self):
        """What was due and never sent is told, and its waiting is in the latencies."""
        path = self.world.root / "behind.json"
        process = self.begin("--connections", "2", "--rate", "100000", "--json", path)
        for _ in range(2):  # the second does not wait for what is behind
            process.send_signal(signal.SIGTERM)
            time.sleep(0.5)
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, out + err)
        result = json.loads(path.read_text())
        self.assertGreater(result["unsent"], 0)
        self.assertEqual(result["latency_us"]["count"],
                         result["sent"] + result["unsent"])
        self.assertGreater(result["latency_us"]["p90"], 100_000)

    def test_no_room_for_the_recording(self):
        path = self.world.root / "full.json"
        text = replay("run", self.world.dir, "--count", 50, "--connections", 2, "--record",
                      "/dev/full", "--json", path, status=2)
        self.assertIn("throughput", text)
        self.assertEqual(json.loads(path.read_text())["done"], 50)

    def test_record_and_play(self):
        recording = self.world.root / "recording"
        path = self.world.root / "played.json"
        _, original = self.world.run("--connections", 6, "--depth", 2, "--count", 300, "--mix",
                                     "outpatient=8,presettle=2,person=1", "--record", recording)
        replay("play", self.world.dir, recording, "--speed", "flat", "--depth", 2, "--json", path)
        again = json.loads(path.read_text())
        # The same msgids and bytes: every settlement is answered as it was; only what wrote
        # nothing, the pre-settlements, is looked at anew.
        # Each that was settled is refused now; the end may have parted one in every slot from its
        # settlement.
        parted = original["kinds"]["presettle"] - 2 * (again["refused"] - original["refused"])
        self.assertIn(parted, range(6 * 2 + 1))
        self.assertEqual(set(again["reasons"]) - set(original["reasons"]), {"VISIT_SETTLED"})
        for speed in ("flat", "5"):
            text = replay("play", self.world.dir, recording, "--restamp", "--speed", speed,
                          "--depth", 2, "--books", "--json", path)
            result = json.loads(path.read_text())
            self.assertEqual(result["sent"], original["sent"])
            self.assertNotIn("VISIT_SETTLED", result["reasons"])
            self.assertIn("books agree", text)
        whole = recording.read_bytes()
        for cut in (0, 4, 8, 20, len(whole) - 1):
            recording.write_bytes(whole[:cut])
            replay("play", self.world.dir, recording, status=2)
        recording.write_bytes(b"x" + whole[1:])
        replay("play", self.world.dir, recording, status=2)

    def test_books_catch_a_lie(self):
        book = self.world.root / "book"
        self.world.run("--connections", 6, "--count", 400, "--mix", MIX, "--book", book, "--sample",
                       3)
        lines = book.read_text().splitlines(keepends=True)
        names = lines[0][1:].split()
        truth = replay("books", self.world.dir, "--book", book)
        self.assertIn("books agree", truth)

        def settled(row):
            return row[names.index("outcome")] == "1" and row[names.index("setl_id")] != "-"

        at, row = next((i, line.rstrip("\n").split("\t")) for i, line in enumerate(lines)
                       if i > 0 and settled(line.rstrip("\n").split("\t")))

        def lie(said, **changes):
            told = list(row)
            for name, value in changes.items():
                told[names.index(name)] = value
            book.write_text("".join(lines[:at] + ["\t".join(told) + "\n"] + lines[at + 1:]))
            text = replay("books", self.world.dir, "--book", book, status=1)
            self.assertIn("books DIFFER", text)
            self.assertIn(said, text)

        cash = int(row[names.index("psn_cash_pay")])
        other = row[names.index("setl_id")][:-1]
        other += "1" if row[names.index("setl_id")][-1] != "1" else "2"
        lie("a figure differs", psn_cash_pay=str(cash + 1))
        lie("running tally", psn_cash_pay=str(cash + 1))
        lie("not the one that was answered", reply_sha256="00" * 32)
        lie("setl_id differs", setl_id=other)
        lie("the outcome differs", outcome="2", reason="2002")
        # A settlement that the daemon never made, and one that the client forgot.
        msgid = row[names.index("msgid")]
        lie("it was answered and is not there", msgid=msgid[:12] + "20" + msgid[14:-4] + "9999")
        channel = [i for i, line in enumerate(lines) if line.split("\t")[5:10] == row[5:10]
                   and line[:12] == msgid[:12]]
        if len(channel) > 1:
            first = min(channel, key=lambda i: lines[i].split("\t")[4])
            book.write_text("".join(lines[:first] + lines[first + 1:]))
            self.assertIn("running tally", replay("books", self.world.dir, "--book", book,
                                                  status=1))
        book.write_text("".join(lines[:at] + ["nonsense\n"]))
        replay("books", self.world.dir, "--book", book, status=2)


class Killed(unittest.TestCase):
    """The books agree although the daemon is killed again and again under load."""

    def test_books_under_kill(self):
        world = World()
        try:
            path = world.root / "killed.json"
            process = subprocess.Popen(
                [REPLAY, "run", world.dir, "--connections", "8", "--depth", "4", "--seconds", "6",
                 "--mix", "outpatient=70,inpatient=10,pharmacy=10,void=10", "--books", "--json",
                 path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            for _ in range(3):
                time.sleep(1.2)
                world.kill()
                world.start()
            out, err = process.communicate(timeout=110)
            self.assertEqual(process.returncode, 0, out + err)
            self.assertIn("books agree", out)
            result = json.loads(path.read_text())
            self.assertGreaterEqual(result["lost"], 8, "connections were lost")
            self.assertGreater(result["resent"], 0)
            self.assertEqual(result["unknown"], 0)
            self.assertEqual(result["books"]["open"], 0)
        finally:
            world.close()


class Storms(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World()

    @classmethod
    def tearDownClass(cls):
        cls.world.close()

    def storm(self, kind, *words):
        text, result = self.world.run("--storm", kind, "--seconds", 1, "--rate", 50, *words)
        self.assertIn("others, storm", text)
        storm = result["storm"]
        self.assertGreater(storm["calm_latency_us"]["max"], 0)
        self.assertGreater(storm["storm_latency_us"]["max"], 0)
        self.assertEqual(result["unknown"], 0)
        self.assertEqual(result["lost"], 0, "the well-behaved stay connected")
        return storm

    def test_reconnect(self):
        storm = self.storm("reconnect", "--connections", 40)
        self.assertEqual(storm["terminals"], 40)
        self.assertEqual(storm["done"], 80, "once before and once after")
        self.assertGreater(storm["served_us"], 0)
        self.assertEqual(storm["resumed"], 40, "as libcopay does")

    def test_reconnect_fresh(self):
        storm = self.storm("reconnect", "--connections", 40, "--fresh")
        self.assertEqual((storm["done"], storm["resumed"]), (80, 0))

    def test_flood(self):
        storm = self.storm("flood")
        self.assertGreater(storm["done"], 0)

    def test_unread(self):
        storm = self.storm("unread", "--connections", 30)
        self.assertEqual(storm["terminals"], 3)
        self.assertEqual(storm["done"], 0, "nothing was read")


if __name__ == "__main__":
    unittest.main()
