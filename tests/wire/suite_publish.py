"""Publishing by the real binaries: a province's locks and freezes, an approver's review, documents
of differences. The parts rest on each other, so they run in order."""
import datetime
import json
import re
import shutil
import struct
import time
import unittest

import cast
import copay_pb2 as pb
import proof
from daemon import COPAY_POLICY, COPAYCTL, PACK, REGION, Daemon, run
from terminal import DONE, OPERATOR, ZONE, Terminal, fen, line, settle

PROVINCE = """language: 1
province: "430000"
name: 湖南省待遇清单
clauses:
  XIANG-1: {text: 居民三级医院住院支付比例全省统一, provenance: illustrative}
  XIANG-2: {text: 年末不出台政策, provenance: illustrative}
"""
RATIO = "layers[layer=resident_inpatient].ratio.table[grades=level3].ratio"
WAS = "{grades: [level3], ratio: 0.65, clause: R-IP-3}"
GREEN = "pharmacy-account.yaml"


def setUpModule():
    global daemon
    daemon = Daemon(institutions=[cast.HOSPITAL3, cast.CLINIC, cast.PHARMACY])
    daemon.province_operators()
    daemon.start()
    cast.load(daemon)


def tearDownModule():
    daemon.finish()


def date(offset):
    return (datetime.datetime.now(ZONE) + datetime.timedelta(days=offset)).date().isoformat()


def province(name, locks="", freezes=""):
    folder = daemon.root / name
    folder.mkdir()
    (folder / "province.yaml").write_text(
        f"{PROVINCE}locks: [{locks}]\nfreezes: [{freezes}]\n", encoding="utf-8")
    return folder


def lock(value):
    return f'{{key: "{RATIO}", {value}, from: 2024-01-01, clause: XIANG-1}}'


def city(name, *changes):
    """Chenzhou's pack with places of its rules changed; of its cases one that stays green."""
    folder = daemon.root / name
    shutil.copytree(PACK, folder)
    for case in (folder / "cases").iterdir():
        if case.name != GREEN:
            case.unlink()
    text = (folder / "policy.yaml").read_text(encoding="utf-8")
    for was, becomes in changes:
        assert text.count(was) >= 1, was
        text = text.replace(was, becomes, 1)
    (folder / "policy.yaml").write_text(text, encoding="utf-8")
    return folder


def level3(ratio):
    return WAS, WAS.replace("0.65", ratio)


def line_of(folder, text):
    lines = (folder / "policy.yaml").read_text(encoding="utf-8").split("\n")
    return next(i for i, x in enumerate(lines, 1) if text in x)


def command(number, body, operator="op99001"):
    """An operator's command by our own hand: fields of the CommandReply (admin.proto)."""
    message = (proof.field(1, REGION) + proof.field(2, f"hand-{time.monotonic_ns()}"[:30]) +
               proof.field(3, int(time.time() * 1000)) + proof.field(number, body))
    with Terminal(daemon, operator) as t:
        t.send_envelope(pb.RequestEnvelope(body=message), schema=OPERATOR)
        length, schema, _ = struct.unpack(">IBB", t._read(6))
        assert schema == OPERATOR
        return proof.fields(pb.ReplyEnvelope.FromString(t._read(length - 2)).body)


def pack_state(operator="op99001"):
    """PackShow's answer: the region's fields, then the province's."""
    own = proof.fields(command(24, b"", operator)[12][0])
    return own, proof.fields(own[9][0])


