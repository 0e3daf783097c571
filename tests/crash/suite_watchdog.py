"""The watchdog, on the release build: a service manager (a socket of ours) hears that the daemon is
ready and lives; a sync that hangs is named in the log and in the status, and the manager hears no
more, until the sync goes on."""
import re
import socket
import time
import unittest

import cast
from daemon import BUILD
from terminal import DONE, Terminal, line, settle

SHIM = BUILD / "tests" / "crash" / "libdiskshim.so"
WATCHDOG_MS = 4000  # the daemon complains at half of it


def visit(t):
    return t.request("2207", settle=settle(
        cast.RESIDENT, "11", [line(1, cast.DRUG_A, "1.00")], cast.ticket()))


class Manager:
    """What systemd would hear."""

    def __init__(self, path):
        self.path = path
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))

    def close(self):
        self.socket.close()

    def drain(self):
        """All that is waiting."""
        heard = []
        self.socket.setblocking(False)
        try:
            while True:
                heard += self.socket.recv(4096).decode().split("\n")
        except BlockingIOError:
            return heard

    def until(self, wanted, seconds=30):
        """Hears on until a line begins with `wanted`; all lines up to that datagram's end."""
        heard, end = [], time.monotonic() + seconds
        while time.monotonic() < end:
            self.socket.settimeout(max(0.01, end - time.monotonic()))
            try:
                heard += self.socket.recv(4096).decode().split("\n")
            except socket.timeout:
                break
            if any(h.startswith(wanted) for h in heard):
                return heard
        raise AssertionError(f"{wanted} was never said: {heard}")


class Watchdog(unittest.TestCase):
    def setUp(self):
        self.daemon = cast.ready_daemon()
        self.daemon.stop()
        self.manager = Manager(self.daemon.root / "notify")
        self.hold = self.daemon.root / "hold"
        self.daemon.start(environment={
            "LD_PRELOAD": str(SHIM), "SHIM_MATCH": "/ledger/", "SHIM_HOLD": str(self.hold),
            "NOTIFY_SOCKET": str(self.manager.path), "WATCHDOG_USEC": str(WATCHDOG_MS * 1000)})

    def tearDown(self):
        self.hold.unlink(missing_ok=True)
        self.daemon.finish()
        self.manager.close()

    def wait_for_log(self, pattern, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = re.search(pattern, self.daemon.log_text())
            if found:
                return found
            time.sleep(0.05)
        raise AssertionError(f"{pattern} is not in the log:\n" + self.daemon.log_text()[-2000:])

    def test_ready_alive_and_stopping(self):
        heard = self.manager.until("READY=1")
        # Before it served, it asked for time and claimed no life.
        self.assertTrue([h for h in heard if h.startswith("EXTEND_TIMEOUT_USEC=")], heard)
        self.assertNotIn("WATCHDOG=1", heard)
        self.manager.until("WATCHDOG=1")
        self.manager.until("STATUS=")
        self.assertEqual(self.daemon.stop(), 0)
        self.assertIn("STOPPING=1", self.manager.drain())

    def test_a_sync_that_hangs_is_named(self):
        self.manager.until("READY=1")
        self.manager.until("WATCHDOG=1")
        self.hold.touch()
        with Terminal(self.daemon, cast.CLINIC, timeout=120) as t:
            request = visit(t)
            t.send(request)
            found = self.wait_for_log(r"event=thread_stalled thread=(\S+) ms=(\d+)")
            self.assertEqual(found.group(1), "settler-431000")  # one claim it writes down itself
            self.assertGreaterEqual(int(found.group(2)), WATCHDOG_MS // 2)
            # It hangs still: the status says who, and the manager hears of no life.
            status = self.daemon.ctl("status").stdout
            self.assertRegex(status, r"THREADS STALLED.*settler-431000 \d+")
            lag = re.search(r"being written for (\d+) ms", status)
            self.assertGreaterEqual(int(lag.group(1)), WATCHDOG_MS // 2)
            metrics = self.daemon.ctl("status", "--metrics").stdout
            self.assertRegex(metrics, r'copayd_thread_stalled_milliseconds\{region="431000",'
                                      r'thread="settler-431000"\} \d+')
            self.manager.drain()
            self.manager.until("STATUS=stalled: settler-431000")
            self.assertNotIn("WATCHDOG=1", self.manager.drain())
            self.hold.unlink()
            self.assertEqual(t.receive()[1].outcome, DONE)
        self.wait_for_log(r"event=thread_moving thread=settler-431000")
        self.manager.drain()
        self.manager.until("WATCHDOG=1")
        self.assertNotIn("STALLED", self.daemon.ctl("status").stdout)

    def test_idle_threads_live(self):
        """Nobody has anything to do, for longer than a thread at work may be silent."""
        self.manager.until("READY=1")
        for _ in range(8):
            self.manager.drain()
            self.manager.until("WATCHDOG=1", seconds=WATCHDOG_MS / 1000)
        self.assertNotIn("thread_stalled", self.daemon.log_text())


if __name__ == "__main__":
    unittest.main()
