"""copayctl against files that are wrong, and against the real daemon: imports that are refused
whole, tried whole and gone on with; packs; looks; verify of sound and damaged folders.

usage: copayctl.py   Environment: COPAY_SOURCE, COPAY_BUILD.
"""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(os.environ["COPAY_SOURCE"]) / "tests" / "wire"))
from daemon import COPAYCTL, PACK, REGION, SOURCE, Daemon, run  # noqa: E402

MEMBERS = "psn_no,psn_cert_type,certno,psn_name,gend,naty,brdy,death_date"
INSURANCES = ("psn_no,insutype,psn_type,psn_insu_stas,insuplc_admdvs,psn_insu_date,pool_begndate,"
              "paus_insu_date,expi_date,cvlserv_flag,balc")
IDENTITIES = "psn_no,psn_idet_type,psn_type_lv,admdvs,begntime,endtime"


def number(i):
    return f"4310000000000099{i:05d}"


def member(i, **changes):
    row = dict(psn_no=number(i), psn_cert_type="01", certno=f"431002198001{i:06d}",
               psn_name=f"测试{i}", gend="1", naty="01", brdy="1980-01-01", death_date="")
    return ",".join({**row, **changes}.values())


def insurance(i, **changes):
    row = dict(psn_no=number(i), insutype="390", psn_type="1501", psn_insu_stas="1",
               insuplc_admdvs="431002", psn_insu_date="2020-01-01", pool_begndate="",
               paus_insu_date="", expi_date="", cvlserv_flag="", balc="")
    return ",".join({**row, **changes}.values())


def identity(i, **changes):
    row = dict(psn_no=number(i), psn_idet_type="1", psn_type_lv="", admdvs="431002",
               begntime="2023-01-01", endtime="9999-12-31")
    return ",".join({**row, **changes}.values())


class Tables:
    """The three files of an import in a folder."""

    def __init__(self, folder, members, insurances, identities=(), name=""):
        self.paths = []
        for file, header, rows in (("members", MEMBERS, members),
                                   ("insurances", INSURANCES, insurances),
                                   ("identities", IDENTITIES, identities)):
            path = pathlib.Path(folder) / f"{name}{file}.csv"
            path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
            self.paths.append(path)

    def words(self):
        members, insurances, identities = self.paths
        return ["import", "members", members, "--insurances", insurances,
                "--identities", identities]


class Folder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="copayctl-test-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)


