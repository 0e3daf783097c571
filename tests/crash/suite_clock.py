"""Clocks that jump, with libfaketime on the release build: settling stops until an operator
confirms; nothing else does. Stamps never go back, and the machine's time zone is nobody's."""
import datetime
import glob
import unittest

import cast
import copay_pb2 as pb
from books import Books
from terminal import DONE, REGION, RETRY, ZONE, Terminal, line, make_msgid, settle

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

    @staticmethod
    def msgid(shifted):
        return make_msgid(cast.CLINIC, datetime.datetime.now(ZONE) +
                          datetime.timedelta(seconds=shifted))

    def bill(self, t, shifted=0):
        return t.request("2207", msgid=self.msgid(shifted), settle=settle(
            cast.RESIDENT, "11", [line(1, cast.DRUG_A, "1.00")], cast.ticket()))

    def visit(self, t, shifted=0):
        return t.call(self.bill(t, shifted))[1]

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

    def test_small_jumps_are_nothing(self):
        self.daemon.start(environment=self.environment)
        with Terminal(self.daemon, cast.CLINIC) as t:
            stamps = []
            for seconds in (300, 595, -300, -595, 0):
                self.shift(f"{seconds:+d}")
                reply = self.visit(t)
                self.assertEqual(reply.outcome, DONE, (seconds, reply.errors))
                stamps.append((reply.settlement.setl_time, reply.settlement.setl_id))
            # Each is stamped like the one before it when the clock is behind that.
            self.assertEqual(stamps, sorted(stamps))
            self.assertEqual(len({time for time, _ in stamps[1:]}), 1)
            self.shift("+605")
            self.suspended(t, 605)

    def test_a_jump_back_clears_no_suspicion(self):
        """And what waited for the confirmation was never recorded: it is settled afterwards."""
        self.daemon.start(environment=self.environment)
        books = Books()
        with Terminal(self.daemon, cast.CLINIC) as t:
            _, before = books.call(t, self.bill(t))
            setl_id = before.settlement.setl_id
            self.shift("+3600")
            waiting = [self.bill(t),
                       t.request("2206", msgid=self.msgid(0), settle=self.bill(t).settle),
                       t.request("2208", msgid=self.msgid(0), void_order=pb.Void(
                           setl_id=setl_id, psn_no=cast.RESIDENT))]
            for shift in ("+3600", "+0"):
                self.shift(shift)
                for request in waiting:
                    envelope, reply = t.call(request)
                    self.assertEqual((reply.outcome, cast.NAMES[reply.errors[0].code]),
                                     (RETRY, "CLOCK_SUSPECT"), request.infno)
                    self.assertGreater(envelope.retry_after_ms, 0)
                # What was answered can be looked up.
                _, found = t.call(t.request("5203", settlement_query=pb.SettlementQuery(
                    msgid=before.msgid)))
                self.assertEqual(found.found.reply, books.answered[before.msgid])
            self.daemon.ctl("clock", "confirm")
            for request in waiting:
                _, reply = books.call(t, request)
                self.assertEqual(reply.outcome, DONE, reply.errors)
        self.assertIn("event=clock_suspect", self.daemon.log_text())

    def test_killed_and_started_before_the_last_record(self):
        """Recovery by itself is no confirmation, however often it is done."""
        books = Books()
        self.shift("+7200")
        self.daemon.start(environment=self.environment)
        with Terminal(self.daemon, cast.CLINIC) as t:
            _, last = books.call(t, self.bill(t, 7200))
        for _ in range(2):
            self.daemon.kill()
            self.shift("+0")
            self.daemon.start(environment=self.environment)
            with Terminal(self.daemon, cast.CLINIC) as t:
                self.suspended(t, 0)
        self.daemon.ctl("clock", "confirm")
        with Terminal(self.daemon, cast.CLINIC) as t:
            _, reply = books.call(t, self.bill(t))
            self.assertEqual(reply.outcome, DONE)
            self.assertEqual(reply.settlement.setl_time, last.settlement.setl_time)
            self.assertGreater(reply.settlement.setl_id[-10:], last.settlement.setl_id[-10:])
        self.daemon.kill()
        self.shift("+7300")
        self.daemon.start(environment=self.environment)
        books.compare(self.daemon, self)

    def test_the_machines_zone_is_nobodys(self):
        """One of these two has another date than +08:00 at any time of day."""
        days = set()
        for zone in ("Etc/GMT+12", "Pacific/Kiritimati"):
            self.daemon.start(environment={"TZ": zone})
            with Terminal(self.daemon, cast.CLINIC) as t:
                before = datetime.datetime.now(ZONE)
                reply = self.visit(t)
                after = datetime.datetime.now(ZONE)
                self.assertEqual(reply.outcome, DONE, reply.errors)
                self.assertTrue(any(reply.settlement.setl_id.startswith(f"{REGION}{x:%Y%m%d}")
                                    for x in (before, after)), reply.settlement.setl_id)
                days.add(reply.settlement.year - after.year)
            self.daemon.stop()
        self.assertLessEqual(days, {0, -1})


if __name__ == "__main__":
    unittest.main()
