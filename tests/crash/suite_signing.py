"""The signer at work: under load, over the end of a segment, across key changes between both kinds
of key and with SM2 as the configured first one. Every receipt proves with the key of its time, the
whole ledger verifies from the first key on, and an idle ledger ends signed."""
import re
import threading
import time
import unittest

import cast
import proof
from daemon import COPAY, COPAYCTL, run
from suite_rebuild import Base, numbers
from terminal import DONE, Terminal, line, settle

SAMPLE = 12
HEADERS_MAX = 4096  # receipt.h


class Signing(Base):
    signature = "ed25519"

    def setUp(self):
        super().setUp()
        # Anew, for the first key is made at the first start.
        self.daemon.destroy()
        self.daemon = cast.ready_daemon(
            extra=f"ledger: {{segment_mib: 32, signature: {self.signature}}}")
        self.first = self.key_file(self.daemon.ctl("key", "show").stdout, "first")

    def key_file(self, text, name):
        path = self.daemon.root / f"{name}.pub"
        path.write_text(proof.pem_of(text))
        return path

    def roll(self):
        """Bills of about a MiB until the ledger has a second segment, while others send theirs."""
        lines = [line(f"{n:030d}", cast.DRUG_B, "1.00", medins_list_codg="医" * 50,
                      medins_list_name="药" * 50, rxno="9" * 30) for n in range(5000)]
        with Terminal(self.daemon, cast.HOSPITAL3, timeout=60) as t:
            while len(list((self.daemon.data / "ledger").glob("0*.seg"))) < 2:
                _, reply = t.call(t.request("2207", settle=settle(
                    cast.POOR, "11", lines, cast.ticket())))
                self.assertEqual(reply.outcome, DONE, reply.errors)

    def signed(self):
        """Waits until an idle ledger's last group is signed."""
        until = time.monotonic() + 20
        while time.monotonic() < until:
            text = self.daemon.ctl("status", "--metrics").stdout
            found = {name: int(value) for name, value in re.findall(
                r"copayd_(signed_sequence|durable_sequence)\S* (\d+)", text)}
            if len(found) == 2 and len(set(found.values())) == 1:
                return
            time.sleep(0.1)
        self.fail(f"not signed: {found} {text[:2000]}")

    def keys(self):
        """id -> file of every key that was."""
        text = self.daemon.ctl("key", "show", "--all").stdout
        pems = re.findall(r"-----BEGIN.*?-----END PUBLIC KEY-----\n", text, re.S)
        return {proof.key_id(pem).hex(): self.key_file(pem, proof.key_id(pem).hex())
                for pem in pems}

    def check_receipts(self, setl_ids):
        keys, used, sizes = self.keys(), set(), []
        for setl_id in setl_ids:
            path = self.daemon.root / "one.receipt"
            self.daemon.ctl("receipt", setl_id, "-o", path, duty="audit")
            proofs = [key for key, file in keys.items() if run(
                COPAY, "verify-receipt", path, "--key", file, check=False).returncode == 0]
            self.assertEqual(len(proofs), 1, setl_id)
            used.update(proofs)
            ours = proof.Receipt(path.read_bytes(), keys[proofs[0]].read_text())
            # 65 where the signer keeps up, which a busy machine need not let it.
            self.assertLessEqual(len(ours.headers), HEADERS_MAX)
            sizes.append(path.stat().st_size)
        return used, sizes

    def test_under_load_over_a_segments_end_and_key_changes(self):
        tills = self.load(0.5, tills=8)
        rolling = threading.Thread(target=self.roll, daemon=True)
        rolling.start()
        changes = [a for a in ("sm2", "ed25519") if a != self.signature] + [self.signature] * 2
        for algorithm in changes:
            time.sleep(0.4)
            self.daemon.ctl("key", "change", "--algorithm", algorithm)
        rolling.join(120)
        self.assertFalse(rolling.is_alive())
        for till in tills:
            till.stop.set()
        for till in tills:
            till.finish()
        self.signed()
        done = run(COPAYCTL, "verify", self.daemon.data, "--key", self.first, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(numbers(done.stdout, "unsigned behind it"), [0], done.stdout)
        self.assertEqual(numbers(done.stdout, "密钥 keys"), [1 + len(changes)], done.stdout)
        done_ids = [s.setl_id for s in self.books.settlements()]
        chosen = self.choice.sample(done_ids[1:-1], SAMPLE) + [done_ids[0], done_ids[-1]]
        used, _ = self.check_receipts(chosen)
        self.assertGreater(len(used), 1)
        segments = {p.name for p in (self.daemon.data / "ledger").glob("0*.seg")}
        self.assertEqual(len(segments), 2)


class SigningSm2(Signing):
    signature = "sm2"


del Base

if __name__ == "__main__":
    unittest.main()