class BadTables(Folder):
    """Refused whole before anything is sent: nobody listens at port 1."""

    @classmethod
    def setUpClass(cls):
        cls.pki = tempfile.TemporaryDirectory(prefix="copayctl-test-")
        for words in (["ca"], ["operator", REGION, "enter", "op"]):
            run(SOURCE / "tools" / "certificates", cls.pki.name, *words)

    @classmethod
    def tearDownClass(cls):
        cls.pki.cleanup()

    def ctl(self, *words):
        pki = pathlib.Path(self.pki.name)
        return run(COPAYCTL, "--connect", "127.0.0.1:1", "--ca", pki / "ca.pem", "--cert",
                   pki / "op.pem", "--key", pki / "op.key", "--region", REGION, "--timeout", "200",
                   *words, check=False)

    def refused(self, members, insurances, identities=()):
        done = self.ctl(*Tables(self.folder, members, insurances, identities).words())
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn("refused whole", done.stdout)
        return done.stdout

    def test_sound_tables_go_on_to_connect(self):
        tables = Tables(self.folder, [member(1)], [insurance(1)], [identity(1)])
        done = self.ctl(*tables.words())
        self.assertEqual(done.returncode, 2, done.stdout)

    def test_every_bad_row_is_named(self):
        out = self.refused(
            [member(1, gend="3"), member(2), member(3, brdy="1980-02-30"), member(4, certno=""),
             member(5, death_date="1979-12-31"), member(6, psn_no="9" * 31)],
            [insurance(i) for i in range(1, 6)])
        for row, column in ((1, "gend"), (3, "brdy"), (4, "certno"), (5, "death_date"),
                            (6, "psn_no")):
            self.assertRegex(out, rf"members\.csv:{row + 1} 第 {row} 行 row {row} {column}：.* / .")
        self.assertNotIn("row 2 ", out)

    def test_more_faults_than_one_list_holds(self):
        out = self.refused([member(i, gend="x") for i in range(500)],
                           [insurance(i) for i in range(500)])
        self.assertEqual(len(re.findall(r"row \d+ gend", out)), 500)
        self.assertIn("500 faults", out)

    def test_a_duplicate_identity_number_names_both_rows(self):
        out = self.refused([member(1), member(2), member(3, certno=member(1).split(",")[2])],
                           [insurance(i) for i in (1, 2, 3)])
        self.assertRegex(out, rf"row 3 certno：.*第 1 行（{number(1)}）.*also in row 1")
        self.assertIn("1 faults", out)

    def test_the_same_number_of_another_document_is_no_duplicate(self):
        tables = Tables(self.folder, [member(1), member(2, psn_cert_type="17",
                                                        certno=member(1).split(",")[2])],
                        [insurance(1), insurance(2)])
        self.assertEqual(self.ctl(*tables.words()).returncode, 2)

    def test_a_person_twice_names_both_rows(self):
        out = self.refused([member(1), member(1, certno="X1")], [insurance(1)])
        self.assertRegex(out, r"row 2 psn_no：.*also in row 1")

    def test_insurances(self):
        out = self.refused(
            [member(1), member(2), member(3)],
            [insurance(1, insutype="39"), insurance(1, insuplc_admdvs="4310"),
             insurance(1, pool_begndate="2019-12-31"), insurance(1, expi_date="2019-12-31"),
             insurance(1, balc="5.00"), insurance(9), insurance(2, cvlserv_flag="2"),
             insurance(2, insutype="310", psn_type="1101", balc="1.005")])
        for row, column in enumerate(("insutype", "insuplc_admdvs", "pool_begndate", "expi_date",
                                      "balc", "psn_no", "cvlserv_flag", "balc"), 1):
            self.assertRegex(out, rf"insurances\.csv:{row + 1} 第 {row} 行 row {row} {column}：")
        self.assertRegex(out, r"members\.csv 第 3 行 row 3 psn_no：没有参保记录")

    def test_identities(self):
        out = self.refused([member(1)], [insurance(1)],
                           [identity(1, endtime="2022-12-31"), identity(2),
                            identity(1, psn_idet_type="LONG")])
        for row, column in ((1, "endtime"), (2, "psn_no"), (3, "psn_idet_type")):
            self.assertRegex(out, rf"identities\.csv:{row + 1} 第 {row} 行 row {row} {column}：")

    def test_more_insurances_than_a_person_may_have(self):
        out = self.refused([member(1)], [insurance(1)] * 9)
        self.assertRegex(out, r"row 9 psn_no：")

    def test_a_header_that_is_not_ours(self):
        tables = Tables(self.folder, [member(1)], [insurance(1)])
        tables.paths[0].write_text("psn_no,name\n1,2\n", encoding="utf-8")
        done = self.ctl(*tables.words())
        self.assertEqual(done.returncode, 1)
        self.assertIn("members.csv", done.stdout)

    def test_rows_of_other_lengths_and_encodings(self):
        out = self.refused([member(1) + ",more", member(2)], [insurance(2)])
        self.assertRegex(out, r"members\.csv:2 ")
        tables = Tables(self.folder, [member(1)], [insurance(1)])
        tables.paths[0].write_bytes(MEMBERS.encode() + b"\n\xff\xfe\n")
        self.assertEqual(self.ctl(*tables.words()).returncode, 1)

    def test_a_missing_file(self):
        tables = Tables(self.folder, [member(1)], [insurance(1)])
        tables.paths[2].unlink()
        done = self.ctl(*tables.words())
        self.assertEqual(done.returncode, 1)
        self.assertIn("not found", done.stdout)

    def test_a_broken_pack_tells_all_its_faults(self):
        pack = self.folder / "pack"
        shutil.copytree(PACK, pack)
        policy = (pack / "policy.yaml").read_text(encoding="utf-8")
        (pack / "policy.yaml").write_text(
            policy.replace("ratio: 0.82", "ratio: 8.2").replace("owner: county", "owner: city"),
            encoding="utf-8")
        done = self.ctl("pack", "submit", pack)
        self.assertEqual(done.returncode, 1)
        self.assertGreater(len(re.findall(r"policy\.yaml:\d+: layers\[\d+\]", done.stdout)), 4)
        self.assertIn("nothing was submitted", done.stdout)

    def test_certificates_that_cannot_be_used(self):
        done = run(COPAYCTL, "--connect", "127.0.0.1:1", "--ca", "/no/ca.pem", "--cert", "x",
                   "--key", "x", "--region", REGION, "status", check=False)
        self.assertEqual(done.returncode, 3)

    def test_the_command_line(self):
        for words in ([], ["status"], ["fly"], ["import", "members", "x"], ["--timeout", "0"],
                      ["--connect", "nowhere", "status"], ["--region", "43", "status"]):
            done = run(COPAYCTL, *words, check=False)
            self.assertEqual((done.returncode, done.stdout), (100, ""), words)
            self.assertTrue(done.stderr)
        self.assertIn("usage: copayctl", run(COPAYCTL, "--help").stdout)


