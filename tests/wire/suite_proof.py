"""The ledger proved to others: receipts by the real binaries and by our own reading, keys and their
changes, published heads and a tail that was cut."""
import random
import re
import shutil
import signal
import struct
import subprocess
import time
import unittest
import zlib

import cast
import copay_pb2 as pb
import proof
from daemon import COPAY, COPAYCTL, REGION, Daemon, run
from terminal import DONE, OPERATOR, Terminal, fen, line, settle

PUBLISH = """
ledger:
  publish_file: head.txt
  publish_command: cat > {root}/command.txt && echo "$COPAYD_REGION" > {root}/command.region
  publish_seconds: 1
"""


def setUpModule():
    global daemon
    daemon = Daemon(institutions=[cast.HOSPITAL3, cast.CLINIC, cast.PHARMACY])
    daemon.extra = PUBLISH.replace("{root}", str(daemon.root))
    daemon.start()
    cast.load(daemon)


def tearDownModule():
    daemon.finish()


def wait_for(what, seconds=20):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = what()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what} did not come")


def settled(count=1, amount="30.00"):
    """setl_ids of so many settlements at the pharmacy."""
    with Terminal(daemon, cast.PHARMACY) as t:
        ids = []
        for _ in range(count):
            _, reply = t.call(t.request("2102", settle=settle(
                cast.EMPLOYEE, "41", [line(1, cast.DRUG_A, amount)], cast.ticket())))
            assert reply.outcome == DONE, reply.errors
            ids.append(reply.settlement.setl_id)
        return ids


def receipt(setl_id, name="one"):
    path = daemon.root / f"{name}.receipt"
    daemon.ctl("receipt", setl_id, "-o", path, duty="audit")
    return path


def public_key():
    """The key in force, and the file that holds it."""
    pem = daemon.ctl("key", "show").stdout
    path = daemon.root / f"{proof.key_id(pem).hex()}.pub"
    path.write_text(proof.pem_of(pem))
    return pem, path


def check(path, key):
    return run(COPAY, "verify-receipt", path, "--key", key, check=False)


def sequence_of(setl_id):
    """The ledger's sequence is the setl_id's end."""
    return int(setl_id[-10:])


def operator(message):
    """A command under the operator's certificate: the reply's fields."""
    with Terminal(daemon, "op99001") as t:
        t.send_envelope(pb.RequestEnvelope(body=message), schema=OPERATOR)
        length, schema, _ = struct.unpack(">IBB", t._read(6))
        assert schema == OPERATOR
        envelope = pb.ReplyEnvelope.FromString(t._read(length - 2))
        return envelope, proof.fields(envelope.body)


def key_change_message(msgid, algorithm=""):
    body = proof.field(1, algorithm) if algorithm else b""
    return (proof.field(1, REGION) + proof.field(2, msgid) +
            proof.field(3, int(time.time() * 1000)) + proof.field(19, body))


def keys():
    """Every key, newest first, as Key messages of admin.proto."""
    body = (proof.field(1, REGION) + proof.field(2, f"show{random.random()}"[:20]) +
            proof.field(3, int(time.time() * 1000)) + proof.field(21, proof.field(1, 1)))
    return [proof.fields(k) for k in operator(body)[1][10]]


