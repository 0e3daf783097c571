"""Overload from outside: a sender that floods, peers that do not read, half-open connections,
terminals that come back; and the figures that tell an operator. Counts and order, never speed."""
import contextlib
import multiprocessing
import pathlib
import re
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import threading
import time
import unittest

import cast
import copay_pb2 as pb
from daemon import PACK, run
from suite_daemon import CRL_CONFIG, Tuned, codes, look, visit
from terminal import DONE, RETRY, TERMINAL, VERSION, Closed, Terminal, line, settle


class Watched(Tuned):
    def metrics(self):
        """{name or name{labels without region}: value}"""
        values = {}
        for row in self.ctl("status", "--metrics").stdout.split("\n"):
            if not row or row.startswith("#"):
                continue
            found = re.fullmatch(r'copayd_(\w+)\{region="431000"(?:,(.*))?\} ([0-9.]+)', row)
            if not found:
                raise AssertionError(f"not in the exposition format: {row}")
            name = found.group(1) + (f"{{{found.group(2)}}}" if found.group(2) else "")
            values[name] = float(found.group(3))
        return values

    def memory_kib(self):
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1))


def setUpModule():
    global daemon
    daemon = Watched(institutions=[cast.HOSPITAL3, cast.CLINIC, cast.PHARMACY])
    daemon.start()
    cast.load(daemon)


def tearDownModule():
    status = daemon.destroy()
    assert status == 0, status


def frame(request, **more):
    data = pb.RequestEnvelope(body=request.SerializeToString(), **more).SerializeToString()
    return struct.pack(">IBB", len(data) + 2, TERMINAL, VERSION) + data


