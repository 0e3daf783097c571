"""The process itself, from outside: how it starts and refuses to, stops, sheds load, and what it
does to peers that misbehave. What it answers is the business of tests/wire."""
import contextlib
import re
import shutil
import signal
import socket
import struct
import time
import unittest

import cast
import copay_pb2 as pb
import proof
from daemon import BUILD, COPAYCTL, COPAYD, PACK, REGION, Daemon, run
from terminal import DONE, REFUSED, RETRY, TERMINAL, VERSION, Closed, Terminal, line, settle

CRL_CONFIG = """
[ca]
default_ca = all
[all]
database = {root}/index
crlnumber = {root}/number
default_md = sha256
default_crl_days = 30
private_key = {pki}/ca.key
certificate = {pki}/ca.pem
"""


class Tuned(Daemon):
    """A daemon whose configuration the test may change before each start."""

    crl = None

    def write_config(self):
        super().write_config()
        path = self.root / "copayd.yaml"
        if self.crl:
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace("tls: {", f"tls: {{crl: {self.crl}, "), encoding="utf-8")

    def start_again(self, extra=""):
        self.stop()
        self.extra = extra
        return self.start()


def visit(t):
    return t.request("2207", settle=settle(
        cast.RESIDENT, "11", [line(1, cast.DRUG_A, "1.00")], cast.ticket()))


def look(t):
    return t.request("1101", person_query=pb.PersonQuery(psn_no=cast.RESIDENT))


def codes(reply):
    return [cast.NAMES.get(e.code, e.code) for e in reply.errors]


def half_close(t):
    """Ends our direction below TLS: the daemon sees the end of the stream."""
    socket.socket.shutdown(t.sock, socket.SHUT_WR)


def setUpModule():
    global daemon
    daemon = Tuned(institutions=[cast.HOSPITAL3, cast.CLINIC, cast.PHARMACY])
    daemon.start()
    cast.load(daemon)


def tearDownModule():
    status = daemon.destroy()
    assert status == 0, status


class Stopping(unittest.TestCase):
    def setUp(self):
        daemon.start_again()

    def test_answers_what_it_accepted(self):
        with Terminal(daemon, cast.CLINIC) as t:
            # Few enough that neither side waits for the other to read.
            sent, heard = [visit(t) for _ in range(600)], {}
            for request in sent:
                t.send(request)
            try:
                while True:
                    envelope, reply = t.receive()
                    heard[reply.msgid] = (reply.outcome, envelope.body)
                    if len(heard) == 20:
                        daemon.process.send_signal(signal.SIGTERM)
            except Closed:
                pass
        self.assertEqual(daemon.process.wait(60), 0)
        self.assertGreaterEqual(len(heard), 20)
        daemon.start()
        with Terminal(daemon, cast.CLINIC) as t:
            for request in sent:
                envelope, _ = t.call(request)
                if heard.get(request.msgid, (RETRY,))[0] == DONE:
                    self.assertEqual(envelope.body, heard[request.msgid][1])
                    self.assertTrue(envelope.repeated)
                elif request.msgid not in heard:
                    # Nothing was settled of which we did not hear.
                    self.assertFalse(envelope.repeated)

    def test_idle_connections_do_not_hold_it_up(self):
        with Terminal(daemon, cast.CLINIC), Terminal(daemon, cast.PHARMACY):
            self.assertEqual(daemon.stop(), 0)

    def test_eof_still_gets_its_answers(self):
        with Terminal(daemon, cast.CLINIC) as t:
            for _ in range(40):
                t.send(visit(t))
            half_close(t)
            for _ in range(40):
                self.assertEqual(t.receive()[1].outcome, DONE)
            with self.assertRaises(Closed):
                t.receive()

    def test_so_do_many_at_once(self):
        """More than the gate takes in a turn of those who have hung up."""
        with contextlib.ExitStack() as stack:
            terminals = [stack.enter_context(Terminal(daemon, cast.CLINIC)) for _ in range(40)]
            for t in terminals:
                t.send(visit(t))
                half_close(t)
            for t in terminals:
                self.assertEqual(t.receive()[1].outcome, DONE)
                with self.assertRaises(Closed):
                    t.receive()


