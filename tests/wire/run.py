"""Runs one suite with a hang guard and prints "N passed, N failed" as its last line.

usage: run.py SUITE [PART OF A TEST'S NAME]

SUITE is a module of tests/wire, tests/crash or tests/model. Environment: COPAY_SOURCE, COPAY_BUILD
(whose binaries are driven; by tests/crash: COPAY_RELEASE's), COPAY_PB2 (folder of the generated
copay_pb2.py), COPAY_HANG_SECONDS (900).
"""
import faulthandler
import os
import pathlib
import sys
import time
import unittest


class Timed(unittest.TextTestResult):
    """Says how long each test took."""

    def startTest(self, test):
        super().startTest(test)
        self.begun = time.monotonic()

    def stopTest(self, test):
        print(f"    {time.monotonic() - self.begun:.1f} s", flush=True)
        super().stopTest(test)


faulthandler.dump_traceback_later(int(os.environ.get("COPAY_HANG_SECONDS", "900")), exit=True)
here = pathlib.Path(__file__).parent
sys.path[:0] = [str(here), str(here.parent / "crash"), str(here.parent / "model"),
                os.environ["COPAY_PB2"]]
if (here.parent / "crash" / (sys.argv[1] + ".py")).exists():
    # Shims cannot live beside the sanitizers: the suites of tests/crash drive a release build.
    os.environ["COPAY_BUILD"] = os.environ["COPAY_RELEASE"]
suite = unittest.defaultTestLoader.loadTestsFromName(sys.argv[1])
if len(sys.argv) > 2:
    wanted = sys.argv[2]
    flat = [t for group in suite for t in group if wanted in t.id()]
    suite = unittest.TestSuite(flat)
result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2, resultclass=Timed).run(suite)
bad = len(result.failures) + len(result.errors)
# Failed subtests and teardowns count beyond testsRun.
print(f"{max(result.testsRun - bad, 0)} passed, {bad} failed")
sys.exit(1 if bad or result.testsRun == 0 else 0)