def flood(connections, window, each, begun):
    """A process of its own: connections of one institution that keep `window` settlements in flight
    each until they have sent `each`."""
    terminals = [Terminal(daemon, cast.HOSPITAL3, timeout=60) for _ in range(connections)]
    frames = [[frame(visit(t)) for _ in range(each)] for t in terminals]

    def run(t, mine):
        t.send_bytes(b"".join(mine[:window]))
        for i in range(each):
            t.receive()
            if i == 0:
                begun.release()
            if i + window < each:
                t.send_bytes(mine[i + window])

    threads = [threading.Thread(target=run, args=pair) for pair in zip(terminals, frames)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class Fairness(unittest.TestCase):
    def test_a_flood_slows_itself(self):
        """By the order in the ledger: of 1,536 settlements that one institution has in flight, few
        come between two of another's that it sends one after the other, and it is never told to
        come back. In one queue by arrival, nearly all would."""
        daemon.start_again("limits: {in_flight_sender: 4096}")
        connections, window = 24, 64
        fork = multiprocessing.get_context("fork")
        begun = fork.Semaphore(0)
        process = fork.Process(target=flood, args=(connections, window, 500, begun))
        process.start()
        sequences = []
        with Terminal(daemon, cast.CLINIC, timeout=60) as t:
            for _ in range(connections):
                self.assertTrue(begun.acquire(timeout=60))
            while len(sequences) < 40 and process.is_alive():
                envelope, reply = t.call(visit(t))
                self.assertEqual(reply.outcome, DONE, codes(reply))
                sequences.append(envelope.tally.sequence)
        process.join(120)
        self.assertEqual(process.exitcode, 0)
        self.assertGreater(len(sequences), 5)
        between = sorted(b - a for a, b in zip(sequences, sequences[1:]))
        self.assertGreater(between[-1], 1)  # there was a flood
        self.assertLess(between[len(between) // 2], connections * window // 2, between)

    def test_beyond_its_share_of_connections(self):
        daemon.start_again("limits: {connections_sender: 2}")
        with Terminal(daemon, cast.CLINIC) as a, Terminal(daemon, cast.CLINIC) as b:
            for t in (a, b):
                self.assertEqual(t.call(look(t))[1].outcome, DONE)
            with self.assertRaises((Closed, OSError)):
                with Terminal(daemon, cast.CLINIC) as c:
                    c.call(look(c))
            with Terminal(daemon, cast.PHARMACY) as other:
                self.assertEqual(other.call(look(other))[1].outcome, DONE)
            self.assertEqual(daemon.metrics()['connections_closed_total{reason="sender_full"}'], 1)


class Retry(unittest.TestCase):
    def test_says_when(self):
        daemon.start_again("limits: {in_flight: 4}")
        waits = []
        with Terminal(daemon, cast.CLINIC) as t:
            for _ in range(20):
                t.send_bytes(b"".join(frame(look(t)) for _ in range(60)))
                for _ in range(60):
                    envelope, reply = t.receive()
                    if reply.outcome == RETRY:
                        self.assertEqual(codes(reply), ["OVERLOADED"])
                        waits.append(envelope.retry_after_ms)
            self.assertTrue(waits)
            for wait in waits:
                self.assertGreaterEqual(wait, 50)
                self.assertLessEqual(wait, 15000)
            # Those turned away together do not come back together.
            self.assertGreater(len(set(waits)), min(len(waits) // 4, 30))
            self.assertEqual(daemon.metrics()['retries_total{reason="OVERLOADED"}'], len(waits))
            # And it had no effect: sent again, it is done.
            self.assertEqual(t.call(visit(t))[1].outcome, DONE)


class Unread(unittest.TestCase):
    def test_memory_stays_bounded_and_they_are_closed(self):
        daemon.start_again("limits: {buffers_mib: 32, buffers_sender_mib: 8}")
        before = daemon.memory_kib()
        peers = []
        for _ in range(40):
            t = Terminal(daemon, cast.HOSPITAL3, timeout=2)
            t.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            peers.append(t)
        requests = frame(look(peers[0])) * 64
        at = [0] * len(peers)

        def push(i):
            """Some more of the requests; False when it takes no more, full or closed."""
            peers[i].sock.settimeout(0.05)
            try:
                at[i] = (at[i] + peers[i].sock.send(requests[at[i]:])) % len(requests)
                return True
            except OSError:
                return False

        stuck, highest = set(), before
        until = time.monotonic() + 40
        while len(stuck) < len(peers) and time.monotonic() < until:
            stuck.update(i for i in range(len(peers)) if i not in stuck and not push(i))
            highest = max(highest, daemon.memory_kib())
        # Another's terminal is served all the while.
        with Terminal(daemon, cast.CLINIC) as other:
            self.assertEqual(other.call(visit(other))[1].outcome, DONE)
            closed = 0
            until = time.monotonic() + 60
            while closed < len(peers) and time.monotonic() < until:
                # One that a slow daemon had only made wait is filled now.
                for i in range(len(peers)):
                    push(i)
                values = daemon.metrics()
                closed = sum(values.get(f'connections_closed_total{{reason="{r}"}}', 0)
                             for r in ("unread", "memory", "write", "read"))
                highest = max(highest, daemon.memory_kib())
                time.sleep(0.2)
            self.assertEqual(closed, len(peers))
            self.assertEqual(other.call(look(other))[1].outcome, DONE)
        # The buffers, the arenas of the sender's share in flight, and OpenSSL's records; under the
        # address sanitizer freed memory is kept for a while, too.
        self.assertLess(highest - before, 600 * 1024)
        self.assertEqual(daemon.metrics()["buffer_bytes"], 0)
        for t in peers:
            t.close()


class HalfOpen(unittest.TestCase):
    def test_they_keep_nobody_out(self):
        daemon.start_again("limits: {handshakes: 8, connections: 4}")
        with contextlib.ExitStack() as stack:
            for _ in range(40):
                stack.enter_context(socket.create_connection(("127.0.0.1", daemon.port), 20))
            with Terminal(daemon, cast.CLINIC, timeout=60) as t:
                self.assertEqual(t.call(visit(t))[1].outcome, DONE)
                values = daemon.metrics()
        self.assertLessEqual(values["handshakes"], 8)
        self.assertGreater(values.get(
            'connections_closed_total{reason="handshake_pushed_out"}', 0) + values.get(
            'connections_closed_total{reason="handshake_slow"}', 0), 0)

    def test_garbage_costs_one_connection(self):
        daemon.start_again()
        with socket.create_connection(("127.0.0.1", daemon.port), 20) as raw:
            raw.sendall(b"GET / HTTP/1.1\r\n\r\n")
            raw.settimeout(20)
            with contextlib.suppress(ConnectionError):
                while raw.recv(4096):
                    pass
        with Terminal(daemon, cast.CLINIC) as t:
            self.assertEqual(t.call(look(t))[1].outcome, DONE)
        self.assertEqual(daemon.metrics()['connections_closed_total{reason="handshake"}'], 1)


class Resuming(unittest.TestCase):
    def setUp(self):
        daemon.start_again()
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_3
        self.context.load_verify_locations(daemon.pki / "ca.pem")
        self.context.load_cert_chain(daemon.pki / f"{cast.HOSPITAL3}.pem",
                                     daemon.pki / f"{cast.HOSPITAL3}.key")

    def call(self, session=None):
        """(whether it was resumed, the next ticket)"""
        t = Terminal.__new__(Terminal)
        t.institution = cast.HOSPITAL3
        raw = socket.create_connection(("127.0.0.1", daemon.port), 20)
        t.sock = self.context.wrap_socket(raw, server_hostname="localhost", session=session)
        with t:
            self.assertEqual(t.call(look(t))[1].outcome, DONE)
            return t.sock.session_reused, t.sock.session

    def test_resumes(self):
        reused, session = self.call()
        self.assertFalse(reused)
        reused, session = self.call(session)
        self.assertTrue(reused)
        reused, again = self.call(session)
        self.assertTrue(reused)
        self.assertEqual(again.id, session.id, "a young ticket is kept")
        self.assertEqual(daemon.metrics()["handshakes_resumed_total"], 2)

    def test_not_over_a_reload(self):
        _, session = self.call()
        seen = daemon.log_text().count("event=reloaded")
        daemon.process.send_signal(signal.SIGHUP)
        until = time.monotonic() + 30
        while daemon.log_text().count("event=reloaded") == seen and time.monotonic() < until:
            time.sleep(0.02)
        self.assertFalse(self.call(session)[0])

    def test_not_with_a_certificate_that_expired(self):
        """Made to end soon; while it is good it resumes."""
        key, request = daemon.root / "short.key", daemon.root / "short.csr"
        certificate, extension = daemon.root / "short.pem", daemon.root / "short.ext"
        self.root = daemon.root / "short"
        self.root.mkdir(exist_ok=True)
        (self.root / "conf").write_text(
            CRL_CONFIG.format(root=self.root, pki=daemon.pki) +
            "new_certs_dir = {0}\nserial = {0}/serial\npolicy = any\n[any]\n"
            "commonName = supplied\n".format(self.root), encoding="utf-8")
        (self.root / "index").touch()
        (self.root / "serial").write_text("77\n", encoding="utf-8")
        extension.write_text(f"subjectAltName=URI:urn:fixmedins:{cast.HOSPITAL3}\n"
                             "extendedKeyUsage=clientAuth\n", encoding="utf-8")
        run("openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-keyout", key, "-out", request, "-subj", "/CN=short")
        life_s = 6
        end = time.gmtime(time.time() + life_s)
        run("openssl", "ca", "-batch", "-config", self.root / "conf", "-in", request, "-out",
            certificate, "-notext", "-extfile", extension, "-enddate",
            time.strftime("%Y%m%d%H%M%SZ", end))
        self.context.load_cert_chain(certificate, key)
        _, session = self.call()
        reused, session = self.call(session)
        self.assertTrue(reused)
        time.sleep(life_s + 1)
        with self.assertRaises((Closed, OSError)):
            self.call(session)

    def test_not_with_a_certificate_that_was_revoked(self):
        root = daemon.root / "revoked"
        root.mkdir()
        (root / "conf").write_text(CRL_CONFIG.format(root=root, pki=daemon.pki), encoding="utf-8")
        (root / "number").write_text("01\n", encoding="utf-8")
        (root / "index").touch()
        openssl = ("openssl", "ca", "-config", root / "conf")
        run(*openssl, "-gencrl", "-out", root / "crl.pem")
        daemon.crl = root / "crl.pem"
        try:
            daemon.start_again()
            _, session = self.call()
            run(*openssl, "-revoke", daemon.pki / f"{cast.HOSPITAL3}.pem")
            run(*openssl, "-gencrl", "-out", root / "crl.pem")
            daemon.process.send_signal(signal.SIGHUP)
            until = time.monotonic() + 30
            while "event=reloaded" not in daemon.log_text() and time.monotonic() < until:
                time.sleep(0.02)
            with self.assertRaises((Closed, OSError)):
                self.call(session)
        finally:
            daemon.crl = None
            daemon.start_again()


class Metrics(unittest.TestCase):
    def test_after_known_traffic(self):
        daemon.start_again("store: {checkpoint_seconds: 1}")
        with Terminal(daemon, cast.CLINIC) as t:
            for _ in range(7):
                self.assertEqual(t.call(visit(t))[1].outcome, DONE)
            until = time.monotonic() + 30
            values = daemon.metrics()
            while "checkpoint_milliseconds" not in values and time.monotonic() < until:
                time.sleep(0.1)
                values = daemon.metrics()
        self.assertEqual(values["group_records_sum"], 7)
        self.assertEqual(values["sync_seconds_count"], values["group_records_count"])
        self.assertEqual(values['sync_seconds_bucket{le="+Inf"}'], values["sync_seconds_count"])
        self.assertGreater(values["sync_seconds_sum"], 0)
        self.assertEqual(values["durable_sequence"], values["sequence"])
        self.assertEqual(values["queue_journal"], 0)
        self.assertEqual(values["barrier_lag_milliseconds"], 0)
        self.assertGreaterEqual(values["answers_total"], 7)
        self.assertIn("checkpoint_age_milliseconds", values)
        self.assertIn(values["segment_ready"], (0, 1))  # written at leisure
        self.assertGreater(values["disk_free_bytes"], 0)
        self.assertEqual(values["log_dropped_total"], 0)
        # The clinic's terminal and the operator's own connection.
        self.assertGreaterEqual(values["handshakes_total"], 2)

    def test_never_a_person(self):
        with Terminal(daemon, cast.CLINIC) as t:
            self.assertEqual(t.call(visit(t))[1].outcome, DONE)
        for words in (["status"], ["status", "--metrics"]):
            text = daemon.ctl(*words).stdout
            self.assertNotIn(cast.RESIDENT, text)
            self.assertNotIn(cast.CLINIC, text)

    def test_one_head_for_each_name(self):
        text = daemon.ctl("status", "--metrics").stdout
        types = re.findall(r"^# TYPE (\w+) (counter|gauge|histogram)$", text, re.M)
        self.assertEqual(len(types), len({name for name, _ in types}))
        for name in set(re.findall(r"^(copayd_\w+)\{", text, re.M)):
            base = re.sub(r"_(bucket|sum|count)$", "", name)
            self.assertTrue({name, base} & {n for n, _ in types}, name)


HEAVY = """case: heavy
source: invented
policy: ..
member: {{insutype: "390", psn_type: "1501", born: 1970-01-01, sex: 1}}
claims:
  - med_type: "21"
    institution: {{grade: level3, region: "431002"}}
    from: 2024-03-01
    to: 2024-03-10
    lines:
{}
    expect: {{fulamt_ownpay_amt: 1000.00}}
""".format("\n".join(['      - {chrgitm_lv: "03", amount: 1.00}'] * 1000))
HEAVY_CASES = 100


class LookingBack(unittest.TestCase):
    def trying(self):
        """Processor time that went into packs, in clock ticks, by the thread that tries them."""
        ticks = 0
        for task in pathlib.Path(f"/proc/{daemon.process.pid}/task").iterdir():
            name, _, rest = (task / "stat").read_text().rpartition(")")
            if "compiler-" in name or "reader-" in name:
                ticks += int(rest.split()[11])
        return ticks

    def test_only_packs_wait_behind_a_pack_with_many_cases(self):
        """The reader repeats an answer while the pack's cases run, which take a hundred times as
        long as the repeat and the look that follows."""
        folder = daemon.root / "heavy"
        shutil.copytree(PACK, folder)
        for number in range(HEAVY_CASES):
            (folder / "cases" / f"heavy{number}.yaml").write_text(HEAVY, encoding="utf-8")
        with Terminal(daemon, cast.HOSPITAL3, timeout=60) as t:
            bill = t.request("2207", settle=settle(
                cast.RESIDENT, "11", [line(1, cast.DRUG_A, "1.00")], "HEAVY"))
            first = t.call(bill)[1]
            self.assertEqual(first.outcome, DONE, first.errors)
            before = self.trying()
            process = subprocess.Popen(
                [str(w) for w in daemon.ctl_words("pack", "submit", folder)],
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            until = time.monotonic() + 60
            while self.trying() < before + 5 and process.poll() is None:
                self.assertLess(time.monotonic(), until)
                time.sleep(0.005)
            self.assertEqual(t.call(bill)[1], first)
            self.assertNotIn("未审批", daemon.ctl("pack", "show").stdout,
                             "the repeat waited for the pack")
        out, _ = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 0, out)
        self.assertIn("未审批", daemon.ctl("pack", "show").stdout)

    def test_more_voids_than_the_reader_gets_through_are_answered_retry(self):
        """Each voids a stay that many later ones rest on, so that it has to look at them."""
        with Terminal(daemon, cast.HOSPITAL3, timeout=60) as t:
            def stay(number):
                _, reply = t.call(t.request("2304", settle=settle(
                    cast.RETIRED, "21", [line(1, cast.DRUG_A, f"{2000 + number}.00")],
                    f"LB{number}")))
                self.assertEqual(reply.outcome, DONE, reply.errors)
                return reply.settlement.setl_id

            made = [stay(number) for number in range(64)]
            voids = [t.request("2305", void_order=pb.Void(setl_id=setl_id, psn_no=cast.RETIRED))
                     for setl_id in made]
            t.send_bytes(b"".join(frame(v) for v in voids))
            outcomes = [t.receive()[1] for _ in voids]
            again = [r for r in outcomes if r.outcome == RETRY]
            self.assertTrue(again)  # 32 look at once
            self.assertEqual({tuple(codes(r)) for r in again}, {("OVERLOADED",)})
            # Not done, and safe to ask again: newest first, nothing stands in the way.
            for setl_id in reversed(made):
                _, reply = t.call(t.request("2305", void_order=pb.Void(
                    setl_id=setl_id, psn_no=cast.RETIRED)))
                if codes(reply) != ["SETTLEMENT_VOIDED"]:
                    self.assertEqual(reply.outcome, DONE, reply.errors)


if __name__ == "__main__":
    unittest.main()