class Frames(unittest.TestCase):
    def setUp(self):
        if daemon.process.poll() is not None:
            daemon.start()

    def refused(self, data, reason):
        """One refusal without a msgid, then the end."""
        with Terminal(daemon, cast.CLINIC) as t:
            t.send_bytes(data)
            if reason == "truncated":
                half_close(t)
            _, reply = t.receive()
            self.assertEqual(reply.outcome, REFUSED)
            self.assertEqual(reply.msgid, "")
            with self.assertRaises(Closed):
                t.receive()
            return codes(reply)

    def test_each_gets_a_refusal_and_the_end(self):
        frame = struct.pack(">IBB", 64 << 20, TERMINAL, VERSION)
        self.assertEqual(self.refused(frame, "size"), ["FRAME_TOO_LARGE"])
        frame = struct.pack(">IBB", 12, 9, VERSION) + b"\0" * 10
        self.assertEqual(self.refused(frame, "schema"), ["MALFORMED"])
        frame = struct.pack(">IBB", 11, TERMINAL, VERSION) + b"\xff" * 9
        self.assertEqual(self.refused(frame, "protobuf"), ["MALFORMED"])
        frame = struct.pack(">IBB", 1000, TERMINAL, VERSION) + b"x" * 10
        self.assertEqual(self.refused(frame, "truncated"), ["MALFORMED"])

    def test_replies_arrive_though_more_was_sent(self):
        """Unread bytes must not reset the connection under the refusal."""
        frame = struct.pack(">IBB", 64 << 20, TERMINAL, VERSION) + b"x" * 300000
        self.assertEqual(self.refused(frame, "size"), ["FRAME_TOO_LARGE"])

    def test_patience_counts_from_the_first_byte(self):
        with Terminal(daemon, cast.CLINIC) as t:
            request = visit(t)
            envelope = pb.RequestEnvelope(body=request.SerializeToString(), patience_ms=200)
            data = envelope.SerializeToString()
            frame = struct.pack(">IBB", len(data) + 2, TERMINAL, VERSION) + data
            t.send_bytes(frame[:20])
            time.sleep(0.4)
            t.send_bytes(frame[20:])
            answer, reply = t.receive()
            self.assertEqual((reply.outcome, codes(reply)), (RETRY, ["PATIENCE"]))
            self.assertEqual(reply.msgid, request.msgid)
            self.assertGreater(answer.retry_after_ms, 0)
            self.assertEqual(t.call(request)[1].outcome, DONE)


class Limits(unittest.TestCase):
    def test_connections(self):
        daemon.start_again("limits: {connections: 3}")
        inside = [Terminal(daemon, cast.CLINIC) for _ in range(3)]
        with self.assertRaises(OSError):
            Terminal(daemon, cast.CLINIC, timeout=1)
        inside.pop().close()
        with Terminal(daemon, cast.CLINIC) as t:
            self.assertEqual(t.call(look(t))[1].outcome, DONE)
        for t in inside:
            t.close()

    def test_a_busy_sender_is_slowed_down_not_refused(self):
        daemon.start_again("limits: {in_flight_sender: 4}")
        with Terminal(daemon, cast.CLINIC) as a, Terminal(daemon, cast.CLINIC) as b:
            for _ in range(300):
                a.send(look(a))
                b.send(look(b))
            for t in (a, b):
                for _ in range(300):
                    self.assertEqual(t.receive()[1].outcome, DONE)

    def test_overload_is_retry(self):
        daemon.start_again("limits: {in_flight: 1}")
        with Terminal(daemon, cast.CLINIC) as t:
            t.send_bytes(b"".join(self.frame(look(t)) for _ in range(60)))
            replies = [t.receive()[1] for _ in range(60)]
        self.assertIn(DONE, [r.outcome for r in replies])
        shed = [r for r in replies if r.outcome == RETRY]
        self.assertTrue(shed)
        for reply in shed:
            self.assertEqual(codes(reply), ["OVERLOADED"])

    @staticmethod
    def frame(request):
        data = pb.RequestEnvelope(body=request.SerializeToString()).SerializeToString()
        return struct.pack(">IBB", len(data) + 2, TERMINAL, VERSION) + data


class Starting(unittest.TestCase):
    def test_a_second_daemon_is_refused(self):
        daemon.start_again()
        port = (daemon.root / "port").read_text()
        second = run(COPAYD, "--config", daemon.root / "copayd.yaml", check=False)
        self.assertEqual(second.returncode, 69)
        self.assertIn("lock_refused", second.stderr)
        self.assertEqual((daemon.root / "port").read_text(), port)

    def test_unknown_keys_are_named_by_line(self):
        path = daemon.root / "wrong.yaml"
        daemon.write_config()
        lines = (daemon.root / "copayd.yaml").read_text(encoding="utf-8").count("\n")
        path.write_text((daemon.root / "copayd.yaml").read_text(encoding="utf-8") +
                        "surprise: 1\n", encoding="utf-8")
        wrong = run(COPAYD, "--config", path, check=False)
        self.assertEqual(wrong.returncode, 78)
        self.assertIn(f"{path}:{lines + 1}: surprise", wrong.stderr)
        path.unlink()

    def test_arguments(self):
        self.assertEqual(run(COPAYD, "--surprise", check=False).returncode, 64)
        self.assertEqual(run(COPAYD, "word", check=False).returncode, 64)
        self.assertIn("usage:", run(COPAYD, "--help").stdout)