class Proof(unittest.TestCase):
    maxDiff = None

    def assert_proves(self, path, setl_id, pem, key):
        ours = proof.Receipt(path.read_bytes(), pem)
        self.assertEqual(ours.sequence, sequence_of(setl_id))
        self.assertIn(setl_id.encode(), ours.record)
        self.assertEqual(ours.headers[0].region, REGION)
        done = check(path, key)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn(setl_id, done.stdout)
        self.assertIn("凭证成立", done.stdout)
        self.assertIn(proof.key_id(pem).hex(), done.stdout)
        return ours, done.stdout

    def test_a_a_receipt_proves(self):
        pem, key = public_key()
        setl_id = settled(1, "31.20")[0]
        path = receipt(setl_id)
        ours, text = self.assert_proves(path, setl_id, pem, key)
        self.assertIn("31.20", text)
        self.assertIn(cast.PHARMACY, text)
        self.assertLess(len(path.read_bytes()), 20000)
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)  # a person's whole bill
        self.assertLessEqual(len(ours.headers), 65)
        signed = re.search(r"^copayd_signed_sequence\{.*\} (\d+)$",
                           daemon.ctl("status", "--metrics").stdout, re.M)
        self.assertGreaterEqual(int(signed[1]), ours.sequence)
        # Of a settlement in the middle of many, made while others are.
        ids = settled(20)
        for setl_id in ids[::5]:
            self.assert_proves(receipt(setl_id), setl_id, pem, key)

    def test_b_any_byte_is_caught(self):
        pem, key = public_key()
        path = receipt(settled()[0], "flip")
        data = path.read_bytes()
        for at in range(len(data)):
            other = bytearray(data)
            other[at] ^= 1 << at % 8
            with self.assertRaises(proof.Wrong):
                proof.Receipt(bytes(other), pem)
        chosen = random.Random(5).sample(range(len(data)), 60)
        for at in chosen + [0, len(data) - 1]:
            other = bytearray(data)
            other[at] ^= 1 << at % 8
            path.write_bytes(other)
            done = check(path, key)
            self.assertEqual(done.returncode, 1, (at, done.stdout))
            self.assertIn("凭证不成立", done.stdout)
        for other, word in ((data + b"\0", "多余"), (data[:-1], "不完整"), (b"", "不是凭证")):
            path.write_bytes(other)
            done = check(path, key)
            self.assertEqual(done.returncode, 1)
            self.assertIn(word, done.stdout)

    def test_c_only_the_right_key(self):
        _, key = public_key()
        path = receipt(settled()[0], "key")
        other = daemon.root / "other.pub"
        run("openssl", "genpkey", "-algorithm", "ed25519", "-out", daemon.root / "other.key")
        run("openssl", "pkey", "-in", daemon.root / "other.key", "-pubout", "-out", other)
        done = check(path, other)
        self.assertEqual(done.returncode, 1)
        self.assertIn("由另一把密钥签名", done.stdout)
        self.assertEqual(check(path, daemon.pki / "ca.pem").returncode, 2)
        self.assertEqual(check(daemon.root / "nothing", key).returncode, 2)

    def test_d_who_may(self):
        setl_id = settled()[0]
        self.assertEqual(daemon.ctl("receipt", setl_id, "-o", daemon.root / "no",
                                    check=False).returncode, 1)
        self.assertFalse((daemon.root / "no").exists())
        self.assertEqual(daemon.ctl("key", "change", duty="audit", check=False).returncode, 1)
        nobody = setl_id[:-10] + "9999999999"
        done = daemon.ctl("receipt", nobody, "-o", daemon.root / "no", duty="audit", check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("SETTLEMENT_UNKNOWN", done.stdout)

    def test_d_what_cannot_be_had_is_refused(self):
        setl_id = settled()[0]
        receipt(setl_id)
        segment = max((daemon.data / "ledger").glob("[0-9]*.seg"))
        at, = [at for at, h in proof.groups(segment.read_bytes())
               if h.first <= sequence_of(setl_id) <= h.last]
        self.flip(segment, at + proof.HEAD + 100)
        done = daemon.ctl("--timeout", "5000", "receipt", setl_id, "-o", daemon.root / "unread",
                          duty="audit", check=False)
        self.flip(segment, at + proof.HEAD + 100)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn("RECEIPT_UNREADABLE", done.stdout)
        receipt(setl_id)

    @staticmethod
    def flip(path, offset):
        with open(path, "r+b") as file:
            file.seek(offset)
            byte = file.read(1)[0]
            file.seek(offset)
            file.write(bytes([byte ^ 1]))

    def test_e_idle_ends_signed(self):
        settled(3)
        status = wait_for(lambda: self.fully_signed(daemon.ctl("status").stdout))
        self.assertIn("key", status)

    @staticmethod
    def fully_signed(text):
        durable = text.split("durable ")[1].split(",")[0]
        signed = text.split("signed to ")[1].split(",")[0]
        return text if durable == signed else None

    def test_f_key_change(self):
        old_pem, old_key = public_key()
        old = settled()[0]
        receipt(old)  # now it is signed by the old key
        msgid = f"change-{time.time_ns()}"[:30]
        message = key_change_message(msgid)
        envelope, reply = operator(message)
        self.assertEqual(reply[2], [DONE], reply)
        again, repeated = operator(message)
        self.assertEqual(envelope.body, again.body)
        self.assertTrue(again.repeated)
        self.assertEqual(reply[10], repeated[10])
        new_pem, new_key = public_key()
        self.assertNotEqual(old_pem, new_pem)
        self.assertEqual(proof.fields(reply[10][0])[3][0], proof.spki_of(new_pem))
        new = settled()[0]
        self.assert_proves(receipt(new), new, new_pem, new_key)
        self.assert_proves(receipt(old), old, old_pem, old_key)
        self.assertEqual(check(receipt(new), old_key).returncode, 1)
        # Under the same msgid something else is refused; nothing is made.
        self.assertNotEqual(operator(key_change_message(msgid, "sm2"))[1][2], [DONE])
        self.assertEqual(public_key()[0], new_pem)
        self.assert_chain()
        daemon.verify()

    def assert_chain(self):
        """Each key is signed by the one before, the first by itself."""
        chain = keys()
        for key, before in zip(chain, chain[1:] + [None]):
            previous = before or key
            self.assertEqual(key[5][0], previous[1][0])
            pem = self.pem(previous[3][0])
            self.assertEqual(proof.key_id(pem), previous[1][0])
            self.assertTrue(proof.holds(pem, proof.statement(
                REGION, key, before[4][0] if before else 0), key[6][0]))
        self.assertGreater(len(chain), 1)

    @staticmethod
    def pem(spki):
        import base64
        text = base64.b64encode(spki).decode()
        body = "\n".join(text[i:i + 64] for i in range(0, len(text), 64))
        return f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n"

    def test_g_sm2(self):
        daemon.ctl("key", "change", "--algorithm", "sm2")
        pem, key = public_key()
        self.assertEqual(len(proof.spki_of(pem)), 91)
        setl_id = settled()[0]
        path = receipt(setl_id)
        _, text = self.assert_proves(path, setl_id, pem, key)
        self.assertIn("sm2", text)
        data = bytearray(path.read_bytes())
        data[-40] ^= 1
        data[-4:] = struct.pack("<I", zlib.crc32(data[-72:-4]))
        path.write_bytes(data)
        done = check(path, key)
        self.assertEqual(done.returncode, 1)
        self.assertIn("签名不成立", done.stdout)
        with self.assertRaises(proof.Wrong):
            proof.Receipt(bytes(data), pem)
        self.assert_chain()
        # As before: it stays SM2; then back.
        daemon.ctl("key", "change")
        self.assertEqual(len(proof.spki_of(public_key()[0])), 91)
        daemon.ctl("key", "change", "--algorithm", "ed25519")
        self.assertEqual(len(proof.spki_of(public_key()[0])), 44)
        self.assert_chain()

    def test_h_after_a_restart(self):
        old = settled()[0]
        pem, key = public_key()
        receipt(old)
        daemon.restart()
        self.assertEqual(public_key()[0], pem)
        self.assert_proves(receipt(old), old, pem, key)
        new = settled()[0]
        self.assert_proves(receipt(new), new, pem, key)
        daemon.ctl("key", "change")
        daemon.restart()
        pem, key = public_key()
        new = settled()[0]
        self.assert_proves(receipt(new), new, pem, key)
        self.assert_chain()

    def test_i_a_missing_key_is_not_replaced(self):
        pem, _ = public_key()
        name = proof.key_id(pem).hex()
        folder = daemon.data / "keys"
        daemon.stop()
        self.assertEqual(oct((folder / f"{name}.pem").stat().st_mode & 0o777), "0o600")
        (folder / f"{name}.pem").rename(daemon.root / "kept.pem")
        daemon.start(wait=False)
        self.assertEqual(daemon.process.wait(60), 69)
        self.assertIn("the private key is missing", daemon.log_text())
        self.assertFalse((folder / f"{name}.pem").exists())
        # Another key under its name is no better.
        shutil.copy(daemon.root / "other.key", folder / f"{name}.pem")
        daemon.start(wait=False)
        self.assertEqual(daemon.process.wait(60), 69)
        self.assertIn("does not hold that key", daemon.log_text())
        # A crash right after the record: the file still has its first name. One that never was
        # vouched for is thrown away.
        (folder / f"{name}.pem").unlink()
        shutil.copy(daemon.root / "kept.pem", folder / f"{name}.new")
        (folder / "00000000.new").write_text("half a key")
        daemon.start()
        self.assertTrue((folder / f"{name}.pem").exists())
        self.assertEqual([p.name for p in folder.glob("*.new")], [])
        self.assertEqual(public_key()[0], pem)
        daemon.verify()

    def test_j_published(self):
        pem, key = public_key()
        head = daemon.root / "head.txt"
        last = sequence_of(settled()[0])
        text = wait_for(lambda: head.exists() and
                        int(proof.read_head(head.read_text())["sequence"]) >= last and
                        head.read_text())
        self.assertTrue(proof.head_holds(text, pem))
        told = daemon.root / "command.txt"
        wait_for(lambda: told.exists() and told.read_text() == head.read_text())
        self.assertEqual((daemon.root / "command.region").read_text().strip(), REGION)
        done = run(COPAYCTL, "verify", daemon.data, "--head", head)
        self.assertIn("the published head lies in this ledger", done.stdout)
        self.assertIn("signed groups", done.stdout)
        changed = daemon.root / "changed.txt"
        changed.write_text(text.replace("sequence ", "sequence 1", 1))
        self.assertEqual(run(COPAYCTL, "verify", daemon.data, "--head", changed,
                             check=False).returncode, 3)
        self.assertIn("verify [", run(COPAYCTL, "verify", daemon.data, "--progress").stderr)
        self.assertEqual(done.stderr, "")
        self.assertEqual(run(COPAYCTL, "verify", daemon.data, "--key", daemon.root / "other.pub",
                             check=False).returncode, 1)
        first = daemon.root / "first.pub"
        first.write_text(self.pem(keys()[-1][3][0]))
        self.assertEqual(run(COPAYCTL, "verify", daemon.data, "--key", first).returncode, 0)
        self.assertEqual(check(receipt(settled()[0]), key).returncode, 0)

    def copied(self):
        """The stopped daemon's data beside it, its newest segment, and the groups in that."""
        copy = daemon.root / "copy" / REGION
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(daemon.data, copy)
        segment = max((copy / "ledger").glob("[0-9]*.seg"))
        return copy, segment, list(proof.groups(segment.read_bytes()))

    def verify_copy(self, copy, *more):
        return run(COPAYCTL, "verify", copy, *more, check=False)

    def test_k_cut_and_forged(self):
        head = daemon.root / "head.txt"
        settled(12)
        daemon.stop()  # publishes the last head
        try:
            copy, segment, found = self.copied()
            self.assertEqual(int(proof.read_head(head.read_text())["sequence"]),
                             found[-1][1].last)
            self.assertEqual(self.verify_copy(copy, "--head", head).returncode, 0)
            whole = segment.read_bytes()

            # The last three groups gone, zeros in their place: by itself a sound ledger.
            at = found[-3][0]
            segment.write_bytes(whole[:at] + bytes(len(whole) - at))
            self.assertEqual(self.verify_copy(copy).returncode, 0)
            done = self.verify_copy(copy, "--head", head)
            self.assertEqual(done.returncode, 1, done.stdout)
            self.assertIn("截断", done.stdout)
            self.assertIn("tail was cut", done.stdout)

            # A seal cut short is no damage; one that is whole and wrong is.
            signed = [(at, h) for at, h in found if any(whole[at + 180:at + 252])]
            at, header = signed[-1]
            torn = bytearray(whole)
            torn[at + 200] ^= 1
            segment.write_bytes(torn)
            done = self.verify_copy(copy)
            self.assertEqual(done.returncode, 0, done.stdout)
            self.assertIn("cut short 1", done.stdout)
            torn[at + 248:at + 252] = struct.pack("<I", zlib.crc32(torn[at + 180:at + 248]))
            segment.write_bytes(torn)
            done = self.verify_copy(copy)
            self.assertEqual(done.returncode, 1, done.stdout)
            self.assertIn("the signature does not hold", done.stdout)
            self.assertIn(str(header.number), done.stdout)
        finally:
            daemon.start()

    def backup_command(self, folder):
        if not (daemon.root / "backup.key").exists():
            run(COPAYCTL, "backup-key", daemon.root / "backup.key")
        return [str(COPAYCTL), "backup", str(folder), "--from", str(daemon.data), "--to-key",
                str(daemon.root / "backup.key.pub")]

    def check_backup(self, folder):
        return run(COPAYCTL, "backup", folder, "--check", "--key", daemon.root / "backup.key",
                   check=False)

    def restore(self, folder, name):
        target = daemon.root / name / REGION
        target.parent.mkdir()
        return target, run(COPAYCTL, "restore", folder, target, "--key",
                           daemon.root / "backup.key", check=False)

    def test_l_a_key_changed_during_a_backup(self):
        folder = daemon.root / "backup"
        with subprocess.Popen(self.backup_command(folder), stdout=subprocess.DEVNULL) as backup:
            try:
                # Held at its first sealed file, whichever that is.
                while not list(folder.glob("*.sealed")):
                    self.assertIsNone(backup.poll())
                backup.send_signal(signal.SIGSTOP)
                daemon.ctl("key", "change")
                wait_for(lambda: len(list((daemon.data / "keys").glob("*.new"))) == 0)
                settled()
            finally:
                backup.send_signal(signal.SIGCONT)
            self.assertEqual(backup.wait(60), 0)
        done = self.check_backup(folder)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        target, done = self.restore(folder, "restored")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        # Every key that the restored ledger ever named is there.
        segment = max((target / "ledger").glob("[0-9]*.seg")).read_bytes()
        there = {p.stem for p in (target / "keys").iterdir()}
        present = [p.stem for p in (daemon.data / "keys").iterdir()]
        for name in present:
            if bytes.fromhex(name) in segment:
                self.assertIn(name, there)

    def test_m_a_backup_without_the_key_is_named(self):
        pem, _ = public_key()
        name = proof.key_id(pem).hex()
        settled()
        folder = daemon.root / "lacking"
        daemon.stop()
        try:
            (daemon.data / "keys" / f"{name}.pem").rename(daemon.root / "away.pem")
            run(*self.backup_command(folder))
        finally:
            (daemon.root / "away.pem").rename(daemon.data / "keys" / f"{name}.pem")
            daemon.start()
        for done in (self.check_backup(folder), self.restore(folder, "lacking-restored")[1]):
            self.assertEqual(done.returncode, 1, done.stdout)
            self.assertIn(name, done.stderr)
        self.assertFalse((daemon.root / "lacking-restored" / REGION).exists())


if __name__ == "__main__":
    unittest.main()
