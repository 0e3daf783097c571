"""tools/bench at tiny sizes: the table and its JSON are well-formed, a folder in memory is refused
by name, nothing stays behind. Never about speed. usage: smoke.py SOURCE (COPAY_RELEASE: the release
build)
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

source = pathlib.Path(sys.argv.pop(1))
sys.path.insert(0, str(source / "tests" / "bench" / "harness"))
import host  # noqa: E402
import table  # noqa: E402

MICRO = ["adjudicate", "adjudicate-largest", "codec", "audit", "append-1", "append-128", "append-1024",
         "checkpoint"]


def bench(*words):
    return subprocess.run(
        ["/usr/bin/python3", source / "tests/bench/harness/main.py", *map(str, words)],
        capture_output=True, text=True, timeout=120, check=False)


class Smoke(unittest.TestCase):
    def test_micro_rows(self):
        with tempfile.TemporaryDirectory(dir=source / "build") as folder:
            out = pathlib.Path(folder) / "out.json"
            data = pathlib.Path(folder) / "data"
            done = bench("--quick", "--only", ",".join(MICRO), "--json", out, "--dir", data)
            if "in memory" in done.stderr or "costs nothing there" in done.stderr:
                self.skipTest("the build folder is no disk")
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertEqual(list(data.iterdir()), [], "data stays behind")
            self.check_json(json.loads(out.read_text(encoding="utf-8")))
            self.check_table(done.stdout)

    def check_json(self, answer):
        self.assertTrue(answer["quick"])
        for key in ("date", "commit", "cores", "processor", "kernel", "file_system",
                    "fdatasync_us"):
            self.assertIn(key, answer["host"])
        self.assertEqual([row["row"] for row in answer["rows"]], MICRO)
        for row in answer["rows"]:
            self.assertIn(row["met"], ("aim", "yes", "no", "–"), row)
            self.assertGreater(row["ratio"], 0, row)
            self.assertTrue(row["values"], row)

    def check_table(self, text):
        lines = [line for line in text.splitlines() if line.startswith("|")]
        self.assertEqual(len(lines), 2 + len(MICRO))
        self.assertEqual({line.count("|") for line in lines}, {7})
        self.assertIn("fdatasync", text)

    def test_memory_is_refused(self):
        with open("/proc/self/mounts", encoding="utf-8") as mounts:
            kinds = {line.split()[1]: line.split()[2] for line in mounts}
        if kinds.get("/dev/shm") != "tmpfs":
            self.skipTest("/dev/shm is no tmpfs")
        with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
            done = bench("--quick", "--only", "append-1", "--dir", folder)
        self.assertEqual(done.returncode, 2)
        self.assertIn("tmpfs", done.stderr)

    def test_rows_by_name(self):
        done = bench("--only", "nonsense")
        self.assertEqual(done.returncode, 2)
        self.assertIn("adjudicate", done.stderr)
        listed = bench("--list").stdout.split()
        self.assertEqual(listed[:len(MICRO)], MICRO)

    def test_a_failed_row_is_told(self):
        """A bench that dies is a failed row and a bad exit status, not a hole in the table."""
        with tempfile.TemporaryDirectory(dir=source / "build") as folder:
            done = subprocess.run(
                ["/usr/bin/python3", source / "tests/bench/harness/main.py", "--quick", "--only",
                 "codec", "--dir", folder], capture_output=True, text=True, timeout=120,
                check=False, env={"COPAY_RELEASE": folder, "PATH": "/usr/bin:/bin"})
        if done.returncode != 2:
            self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
            self.assertIn("failed", done.stdout)

    def test_overlay_on_memory_is_refused(self):
        mounts = [("/", "overlay", "rw,lowerdir=/low,upperdir=/fast/up,workdir=/fast/w", "overlay"),
                  ("/fast", "tmpfs", "rw", "tmpfs"), ("/disk", "ext4", "rw", "/dev/vda")]
        real, host.mounts = host.mounts, lambda: iter(mounts)
        try:
            with self.assertRaisesRegex(host.Refused, "upper folder /fast/up is on tmpfs"):
                host.file_system("/home")
            with self.assertRaisesRegex(host.Refused, "lies on tmpfs"):
                host.file_system("/fast/data")
            self.assertEqual(host.file_system("/disk/data"), "ext4 (/dev/vda)")
            mounts[0] = ("/", "overlay", "rw,lowerdir=/low,upperdir=/disk/up", "overlay")
            self.assertEqual(host.file_system("/home"), "overlay (overlay)")
        finally:
            host.mounts = real

    def test_targets(self):
        def met(judged, **more):
            return table.Row("r", "r", judged=judged, at_least=5, **more).met()
        self.assertEqual([met(v, aim=8) for v in (4.9, 5, 8)], ["no", "yes", "aim"])
        self.assertEqual([met(v, aim=1, higher=False) for v in (5.1, 5, 1)], ["no", "yes", "aim"])
        self.assertEqual(met(9, also=False), "no")
        self.assertEqual(met(9, failed=True), "failed")
        self.assertEqual(met(None), "–")
        self.assertEqual([host.median(v) for v in ([3, 1, 2], [4, 1])], [2, 2.5])


result = unittest.main(exit=False, argv=["smoke"], verbosity=2).result
bad = len(result.failures) + len(result.errors)
print(f"{result.testsRun - bad} passed, {bad} failed")
sys.exit(1 if bad else 0)