class View(unittest.TestCase):
    """LMDB is a view of the ledger: lost or spoilt, it is folded again."""

    def setUp(self):
        daemon.start_again("store: {checkpoint_seconds: 1}")
        with Terminal(daemon, cast.CLINIC) as t:
            self.request = visit(t)
            self.body = t.call(self.request)[0].body

    def expect_same(self):
        daemon.start()
        with Terminal(daemon, cast.CLINIC) as t:
            envelope, _ = t.call(self.request)
        self.assertEqual(envelope.body, self.body)
        self.assertTrue(envelope.repeated)

    def test_marker(self):
        daemon.stop()
        (daemon.data / "rebuild").touch()
        self.expect_same()
        self.assertFalse((daemon.data / "rebuild").exists())
        self.assertIn("store_rebuild", daemon.log_text())

    def test_a_reload_meanwhile_is_not_the_end(self):
        daemon.stop()
        (daemon.data / "rebuild").touch()
        seen = daemon.log_text().count("event=store_rebuild")
        daemon.start(wait=False)
        until = time.monotonic() + 30
        while daemon.log_text().count("event=store_rebuild") == seen and time.monotonic() < until:
            time.sleep(0.001)
        daemon.process.send_signal(signal.SIGHUP)
        daemon.wait_ready()
        daemon.stop()
        self.expect_same()

    def test_damaged(self):
        daemon.stop()
        with open(daemon.data / "lmdb" / "data.mdb", "r+b") as file:
            file.write(b"\xff" * 8192)
        self.expect_same()

    def test_ahead_of_the_ledger(self):
        daemon.stop()
        before = daemon.root / "before"
        shutil.copytree(daemon.data / "ledger", before)
        daemon.start()
        with Terminal(daemon, cast.CLINIC) as t:
            for _ in range(3):
                self.assertEqual(t.call(visit(t))[1].outcome, DONE)
            until = time.monotonic() + 30
            status = daemon.ctl("status").stdout
            while not self.written(status) and time.monotonic() < until:
                time.sleep(0.2)
                status = daemon.ctl("status").stdout
            self.assertTrue(self.written(status), status)
        daemon.stop()
        after = daemon.root / "after"
        (daemon.data / "ledger").rename(after)
        before.rename(daemon.data / "ledger")
        refused = run(COPAYD, "--config", daemon.root / "copayd.yaml", check=False)
        self.assertEqual(refused.returncode, 69)
        self.assertRegex(refused.stderr,
                         r"event=store_ahead region=431000 store_sequence=\d+ ledger_sequence=\d+")
        shutil.rmtree(daemon.data / "ledger")
        after.rename(daemon.data / "ledger")
        self.expect_same()

    def test_not_blamed_for_the_ledger(self):
        """Damage behind what LMDB holds: another LMDB would not help, and this one is sound."""
        daemon.start_again("store: {checkpoint_seconds: 3600}")
        with Terminal(daemon, cast.CLINIC) as t:
            for _ in range(4):
                self.assertEqual(t.call(visit(t))[1].outcome, DONE)
        daemon.kill()
        segment = max((daemon.data / "ledger").glob("[0-9]*.seg"))
        whole = segment.read_bytes()
        at = [offset for offset, _ in proof.groups(whole)][-3] + proof.HEAD + 100
        segment.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:])
        store = (daemon.data / "lmdb" / "data.mdb").read_bytes()
        try:
            refused = run(COPAYD, "--config", daemon.root / "copayd.yaml", check=False)
            self.assertEqual(refused.returncode, 69)
            self.assertIn("event=fold_failed", refused.stderr)
            self.assertNotIn("store_rebuild", refused.stderr)
            self.assertTrue(store == (daemon.data / "lmdb" / "data.mdb").read_bytes())
        finally:
            segment.write_bytes(whole)
        self.expect_same()

    @staticmethod
    def written(status):
        found = re.search(r"applied (\d+), durable (\d+), in LMDB (\d+)", status)
        return bool(found) and len(set(found.groups())) == 1


