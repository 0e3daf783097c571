"""A prepared world, the real daemon over it, the echo server beside it, and copay-replay as the
client of both."""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time

from process import Failed, end, run, start

SETTLE_MIX = "outpatient=70,pharmacy=15,inpatient=15"
SAMPLES = 20  # real replies among which the one of median size is the echo server's


def wait_for(condition, seconds, what):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        got = condition()
        if got:
            return got
        time.sleep(0.005)
    raise Failed(f"{what} within {seconds} s")


class World:
    """DIR of `copay-replay prepare`, with a copayd on it."""

    def __init__(self, site, name, members, catalogue, institutions=200):
        self.site = site
        self.build = site.build
        self.folder = site.work / name
        self.pki = self.folder / "pki"
        self.replay = self.build / "tools" / "copay-replay" / "copay-replay"
        self.members = members
        self.process = self.port = None
        self.log = self.folder / "copayd.log"
        run(self.replay, "prepare", self.folder, "--members", members, "--institutions",
            institutions, "--catalogue", catalogue, "--seed", 1,
            "--base", site.source / "conf" / "regions" / "431000-chenzhou", timeout=1800)
        self.code = json.loads((self.folder / "world.json").read_text())["region"]
        self.data = self.folder / "data" / self.code

    def configure(self, checkpoint_seconds):
        (self.folder / "bench.yaml").write_text(f"""\
listen: {{address: 127.0.0.1, port: 0, port_file: port}}
tls: {{ca: pki/ca.pem, cert: pki/localhost.pem, key: pki/localhost.key}}
regions:
  - {{code: "{self.code}", data: data}}
store: {{checkpoint_seconds: {checkpoint_seconds}}}
log: {{level: debug}}
""", encoding="utf-8")

    def start(self, checkpoint_seconds=2):
        """Returns when it listens."""
        self.configure(checkpoint_seconds)
        port = self.folder / "port"
        port.unlink(missing_ok=True)
        with open(self.log, "ab") as log:
            self.process = start(self.build / "daemon" / "copayd", "--config",
                                 self.folder / "bench.yaml", stdout=log, stderr=log)
        wait_for(lambda: self.process.poll() is not None or
                 (port.exists() and port.read_text().strip()), 600, "copayd listens")
        if self.process.poll() is not None:
            raise Failed("copayd ended: " + self.log.read_text(errors="replace")[-1500:])
        self.port = int(port.read_text())
        return self

    def fill(self):
        """The pack and the members."""
        self.publish(self.folder / "region")
        self.ctl("import", "members", self.folder / "members.csv", "--insurances",
                 self.folder / "insurances.csv", "--identities", self.folder / "identities.csv",
                 timeout=3600)
        return self

    def publish(self, pack):
        digest = re.search(r"pack (\w{16}) is submitted", self.ctl("pack", "submit", pack))[1]
        self.ctl("pack", "approve", digest, duty="approve")
        self.ctl("pack", "publish", digest)

    def ctl(self, *words, timeout=600, duty="enter"):
        return run(self.build / "tools" / "copayctl" / "copayctl",
                   "--connect", f"localhost:{self.port}", "--ca", self.pki / "ca.pem",
                   "--cert", self.pki / f"{duty}.pem", "--key", self.pki / f"{duty}.key",
                   "--region", self.code, *words, timeout=timeout).stdout

    def sequence(self):
        """(applied, in LMDB)"""
        found = re.search(r"applied (\d+), durable \d+, in LMDB (\d+)", self.ctl("status"))
        return int(found.group(1)), int(found.group(2))

    def checkpoints(self):
        """How many the log tells of so far."""
        with open(self.log, "rb") as log:
            return sum(b"event=checkpoint " in line for line in log)

    def ledger_bytes(self):
        """Used bytes of the segments: what lies before their zeros."""
        return sum(used_bytes(path) for path in (self.data / "ledger").iterdir()
                   if path.stat().st_size > 4096)

    def status(self, field):
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"{field}:\s+(\d+) kB", text).group(1)) * 1024

    def thread_seconds(self):
        """Processor seconds so far, by thread."""
        tick, used = os.sysconf("SC_CLK_TCK"), {}
        for task in pathlib.Path(f"/proc/{self.process.pid}/task").iterdir():
            name = (task / "comm").read_text().strip().partition("-")[0]
            fields = (task / "stat").read_text().rpartition(")")[2].split()
            used[name] = used.get(name, 0) + (int(fields[11]) + int(fields[12])) / tick
        return used

    def load(self, port=None, seconds=20, timeout=None, **more):
        """One run of copay-replay; its JSON. Settlements only, unless `mix` says otherwise."""
        out = self.folder / "replay.json"
        out.unlink(missing_ok=True)
        run(*self.load_words(port, seconds, out, **more), check=False,
            timeout=timeout or seconds + 120)
        if not out.exists():
            raise Failed("copay-replay wrote no figures")
        return json.loads(out.read_text())

    def load_words(self, port, seconds, out, **more):
        words = {"mix": SETTLE_MIX, "lines": 10, "seconds": seconds, "warmup": 1, **more}
        options = [w for n, v in words.items() if v is not None
                   for w in ([f"--{n.replace('_', '-')}"] + ([] if v is True else [str(v)]))]
        return [self.replay, "run", self.folder, "--connect", f"localhost:{port or self.port}",
                "--json", out, *options]

    def running(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        end(self.process, signal.SIGKILL)
        self.process = None

    def stop(self):
        if self.process:
            end(self.process)
        self.process = None

    def remove(self):
        self.stop()
        if not self.site.options.keep:
            shutil.rmtree(self.folder, ignore_errors=True)


def used_bytes(path, step=1 << 20):
    size = path.stat().st_size
    with open(path, "rb") as file:
        while size > 0:
            begin = max(0, size - step)
            file.seek(begin)
            block = file.read(size - begin).rstrip(b"\0")
            if block:
                return begin + len(block)
            size = begin
    return 0


def terminal_module(site):
    """tests/wire's client, with the messages that protoc makes for it."""
    folder = site.work / "pb2"
    if not folder.exists():
        folder.mkdir()
        run("protoc", f"--python_out={folder}", "-I", site.source / "proto", "copay.proto")
        sys.path[:0] = [str(folder), str(site.source / "tests" / "wire")]
    import terminal
    return terminal


def first_hospital(world):
    """A designated hospital's code, and an item of class A."""
    rows = (world.folder / "region" / "institutions.csv").read_text(encoding="utf-8").split("\n")
    codes = [row.split(",")[0] for row in rows if ",outpatient" in row and row.startswith("H") and
             row.rstrip().endswith(",")]
    return next(code for code in codes if (world.pki / f"{code}.pem").exists())


def items(world, count):
    rows = (world.folder / "region" / "catalogue.csv").read_text(encoding="utf-8").split("\n")
    return [row.split(",")[0] for row in rows[1:] if ",01,09," in row or ",02,09," in row][:count]


def bill(site, world, person, ticket):
    """A ten-line outpatient settlement of the nth member, as a request."""
    terminal = terminal_module(site)
    lines = [terminal.line(n + 1, code, f"{12 + n}.50") for n, code in
             enumerate(items(world, 10))]
    return terminal.settle(f"43100099{person:012d}", "11", lines, ticket, account=True)


def connect(site, world):
    return terminal_module(site).Terminal(world, first_hospital(world))


def capture(site, world):
    """A frame that the daemon really sent: of some replies the one of median size. Writes it for
    the echo server; returns its size."""
    frames = []
    with connect(site, world) as term:
        for person in range(1, 10 * SAMPLES):
            term.send(term.request("2207", settle=bill(site, world, person, f"B{person}")))
            envelope, reply = term.receive()
            if reply.outcome == terminal_module(site).DONE:
                frames.append(term.frame(envelope))
            if len(frames) == SAMPLES:
                break
    if not frames:
        raise Failed("the daemon settled none of the bills that the echo server needs one of")
    frame = sorted(frames, key=len)[len(frames) // 2]
    (world.folder / "reply.frame").write_bytes(frame)
    return len(frame)


class Echo:
    """bench-echo with the daemon's certificates and a reply of its own."""

    def __init__(self, site, world):
        self.size = capture(site, world)
        self.process = start(site.build / "tests" / "bench" / "bench-echo",
                             world.pki / "ca.pem", world.pki / "localhost.pem",
                             world.pki / "localhost.key", world.folder / "reply.frame",
                             stdout=subprocess.PIPE)
        line = self.process.stdout.readline()
        if not line.strip():
            raise Failed("the echo server did not start")
        self.port = int(line)

    def stop(self):
        end(self.process, signal.SIGKILL)
