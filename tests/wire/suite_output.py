"""The programs on a disk without room for what they print: each says so and does not exit with 0,
and what it did is done."""
import json
import pathlib
import re
import shutil
import subprocess
import unittest

import cast
from daemon import BUILD, COPAY, COPAYCTL, PACK, REGION, SOURCE, run
from terminal import day, make_msgid

REPLAY = BUILD / "tools" / "copay-replay" / "copay-replay"


def setUpModule():
    global daemon
    daemon = cast.ready_daemon()


def tearDownModule():
    daemon.finish()


def into_full(*words):
    """Runs a program whose standard output has no room; what it says on the other."""
    with open("/dev/full", "wb") as full:
        done = subprocess.run([str(w) for w in words], stdout=full, stderr=subprocess.PIPE,
                              timeout=120, check=False)
    return done.returncode, done.stderr.decode()


class Output(unittest.TestCase):
    def told(self, status, *words):
        ended, said = into_full(*words)
        self.assertEqual(ended, status, (words, said))
        name = pathlib.Path(words[0]).name
        self.assertRegex(said, rf"(?m)^{name}: 标准输出未能写完 / standard output could not be "
                               "written to its end")

    def of_daemon(self, certificate):
        pki = daemon.pki
        return ("--connect", f"localhost:{daemon.port}", "--ca", pki / "ca.pem", "--cert",
                pki / f"{certificate}.pem", "--key", pki / f"{certificate}.key")

    def test_copay(self):
        terminal = (COPAY, *self.of_daemon(cast.PHARMACY))
        self.told(2, COPAY, "--help")
        for more in ((), ("--json",)):
            self.told(2, *terminal, "--institution", cast.PHARMACY, "--region", REGION, *more,
                      "person", cast.EMPLOYEE)
        bill = json.loads(re.sub(r"@-1@", f"{day(-1):%Y-%m-%d}", (
            SOURCE / "tools" / "story" / "claims" / "a-pharmacy.json").read_text(encoding="utf-8")))
        path = daemon.root / "bill.json"
        path.write_text(json.dumps(bill), encoding="utf-8")
        msgid = make_msgid(cast.PHARMACY)
        self.told(2, *terminal, "--msgid", msgid, "settle", path)
        # It was settled: the same message again tells.
        again = run(*terminal, "--msgid", msgid, "settle", path)
        self.assertIn("63.00", again.stdout)

    def test_copayctl(self):
        operator = (COPAYCTL, *self.of_daemon("op99001"), "--region", REGION)
        self.told(3, COPAYCTL, "--help")
        self.told(3, *operator, "status")
        self.told(3, *operator, "status", "--metrics")
        self.told(3, *operator, "pack", "show")
        pack = daemon.root / "pack"
        shutil.copytree(PACK, pack)
        case = pack / "cases" / "d32-second-stay.yaml"
        shutil.copy(case, case.with_name("again.yaml"))
        self.told(3, *operator, "pack", "submit", pack)
        self.assertIn("op99001", daemon.ctl("pack", "show").stdout)
        for more in ((), ("--documents",)):
            self.told(3, COPAYCTL, "pack", "review", daemon.data, *more)
        for more in ((), ("--documents",), ("--json",)):
            self.told(3, COPAYCTL, "impact", daemon.data, pack, *more)
        self.told(3, COPAYCTL, "verify", daemon.data)

    def test_copay_replay(self):
        self.told(2, REPLAY, "--help")


if __name__ == "__main__":
    unittest.main()