class Keys(Folder):
    def test_no_half_pair_is_left(self):
        key = self.folder / "backup.key"
        public = self.folder / "backup.key.pub"
        public.symlink_to(self.folder / "nowhere" / "at-all")  # cannot be made
        self.assertEqual(run(COPAYCTL, "backup-key", key, check=False).returncode, 1)
        self.assertFalse(key.exists())
        public.unlink()
        run(COPAYCTL, "backup-key", key)
        self.assertEqual(key.stat().st_mode & 0o777, 0o600)
        # Neither half is ever written over.
        held = key.read_bytes(), public.read_bytes()
        self.assertEqual(run(COPAYCTL, "backup-key", key, check=False).returncode, 1)
        self.assertEqual((key.read_bytes(), public.read_bytes()), held)


class Served(Folder):
    """With a daemon of its own."""

    def setUp(self):
        super().setUp()
        self.daemon = Daemon().start()
        self.addCleanup(self.daemon.destroy)

    def sequence(self):
        return int(re.search(r"durable (\d+)", self.daemon.ctl("status").stdout).group(1))

    def test_import_again_changes_nothing(self):
        tables = Tables(self.folder, [member(i) for i in range(1, 1201)],
                        [insurance(i) for i in range(1, 1201)], [identity(7)])
        before = self.sequence()
        done = self.daemon.ctl(*tables.words())
        self.assertIn("1200 of them now", done.stdout)
        self.assertIn("dry run 1200/1200", done.stderr)
        self.assertEqual(self.sequence(), before + 3)
        done = self.daemon.ctl(*tables.words())
        self.assertIn("0 of them now", done.stdout)
        self.assertEqual(self.sequence(), before + 3)
        self.assertEqual(self.daemon.verify().returncode, 0)

    def test_an_import_that_was_killed_goes_on(self):
        rows = range(1, 6001)
        tables = Tables(self.folder, [member(i) for i in rows], [insurance(i) for i in rows])
        d = self.daemon
        process = subprocess.Popen(
            [str(w) for w in (COPAYCTL, "--connect", f"localhost:{d.port}", "--ca",
                              d.pki / "ca.pem", "--cert", d.pki / "op99001.pem", "--key",
                              d.pki / "op99001.key", "--region", REGION, *tables.words())],
            stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        for line in process.stderr:
            if "import 500/" in line:
                process.send_signal(signal.SIGKILL)
                break
        process.wait(60)
        process.stderr.close()
        done = d.ctl(*tables.words())
        again = int(re.search(r"rows up to (\d+) are in already", done.stderr).group(1))
        self.assertGreaterEqual(again, 500)
        self.assertIn(f"{6000 - again} of them now", done.stdout)
        self.assertIn("测试6000", d.ctl("look", number(6000), duty="audit").stdout)
        self.assertEqual(d.verify().returncode, 0)

    def test_a_number_that_another_person_has_is_found_by_the_dry_run(self):
        first = Tables(self.folder, [member(1)], [insurance(1)], name="first-")
        self.daemon.ctl(*first.words())
        before = self.sequence()
        certno = member(1).split(",")[2]
        second = Tables(self.folder, [member(2), member(3, certno=certno)],
                        [insurance(2), insurance(3)], name="second-")
        done = self.daemon.ctl(*second.words(), check=False)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, rf"row 2 certno MEMBER_DUPLICATE：.*held by {number(1)}")
        self.assertIn("nothing was imported", done.stdout)
        self.assertEqual(self.sequence(), before)
        done = self.daemon.ctl("look", number(2), duty="audit", check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("PERSON_UNKNOWN", done.stdout)

    def test_every_message_of_a_dry_run_is_told(self):
        rows = range(1, 1101)
        bad = {1: "999999", 1100: "110000"}
        tables = Tables(self.folder, [member(i) for i in rows],
                        [insurance(i, **({"insuplc_admdvs": bad[i]} if i in bad else {}))
                         for i in rows])
        done = self.daemon.ctl(*tables.words(), check=False)
        self.assertEqual(done.returncode, 1)
        for row in bad:
            self.assertRegex(done.stdout, rf"row {row} insuplc_admdvs MEMBER_INVALID")

    def test_a_pack_takes_two_people(self):
        ctl = self.daemon.ctl
        digest = re.search(r"pack (\w{16}) is submitted", ctl("pack", "submit", PACK).stdout)[1]
        self.assertRegex(ctl("pack", "show").stdout,
                         rf"in force 无 none\n.*{digest}\w+ .*op99001 未审批")
        for words, duty, why in ((("approve", digest), "enter", "NOT_AUTHORISED"),
                                 (("publish", digest), "enter", "PACK_UNAPPROVED"),
                                 (("approve", "0" * 16), "approve", "no submitted pack"),
                                 (("approve", digest[:7]), "approve", "no submitted pack")):
            done = ctl("pack", *words, duty=duty, check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn(why, done.stdout)
        ctl("pack", "approve", digest[:8], duty="approve")
        self.assertRegex(ctl("pack", "show", duty="audit").stdout, "approved [0-9]+ .*op99003")
        ctl("pack", "publish", digest, duty="approve")
        self.assertRegex(ctl("pack", "show").stdout, rf"^在用 in force {digest}\w+ .*\n$")
        self.assertEqual(ctl("pack", "approve", digest, duty="approve", check=False).returncode, 1)

    def test_a_pack_with_a_red_case_is_not_submitted(self):
        pack = self.folder / "pack"
        shutil.copytree(PACK, pack)
        (pack / "cases").mkdir(exist_ok=True)
        case = (PACK / "cases" / "d32-second-stay.yaml").read_text(encoding="utf-8")
        (pack / "cases" / "stay.yaml").write_text(case, encoding="utf-8")
        digest = re.search(r"pack (\w{16}) is submitted",
                           self.daemon.ctl("pack", "submit", pack).stdout)[1]
        (pack / "cases" / "stay.yaml").write_text(case.replace("18720.00", "18720.01"),
                                                  encoding="utf-8")
        done = self.daemon.ctl("pack", "submit", pack, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, r"cases/stay\.yaml:\d+: hifp_pay: .*expected 18720\.01, got "
                                      r"18720\.00")
        self.assertIn(digest, self.daemon.ctl("pack", "show").stdout)

    def test_what_a_pack_would_have_made_of_the_past(self):
        self.daemon.publish(PACK)
        tables = Tables(self.folder, [member(1)], [insurance(1)])
        self.daemon.ctl(*tables.words())
        pack = self.folder / "pack"
        shutil.copytree(PACK, pack)
        done = run(COPAYCTL, "impact", self.daemon.data, pack)
        self.assertRegex(done.stdout, "rules' days 0，.*differ 0，")
        (pack / "policy.yaml").write_text("language: 1\n", encoding="utf-8")
        done = run(COPAYCTL, "impact", self.daemon.data, pack, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("policy.yaml:", done.stdout)

    def test_pack_look_and_status(self):
        self.assertIn("policy 无 none", self.daemon.ctl("status").stdout)
        digest = self.daemon.publish(PACK)
        self.assertIn(f"policy {digest}", self.daemon.ctl("status").stdout)
        self.daemon.publish(PACK)
        tables = Tables(self.folder, [member(1)],
                        [insurance(1, insutype="310", psn_type="1101", balc="12.34")],
                        [identity(1)])
        self.daemon.ctl(*tables.words())
        done = self.daemon.ctl("look", number(1), check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("NOT_AUTHORISED", done.stdout)
        before = self.sequence()
        out = self.daemon.ctl("look", number(1), duty="audit").stdout
        for text in ("测试1", "12.34", "低保对象"):
            self.assertIn(text, out)
        self.assertEqual(self.sequence(), before + 1)
        done = self.daemon.ctl("clock", "confirm", check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("CLOCK_FINE", done.stdout)

    def test_verify_beside_the_daemon_and_after_damage(self):
        tables = Tables(self.folder, [member(1)], [insurance(1)])
        self.daemon.ctl(*tables.words())
        # Damage to the last group alone cannot be told from a write that a power cut tore.
        self.daemon.publish(PACK)
        done = self.daemon.verify()
        last = self.sequence()
        self.assertIn(f"last sequence {last}", done.stdout)
        self.assertRegex(done.stdout, r"differences 0\n.*head [0-9a-f]{64}")
        self.daemon.stop()
        copy = self.folder / REGION
        shutil.copytree(self.daemon.data, copy)
        segment = sorted((copy / "ledger").glob("*"),
                         key=lambda p: p.stat().st_size)[-1]
        data = bytearray(segment.read_bytes())
        at = data.find("测试1".encode())
        self.assertGreater(at, 0)
        data[at] ^= 1
        segment.write_bytes(data)
        done = run(COPAYCTL, "verify", copy, check=False)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn(segment.name, done.stdout)
        # A folder of regions, one region's, one named otherwise.
        for words in (["verify", self.daemon.data.parent], ["verify", self.daemon.data],
                      ["--region", REGION, "verify", self.daemon.data.parent]):
            self.assertEqual(run(COPAYCTL, *words, check=False).returncode, 0, words)
        renamed = shutil.move(self.daemon.data, self.folder / "old")
        self.assertEqual(run(COPAYCTL, "verify", renamed, check=False).returncode, 3)
        done = run(COPAYCTL, "--region", REGION, "verify", renamed, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_verify_of_nothing(self):
        self.assertEqual(run(COPAYCTL, "verify", self.folder, check=False).returncode, 3)
        data = self.daemon.data.parent
        done = run(COPAYCTL, "--region", "430500", "verify", data, check=False)
        self.assertEqual(done.returncode, 3)
        self.assertFalse((data / "430500").exists())

    def test_a_daemon_of_another_authority_is_not_trusted(self):
        d, foreign = self.daemon, self.folder / "pki"
        run(SOURCE / "tools" / "certificates", foreign, "ca")
        done = run(COPAYCTL, "--connect", f"localhost:{d.port}", "--ca", foreign / "ca.pem",
                   "--cert", d.pki / "op99001.pem", "--key", d.pki / "op99001.key",
                   "--region", REGION, "--timeout", "2000", "status", check=False)
        self.assertEqual(done.returncode, 3, done.stderr)


if __name__ == "__main__":
    result = unittest.main(exit=False, verbosity=1).result
    bad = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - bad} passed, {bad} failed")
    sys.exit(1 if bad else 0)