class Revocation(unittest.TestCase):
    def openssl(self, *words):
        run("openssl", "ca", "-config", self.root / "conf", *words)

    def setUp(self):
        self.root = daemon.root / "crl"
        self.root.mkdir()
        (self.root / "conf").write_text(
            CRL_CONFIG.format(root=self.root, pki=daemon.pki), encoding="utf-8")
        (self.root / "number").write_text("01\n", encoding="utf-8")
        (self.root / "index").touch()
        self.openssl("-gencrl", "-out", self.root / "crl.pem")
        daemon.crl = self.root / "crl.pem"
        daemon.start_again("log: {level: debug}")

    def tearDown(self):
        daemon.crl = None
        daemon.start_again()
        shutil.rmtree(self.root)

    def reload(self, event):
        """SIGHUP, until the log tells what came of it."""
        seen = daemon.log_text().count(event)
        daemon.process.send_signal(signal.SIGHUP)
        until = time.monotonic() + 30
        while daemon.log_text().count(event) == seen and time.monotonic() < until:
            time.sleep(0.05)
        self.assertGreater(daemon.log_text().count(event), seen)

    def test_a_revoked_terminal_is_put_out(self):
        with Terminal(daemon, cast.HOSPITAL3) as revoked, Terminal(daemon, cast.CLINIC) as other:
            self.assertEqual(revoked.call(look(revoked))[1].outcome, DONE)
            self.openssl("-revoke", daemon.pki / f"{cast.HOSPITAL3}.pem")
            self.openssl("-gencrl", "-out", self.root / "crl.pem")
            self.reload("event=reloaded")
            with self.assertRaises((Closed, OSError)):
                revoked.call(look(revoked))
            self.assertEqual(other.call(look(other))[1].outcome, DONE)
            with self.assertRaises((Closed, OSError)):
                with Terminal(daemon, cast.HOSPITAL3) as again:
                    again.call(look(again))
            (self.root / "crl.pem").write_text("not a list\n", encoding="utf-8")
            self.reload("event=reload_refused")
            self.assertEqual(other.call(look(other))[1].outcome, DONE)
        # So that the next start finds a list again.
        self.openssl("-gencrl", "-out", self.root / "crl.pem")


class Outdated(unittest.TestCase):
    """A pack of an earlier release, to which this one objects."""

    def test_what_is_in_force_stops_no_region(self):
        daemon = Daemon(institutions=[cast.CLINIC])
        self.addCleanup(daemon.destroy)
        folder = daemon.root / "odd"
        shutil.copytree(PACK, folder)
        text = (folder / "policy.yaml").read_text(encoding="utf-8")
        was = "zh: 居民门诊统筹"
        self.assertEqual(text.count(was), 1)
        (folder / "policy.yaml").write_text(
            text.replace(was, 'zh: "居民\\u202e门诊统筹"'), encoding="utf-8")
        where = text[:text.index(was)].count("\n") + 1
        daemon.write_config()
        run(BUILD / "tests" / "daemon" / "outdated", daemon.root / "copayd.yaml", folder)
        daemon.start()
        self.assertRegex(daemon.log_text(), rf"level=warning event=pack_objection region={REGION} "
                         rf"file=policy.yaml line={where} key=layers\[\d+\]\.zh ")
        cast.load_members(daemon)
        with Terminal(daemon, cast.CLINIC) as t:
            _, reply = t.call(visit(t))
            self.assertEqual(reply.outcome, DONE, reply.errors)
            setl_id = reply.settlement.setl_id
        self.assertIn("this release objects to 1 places", daemon.ctl("status").stdout)
        self.assertIn(f'copayd_policy_objections{{region="{REGION}"}} 1',
                      daemon.ctl("status", "--metrics").stdout)
        # Whoever puts it forward is refused as ever.
        done = daemon.ctl("pack", "submit", folder, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("without control characters", done.stdout)
        # The next pack can be compared with it, and takes its place.
        digest = daemon.submit(PACK)
        done = run(COPAYCTL, "pack", "review", daemon.data)
        self.assertRegex(done.stdout, r"\n[1-9]\d* 处变化")
        daemon.ctl("pack", "approve", digest, duty="approve")
        daemon.ctl("pack", "publish", digest)
        self.assertNotIn("objects", daemon.ctl("status").stdout)
        # A void of what it made is compiled from the ledger.
        with Terminal(daemon, cast.CLINIC) as t:
            _, reply = t.call(t.request("2208", void_order=pb.Void(
                setl_id=setl_id, psn_no=cast.RESIDENT)))
            self.assertEqual(reply.outcome, DONE, reply.errors)
        done = daemon.verify()
        self.assertIn("without control characters", done.stdout)
        self.assertRegex(done.stdout, r"engines differ 记录.*\n(.*\n)*.*不符 differences 0\n"
                         r".*other faults found in packs 2\n")


if __name__ == "__main__":
    unittest.main()
