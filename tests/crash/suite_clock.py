"""Clocks that jump, with libfaketime on the release build: settling stops until an operator
confirms; nothing else does."""
import datetime
import glob
import unittest

import cast
from terminal import DONE, RETRY, ZONE, Terminal, line, make_msgid, settle

LIBRARY = (glob.glob("/usr/lib/*/faketime/libfaketime.so.1") or [None])[0]


class Clock(unittest.TestCase):
    def setUp(self):
        self.assertIsNotNone(LIBRARY, "libfaketime is not installed")
        self.daemon = cast.ready_daemon()
        self.daemon.stop()
        self.file = self.daemon.root / "faketime"
        self.shift("+0")
        self.environment = {"LD_PRELOAD": LIBRARY, "FAKETIME_TIMESTAMP_FILE": str(self.file),
                            "FAKETIME_NO_CACHE": "1", "DONT_FAKE_MONOTONIC": "1",
                            "FAKETIME_DONT_FAKE_MONOTONIC": "1"}

    def tearDown(self):
        self.daemon.finish()

    def shift(self, seconds):
        part = self.file.with_suffix(".part")
        part.write_text(f"{seconds}\n")
        part.rename(self.file)

    def visit(self, t, shifted=0):
        now = datetime.datetime.now(ZONE) + datetime.timedelta(seconds=shifted)
        request = t.request("2207", msgid=make_msgid(cast.CLINIC, now), settle=settle(
            cast.RESIDENT, "11", [line(1, cast.DRUG_A, "1.00")], cast.ticket()))
        return t.call(request)[1]

    def suspended(self, t, shifted):
        reply = self.visit(t, shifted)
        self.assertEqual(reply.outcome, RETRY)
        self.assertEqual(cast.NAMES[reply.errors[0].code], "CLOCK_SUSPECT")
        # Looking is not settling.
        self.assertEqual(cast.person(t, cast.RESIDENT).outcome, DONE)

    def test_jump_while_running(self):
        for seconds in (-3600, 3600):  # the other way round, the second start would be suspect
            with self.subTest(seconds):
                self.shift("+0")
                self.daemon.start(environment=self.environment)
                with Terminal(self.daemon, cast.CLINIC) as t:
                    self.assertEqual(self.visit(t).outcome, DONE)
                    self.shift(f"{seconds:+d}")
                    self.suspended(t, seconds)
                    self.daemon.ctl("clock", "confirm")
                    self.assertEqual(self.visit(t, seconds).outcome, DONE)
                    refused = self.daemon.ctl("clock", "confirm", check=False)
                    self.assertNotEqual(refused.returncode, 0)
                self.daemon.stop()

    def test_start_before_the_last_record(self):
        self.shift("+7200")
        self.daemon.start(environment=self.environment)
        with Terminal(self.daemon, cast.CLINIC) as t:
            self.assertEqual(self.visit(t, 7200).outcome, DONE)
        self.daemon.stop()
        self.shift("+0")
        self.daemon.start(environment=self.environment)
        with Terminal(self.daemon, cast.CLINIC) as t:
            self.suspended(t, 0)
            self.daemon.ctl("clock", "confirm")
            # Stamps never go back: the record is dated like the one before it.
            self.assertEqual(self.visit(t).outcome, DONE)

    def test_small_jump_is_nothing(self):
        self.daemon.start(environment=self.environment)
        with Terminal(self.daemon, cast.CLINIC) as t:
            self.shift("+300")
            self.assertEqual(self.visit(t).outcome, DONE)


if __name__ == "__main__":
    unittest.main()
