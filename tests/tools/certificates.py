"""tools/certificates: who each certificate says it is, and that the wrong ones are wrong.
usage: certificates.py SOURCE
"""
import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(sys.argv.pop(1)) / "tools" / "certificates"
CODE = "H43100299001"


def run(*words):
    return subprocess.run(list(map(str, words)), capture_output=True, text=True, timeout=60,
                          check=False)


class Certificates(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(prefix="certificates-test-")
        cls.dir = pathlib.Path(cls.temporary.name) / "pki"
        for words in (["ca"], ["server", "copayd"], ["institution", CODE],
                      ["operator", "431000", "enter", "zhang"], ["foreign", CODE],
                      ["expired", CODE]):
            done = run(SCRIPT, cls.dir, *words)
            assert done.returncode == 0, done.stderr

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def text(self, name):
        return run("openssl", "x509", "-in", self.dir / f"{name}.pem", "-noout", "-text").stdout

    def verify(self, name):
        return run("openssl", "verify", "-x509_strict", "-CAfile", self.dir / "ca.pem",
                   self.dir / f"{name}.pem")

    def test_identities(self):
        for name, san, usage in (
                ("copayd", "DNS:copayd, DNS:localhost, IP Address:127.0.0.1", "Server"),
                (CODE, f"URI:urn:fixmedins:{CODE}", "Client"),
                ("zhang", "URI:urn:copayd:operator:431000:enter:zhang", "Client")):
            text = self.text(name)
            self.assertIn(san, text)
            self.assertIn(f"TLS Web {usage} Authentication", text)
            self.assertIn("prime256v1", text)
            self.assertEqual(self.verify(name).returncode, 0, self.verify(name).stderr)

    def test_foreign_and_expired_say_the_same_and_are_refused(self):
        for name, why in ((f"foreign-{CODE}", "unable to get local issuer"),
                          (f"expired-{CODE}", "has expired")):
            self.assertIn(f"URI:urn:fixmedins:{CODE}", self.text(name))
            done = self.verify(name)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(why, done.stderr)

    def test_nobody_else_reads_the_keys(self):
        for path in self.dir.glob("*.key"):
            self.assertEqual(path.stat().st_mode & 0o777, 0o600, path)

    def test_the_authority_is_made_once_and_nothing_is_left_behind(self):
        before = (self.dir / "ca.pem").read_bytes()
        self.assertEqual(run(SCRIPT, self.dir, "ca").returncode, 0)
        self.assertEqual((self.dir / "ca.pem").read_bytes(), before)
        self.assertEqual({p.suffix for p in self.dir.iterdir()}, {".pem", ".key"})

    def test_bad_words(self):
        for words in (["institution", "X1"], ["operator", "4310", "enter", "a"],
                      ["operator", "431000", "rule", "a"], ["operator", "431000", "enter", "a b"],
                      ["server", "a,b"]):
            self.assertEqual(run(SCRIPT, self.dir, *words).returncode, 1, words)
        for words in ([], ["ca", "x"], ["fly"]):
            self.assertEqual(run(SCRIPT, self.dir, *words).returncode, 2, words)


if __name__ == "__main__":
    result = unittest.main(exit=False, verbosity=1).result
    bad = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - bad} passed, {bad} failed")
    sys.exit(1 if bad else 0)
