"""Starting, stopping, killing and restarting the real daemon in a folder of its own."""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(os.environ["COPAY_SOURCE"])
BUILD = pathlib.Path(os.environ["COPAY_BUILD"])
COPAYD = BUILD / "daemon" / "copayd"
COPAYCTL = BUILD / "tools" / "copayctl" / "copayctl"
COPAY = BUILD / "tools" / "copay" / "copay"
PACK = SOURCE / "conf" / "regions" / "431000-chenzhou"
COPAY_POLICY = BUILD / "tools" / "copay-policy" / "copay-policy"
REGION = "431000"
# By duty; the province's are made by whoever needs them: province_operators().
OPERATORS = {"enter": "op99001", "audit": "op99002", "approve": "op99003",
             "province": "op43001", "province-approve": "op43003"}


def run(*words, check=True, **more):
    """Runs a command to its end with a hang guard; returns the finished process."""
    done = subprocess.run([str(w) for w in words], capture_output=True, text=True, timeout=120,
                          check=False, **more)
    if check and done.returncode != 0:
        raise AssertionError(f"{words} exited {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done


class Daemon:
    """A copayd with throw-away certificates on a free port."""

    def __init__(self, institutions=(), extra=""):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="copayd-test-"))
        self.pki = self.root / "pki"
        self.data = self.root / "data" / REGION
        self.extra = extra
        self.process = None
        self.port = None
        self.log = self.root / "copayd.log"
        for words in (["ca"], ["server", "localhost"], ["operator", REGION, "enter", "op99001"],
                      ["operator", REGION, "audit", "op99002"],
                      ["operator", REGION, "approve", "op99003"],
                      *(["institution", code] for code in institutions)):
            run(SOURCE / "tools" / "certificates", self.pki, *words)

    def certificate(self, *words):
        run(SOURCE / "tools" / "certificates", self.pki, *words)

    def write_config(self):
        (self.root / "copayd.yaml").write_text(f"""
listen: {{address: 127.0.0.1, port: 0, port_file: {self.root}/port}}
tls: {{ca: {self.pki}/ca.pem, cert: {self.pki}/localhost.pem, key: {self.pki}/localhost.key}}
regions:
  - {{code: "{REGION}", data: {self.data.parent}}}
{self.extra}
""", encoding="utf-8")

    def start(self, environment=None, wait=True):
        self.write_config()
        port_file = self.root / "port"
        port_file.unlink(missing_ok=True)
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [COPAYD, "--config", self.root / "copayd.yaml"], stderr=log, stdout=log,
                env={**os.environ, **(environment or {})})
        if wait:
            self.wait_ready()
        return self

    def wait_ready(self, seconds=60):
        port_file = self.root / "port"
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if port_file.exists() and port_file.read_text().strip():
                self.port = int(port_file.read_text())
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise AssertionError("copayd is not ready:\n" + self.log_text())

    def log_text(self):
        return self.log.read_text(encoding="utf-8", errors="replace")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(30)

    def stop(self):
        """SIGTERM; the exit status."""
        if self.process is None or self.process.poll() is not None:
            return None if self.process is None else self.process.returncode
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def restart(self, **more):
        self.kill()
        return self.start(**more)

    def ctl_words(self, *words, duty="enter"):
        name = OPERATORS[duty]
        return [COPAYCTL, "--connect", f"localhost:{self.port}", "--ca", self.pki / "ca.pem",
                "--cert", self.pki / f"{name}.pem",
                "--key", self.pki / f"{name}.key", "--region", REGION, *words]

    def ctl(self, *words, check=True, duty="enter"):
        return run(*self.ctl_words(*words, duty=duty), check=check)

    def submit(self, pack, duty="enter"):
        """Its digest's first digits."""
        done = self.ctl("pack", "submit", pack, duty=duty)
        return re.search(r"pack (\w{16}) is submitted", done.stdout)[1]

    def publish(self, pack, province=False):
        """A pack's whole way into force; its digest's first digits."""
        enter, approve = ("province", "province-approve") if province else ("enter", "approve")
        digest = self.submit(pack, duty=enter)
        self.ctl("pack", "approve", digest, duty=approve)
        self.ctl("pack", "publish", digest, duty=enter)
        return digest

    def province_operators(self):
        for duty, name in (("enter", "op43001"), ("approve", "op43003")):
            self.certificate("operator", REGION[:2] + "0000", duty, name)

    def verify(self, check=True):
        return run(COPAYCTL, "verify", self.data, check=check)

    def finish(self):
        """Verifies the ledger, then stops and cleans up whatever that said."""
        try:
            self.verify()
        finally:
            self.destroy()

    def destroy(self):
        status = self.stop()
        text = self.log_text() if self.log.exists() else ""
        for mark in ("AddressSanitizer", "LeakSanitizer", "runtime error", "invariant_broken"):
            if mark in text:
                sys.stderr.write(text[-8000:])
                raise AssertionError(f"{mark} in the daemon's log")
        shutil.rmtree(self.root, ignore_errors=True)
        return status