class Publish(unittest.TestCase):
    maxDiff = None

    def refused(self, *words, duty="enter"):
        done = daemon.ctl("pack", *words, duty=duty, check=False)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        return done.stdout

    def test_a_a_provinces_file_is_the_provinces(self):
        typo = province("typo", lock("min: 0.60").replace("ratio.table", "ratio.tabel"))
        self.assertIn("did you mean table?", self.refused("submit", typo, duty="province"))
        folder = province("first", lock("min: 0.60, max: 0.65"))
        self.assertIn("NOT_AUTHORISED", self.refused("submit", folder))
        self.assertIn("NOT_AUTHORISED", self.refused("submit", PACK, duty="province"))
        digest = daemon.submit(folder, duty="province")
        self.assertIn("NOT_AUTHORISED", self.refused("approve", digest, duty="approve"))
        self.assertIn("PACK_UNAPPROVED", self.refused("publish", digest, duty="province"))
        daemon.ctl("pack", "approve", digest, duty="province-approve")
        self.assertIn("NOT_AUTHORISED", self.refused("publish", digest))
        done = run(COPAYCTL, "pack", "review", daemon.data)
        self.assertIn("op43001", done.stdout)
        self.assertIn("op43003", done.stdout)
        self.assertIn(f"{RATIO}：0.60 至 0.65（XIANG-1，示例数据：", done.stdout)
        self.assertRegex(done.stdout, r"where the pack in force is otherwise \(it stays\)\n没有 none")
        self.assertIn(f"锁定项 {RATIO}：1 处 / 1 places", done.stdout)
        daemon.ctl("pack", "publish", digest, duty="province")
        self.assertRegex(daemon.ctl("pack", "show").stdout,
                         rf"省级 province\n在用 in force {digest}\w+ ")

    def test_b_a_locked_key_set_otherwise(self):
        folder = city("bold", level3("0.66"))
        where = line_of(folder, "ratio: 0.66")
        expected = (rf"policy\.yaml:?{where}:? .*{re.escape(RATIO)}.*找到 0\.66，应为 0\.60 至 0\.65"
                    r"（430000 省级条款 XIANG-1，示例数据：居民三级医院住院支付比例全省统一）.*"
                    r"found 0\.66, expected 0\.60 to 0\.65 \(province 430000, clause XIANG-1, "
                    r"illustrative\)")
        out = self.refused("submit", folder)
        self.assertRegex(out, expected.replace(f":?{where}:?", f" 第 {where} 行 row {where}"))
        self.assertIn("PACK_INVALID", out)
        # Offline the same, with the province's file.
        done = run(COPAY_POLICY, "check", "--province", daemon.root / "first", folder, check=False)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertRegex(done.stdout, expected.replace(f":?{where}:? ", f":{where}: "))
        self.assertEqual(run(COPAY_POLICY, "check", folder).returncode, 0)
        done = run(COPAY_POLICY, "check", daemon.root / "first")
        self.assertIn(f"{RATIO}：0.60 至 0.65", done.stdout)
        # Nothing is proposed of what was refused whole.
        self.assertNotIn(5, pack_state()[0])

    def test_c_what_is_in_cases_and_is_none(self):
        folder = city("unrun")
        (folder / "cases" / GREEN).rename(folder / "cases" / "pharmacy-account.yml")
        self.assertIn("cases/pharmacy-account.yml: 不是案例，不会被执行", self.refused("submit", folder))

    def test_c_what_a_review_warns_of(self):
        daemon.submit(city("ending", ("effective: {from: 2024-01-01}",
                                      f"effective: {{from: 2024-01-01, to: {date(30)}}}")))
        out = run(COPAYCTL, "pack", "review", daemon.data).stdout
        self.assertIn(f"警告：规则到 {date(30)} 为止", out)
        self.assertIn(f"锁定项 {RATIO}：1 处 / 1 places", out)

    def test_c_within_bounds(self):
        daemon.publish(city("modest", level3("0.64")))
        daemon.publish(PACK)

    def test_c_said_twice_and_submitted_again(self):
        digest = pack_state()[0][1][0].hex()[:16]
        before = daemon.ctl("pack", "show").stdout
        for named in (digest, digest[:8]):
            self.assertRegex(daemon.ctl("pack", "publish", named).stdout,
                             rf"pack {digest} is in force already, since sequence \d+\n")
        self.assertEqual(daemon.ctl("pack", "show").stdout, before)
        self.assertIn("no submitted pack", self.refused("publish", "0" * 16))
        # What is in force and proposed again is published as ever; approvals go with a submission.
        daemon.submit(PACK)
        self.assertIn("PACK_UNAPPROVED", self.refused("publish", digest))
        daemon.ctl("pack", "approve", digest, duty="approve")
        out = daemon.ctl("pack", "submit", PACK).stdout
        self.assertRegex(out, rf"the approval of pack {digest} by 431000:approve:op99003 "
                         r"\(sequence \d+\) is dropped")
        self.assertNotIn("dropped", daemon.ctl("pack", "submit", PACK).stdout)
        self.assertIn("PACK_UNAPPROVED", self.refused("publish", digest))
        daemon.ctl("pack", "approve", digest, duty="approve")
        self.assertIn("is active", daemon.ctl("pack", "publish", digest).stdout)

    def test_d_the_messages_by_hand(self):
        own, its = pack_state()
        self.assertIn(1, own)
        self.assertIn(1, its)
        self.assertNotEqual(own[1], its[1])
        # The province's proposal and the region's do not go by each other's name.
        digest = bytes.fromhex(daemon.ctl("pack", "show").stdout.split()[3])
        for number, flag in ((23, 2), (14, 3)):
            body = proof.field(1, digest) + (proof.field(2, 1) if number == 14 else b"")
            reply = command(number, body + proof.field(flag, 1), "op99003")
            self.assertEqual(reply[2], [2])  # refused
            self.assertEqual(proof.fields(reply[3][0])[1], [1013])  # NOT_AUTHORISED
            reply = command(number, body + proof.field(flag, 1), "op43003")
            self.assertEqual(proof.fields(reply[3][0])[1], [6009])  # PACK_UNKNOWN

    def test_e_a_lock_that_comes_between_approval_and_publication(self):
        digest = daemon.submit(city("overtaken", level3("0.61")))
        daemon.ctl("pack", "approve", digest, duty="approve")
        daemon.publish(province("stricter", lock("is: 0.65")), province=True)
        out = self.refused("publish", digest)
        self.assertRegex(out, r"PACK_INVALID：.*found 0\.61, expected 0\.65")
        done = run(COPAYCTL, "pack", "review", daemon.data, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, r"policy\.yaml:\d+: .*应为 0\.65")
        self.assertIn("it cannot be published", done.stdout)

    def test_f_a_freeze(self):
        waiting = daemon.submit(PACK)
        daemon.ctl("pack", "approve", waiting, duty="approve")
        frozen = f"{{from: {date(-1)}, to: {date(1)}, clause: XIANG-2}}"
        daemon.publish(province("frozen", freezes=frozen), province=True)
        expected = (rf"PACK_FROZEN：.*：{date(-1)} 至 {date(1)}（430000 省级条款 XIANG-2，示例数据："
                    rf"年末不出台政策） / .*: {date(-1)} to {date(1)} \(province 430000, clause XIANG-2")
        self.assertRegex(self.refused("submit", city("late", level3("0.60"))), expected)
        self.assertRegex(self.refused("publish", waiting), expected)
        done = run(COPAY_POLICY, "check", "--province", daemon.root / "frozen", PACK)
        self.assertIn("no new local policy is taken today", done.stdout)
        done = run(COPAYCTL, "pack", "review", daemon.data, check=False)
        self.assertIn("no new local policy is taken today", done.stdout)
        self.assertIn("effect on settlements of the past", done.stdout)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertNotIn("copayctl pack publish", done.stdout)
        # The reason by our own reading, and that the refusal is a record.
        digest = pack_state()[0][3][0]
        reply = command(14, proof.field(1, digest) + proof.field(2, 1))
        self.assertEqual(reply[2], [2])
        self.assertEqual(proof.fields(reply[3][0])[1], [6012])
        self.assertIn(5, reply)
        # Only the days that it names: it ended yesterday.
        over = f"{{from: {date(-9)}, to: {date(-1)}, clause: XIANG-2}}"
        daemon.publish(province("thawed", freezes=over), province=True)
        self.assertIn(f"copayctl pack publish {waiting}",
                      run(COPAYCTL, "pack", "review", daemon.data).stdout)
        daemon.ctl("pack", "publish", waiting)

    def test_g_what_an_approver_sees(self):
        with Terminal(daemon, cast.CLINIC) as t:
            setl_ids = []
            for amount in ("40.00", "60.00"):
                _, reply = t.call(t.request("2207", settle=settle(
                    cast.RESIDENT, "11", [line(1, cast.DRUG_A, amount)], cast.ticket())))
                assert reply.outcome == DONE, reply.errors
                setl_ids.append(reply.settlement.setl_id)
            s = reply.settlement
        folder = daemon.root / "generous"
        shutil.copytree(PACK, folder)
        text = (folder / "policy.yaml").read_text(encoding="utf-8")
        was = "{grades: [primary, level1], ratio: 0.70, clause: R-OP}"
        self.assertEqual(text.count(was), 1)
        (folder / "policy.yaml").write_text(text.replace(was, was.replace("0.70", "0.80")),
                                            encoding="utf-8")
        for case in ("resident-outpatient-quota", "audit-outpatient"):
            (folder / "cases" / f"{case}.yaml").unlink()
        (folder / "catalogue-sources.csv").write_text(
            f"infno,ver,imported\n1301,V7,{date(0)}\n", encoding="utf-8")
        cases = len(list((folder / "cases").glob("*.yaml")))
        digest = daemon.submit(folder)
        done = run(COPAYCTL, "pack", "review", daemon.data, "--list")
        out = done.stdout
        for part in (rf"待审 proposed {digest}\w+\n提交 submitted \d\d\d\d-\d\d-\d\d \d\d:\d\d:\d\d "
                     r"431000:enter:op99001，序号 sequence \d+\n审批 approved 尚未",
                     rf"案例 cases {cases}，全部通过 all green",
                     # The folders that are compared are the packs to the byte.
                     r"--- in-force（.*\n\+\+\+ proposed（.*摘要 " + digest + "）",
                     r"目录来源 1301：无 → V7", r"70 ?%.*80 ?%|0\.70.*0\.80",
                     r"\d+ 处警告 / \d+ warnings",
                     rf"{setl_ids[0]} 基金 funds 28\.00 → 32\.00，个人 patient 12\.00 → 8\.00",
                     r"会不同的 that would differ 2，其中未撤销 of them not voided 2",
                     r"基金 fund 390101 county \d+ 70\.00 → 80\.00（\+10\.00）",
                     r"个人负担 patients 30\.00 → 20\.00（-10\.00）",
                     r"原结算不变，差额另立文书", rf"copayctl pack approve {digest}"):
            self.assertRegex(out, part)
        # What diff says is said by the same code.
        diff = run(COPAY_POLICY, "diff", PACK, folder, check=False).stdout.split("\n")
        for said in diff[2:4]:
            self.assertIn(said, out)
        self.assertEqual((s.hifp_pay, s.psn_part_amt), (fen("42.00"), fen("18.00")))

    def test_h_differences_become_documents(self):
        folder = daemon.root / "generous"
        done = run(COPAYCTL, "impact", daemon.data, folder, "--documents", check=False)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, r"差额文书 difference document \d+\n"
                         rf"  人员 person {cast.RESIDENT}，政策包 pack \w{{16}}\n"
                         r"  基金 fund 390101 county \d+ 42\.00 → 48\.00（\+6\.00）\n"
                         r"(  .*\n)*  个人负担 patient 18\.00 → 12\.00（-6\.00）\n(  .*\n)*"
                         r"  依据条款 clause R-OP（二手资料,未核实 secondary）：居民普通门诊")
        all_of_it = json.loads(run(COPAYCTL, "impact", daemon.data, folder, "--json",
                                   check=False).stdout)
        self.assertEqual((all_of_it["region"], all_of_it["touched"]), (REGION, 2))
        self.assertEqual(all_of_it["funds"][0]["paid"],
                         {"is": "70.00", "would": "80.00", "difference": "10.00"})
        document = all_of_it["documents"][1]
        self.assertEqual(document["psn_no"], cast.RESIDENT)
        self.assertEqual(document["psn_part_amt"],
                         {"is": "18.00", "would": "12.00", "difference": "-6.00"})
        self.assertEqual(document["funds"][0]["fund_pay_type"], "390101")
        self.assertEqual(document["cause"]["clause"], "R-OP")
        self.assertEqual(document["cause"]["provenance"], "secondary")
        # They stay: nothing was written.
        with Terminal(daemon, cast.CLINIC) as t:
            _, reply = t.call(t.request("5203", settlement_query=pb.SettlementQuery(
                setl_id=document["setl_id"])))
            self.assertEqual(reply.settlement.hifp_pay if reply.HasField("settlement") else
                             pb.Reply.FromString(reply.found.reply).settlement.hifp_pay,
                             fen("42.00"))

    def test_i_nothing_waits(self):
        daemon.ctl("pack", "approve", pack_state()[0][3][0].hex()[:16], duty="approve")
        daemon.ctl("pack", "publish", pack_state()[0][3][0].hex()[:16])
        done = run(COPAYCTL, "pack", "review", daemon.data, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("nothing is proposed", done.stdout)

    def test_j_versions_are_compared_day_by_day(self):
        folder = city("two", ("effective: {from: 2024-01-01}",
                              "effective: {from: 2024-01-01, to: 2026-12-31}"))
        was, becomes = level3("0.60")
        later = (PACK / "policy.yaml").read_text(encoding="utf-8").replace(was, becomes).replace(
            "effective: {from: 2024-01-01}", "effective: {from: 2027-01-01}")
        (folder / "policy-2027.yaml").write_text(later, encoding="utf-8")
        daemon.submit(folder)
        out = run(COPAYCTL, "pack", "review", daemon.data, "--lang", "en").stdout
        self.assertEqual(re.findall(r"\+\+\+ proposed \(.*, from (\S+),", out),
                         ["2024-01-01", "2027-01-01"])
        self.assertEqual(len(re.findall(r"65 ?% → 60 ?%", out)), 1)
        self.assertIn("案例 cases 1，全部通过 all green", out)

    def test_k_a_pack_without_cases(self):
        folder = city("bare")
        shutil.rmtree(folder / "cases")
        out = self.refused("submit", folder)
        self.assertRegex(out, r"cases/.*政策包不带案例，至少应有一个 / the pack has no case")
        self.assertIn("nothing was submitted", out)

    def test_l_rules_that_have_not_begun_or_have_ended(self):
        text = "effective: {from: 2024-01-01}"
        for name, days, said in (
                ("ahead", f"from: {date(9)}", f"rules are from {date(9)}, today is"),
                ("gone", f"from: 2024-01-01, to: {date(-1)}", f"to {date(-1)}, today is")):
            folder = city(name, (text, f"effective: {{{days}}}"))
            case = folder / "cases" / GREEN
            if name == "ahead":
                case.write_text(case.read_text(encoding="utf-8").replace("2024-03-01", date(9)),
                                encoding="utf-8")
            out = self.refused("submit", folder)
            self.assertRegex(out, rf"PACK_DAYS：政策包没有今日有效的规则.*{said}.*one more file")
        # As one more file beside the rules in force, the future is published any day.
        folder = city("beside", (text, f"effective: {{from: 2024-01-01, to: {date(9)}}}"))
        later = (PACK / "policy.yaml").read_text(encoding="utf-8").replace(
            text, f"effective: {{from: {date(10)}}}")
        (folder / "policy-later.yaml").write_text(later, encoding="utf-8")
        daemon.publish(folder)
        daemon.publish(PACK)

    def test_m_the_words_of_the_pack_that_made_it(self):
        """Next year's pack names nothing of this year's bill: the query, the repeat and the void
        have the words, and the digest, of the pack that made it; after a restart too."""
        with Terminal(daemon, cast.HOSPITAL3) as t:
            request = t.request("2304", settle=settle(
                cast.RESIDENT, "21", [line(1, cast.DRUG_A, "50000.00")], cast.ticket()))
            envelope, reply = t.call(request)
            s = reply.settlement
            self.assertEqual(reply.outcome, DONE, reply.errors)
            clauses = {c.id: c.text for c in envelope.clauses}
            names = {n.id: n.name for n in envelope.names}
            self.assertIn("支付65%", clauses["R-IP-3"])
            text = (PACK / "policy.yaml").read_text(encoding="utf-8")
            daemon.publish(city("reworded", ("支付65%", "支付百分之六十五"),
                                ("zh: 居民住院统筹", "zh: 居民新住院统筹")))
            now = daemon.ctl("pack", "show").stdout.split()[3][:16]
            self.assertNotEqual(now, s.policy)
            query = lambda setl_id: t.request(
                "5203", settlement_query=pb.SettlementQuery(setl_id=setl_id))
            for attempt in range(2):
                again, found = t.call(query(s.setl_id))
                self.assertEqual({c.id: c.text for c in again.clauses}, clauses, attempt)
                self.assertEqual({n.id: n.name for n in again.names}, names)
                self.assertEqual(found.found.reply, envelope.body)
                again, _ = t.call(request)
                self.assertEqual(again.body, envelope.body)
                self.assertTrue(again.repeated)
                self.assertEqual({c.id: c.text for c in again.clauses}, clauses)
                self.assertEqual({n.id: n.name for n in again.names}, names)
        daemon.stop()
        daemon.start()
        with Terminal(daemon, cast.HOSPITAL3) as t:
            again, _ = t.call(request)
            self.assertEqual((again.body, {c.id: c.text for c in again.clauses}),
                             (envelope.body, clauses))
            void = t.request("2305", void_order=pb.Void(setl_id=s.setl_id, psn_no=cast.RESIDENT))
            said, reply = t.call(void)
            self.assertEqual(reply.outcome, DONE, reply.errors)
            self.assertEqual(reply.settlement.policy, s.policy)
            taken = {n.id: n.name for n in said.names}
            self.assertEqual(taken["resident_inpatient"], names["resident_inpatient"])
            again, _ = t.call(void)
            self.assertEqual((again.body, {n.id: n.name for n in again.names}), (said.body, taken))

    def test_n_from_the_ledger_alone(self):
        daemon.verify()
        daemon.stop()
        run(COPAYCTL, "rebuild", "--check", daemon.data)
        daemon.start()
        self.assertIn("省级 province", daemon.ctl("pack", "show").stdout)


if __name__ == "__main__":
    unittest.main()
