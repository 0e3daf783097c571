"""Filings: who files what, what waits for whom, and what a stay in a hospital elsewhere comes to with
them and without. The pack is Chenzhou's with figures of its own and a hospital that it counts as
elsewhere by name (a pack's table takes none of another region): a resident's stay there is paid
(fee - 1,200) x 65 %, of that 90 % when referred and 50 % when not, and all of it for whoever lives
there."""
import datetime
import shutil
import unittest

import cast
import copay_pb2 as pb
from daemon import PACK, Daemon, run
from suite_encounters import Ward, fees
from terminal import DONE, REFUSED, Terminal, check_identities, day, fen, ms, settle

ELSEWHERE = "H43100299088"
FEE = fen("11200.00")
FAR = "distance: [province, beyond]"
UNFILED, REFERRED, HOME = fen("3250.00"), fen("5850.00"), fen("6500.00")
CHANGES = (
    ("{in: {place: [referred]}, multiply: 0.85, clause: FAR-R-REF}",
     "{in: {place: [referred]}, multiply: 0.90, clause: FAR-R-REF}"),
    ("{in: {place: [unfiled]}, multiply: 0.60, clause: FAR-R-NOT}",
     "{in: {place: [unfiled]}, multiply: 0.50, clause: FAR-R-NOT}"),
    ('  referral: {zh: 异地转诊备案, codes: ["2501"]}\n',
     '  referral: {zh: 异地转诊备案, codes: ["2501"]}\n'
     '  chronic: {zh: 门诊慢特病备案, codes: ["2503", "M01"]}\n'
     '  accident: {zh: 意外伤害备案, codes: ["2507"]}\n'
     '  two: {zh: 两病备案, codes: ["2562"]}\n'
     '  maternity: {zh: 生育备案, codes: ["2699"]}\n'))


def setUpModule():
    global daemon
    daemon = Daemon(institutions=[cast.HOSPITAL3, cast.CLINIC, ELSEWHERE])
    daemon.certificate("operator", "431022", "approve", "op99013")
    daemon.certificate("operator", "431003", "approve", "op99014")
    daemon.start()
    folder = daemon.root / "pack"
    shutil.copytree(PACK, folder)
    rules = folder / "policy.yaml"
    text = rules.read_text(encoding="utf-8")
    for old, new in CHANGES:
        assert old in text, old
        text = text.replace(old, new)
    assert text.count(FAR) == 4
    text = text.replace(FAR, f'institutions: ["{ELSEWHERE}"]')
    rules.write_text(text, encoding="utf-8")
    # The others' figures are not this pack's any more.
    for case in (folder / "cases").iterdir():
        if case.name != "pharmacy-account.yaml":
            case.unlink()
    with open(folder / "institutions.csv", "a", encoding="utf-8") as file:
        file.write(f"{ELSEWHERE},异地示范医院,1,431002,level3,level3,level3,outpatient;inpatient,"
                   "2023-01-01,\n")
    daemon.publish(folder)
    cast.load_members(daemon)


def tearDownModule():
    daemon.finish()


def date(offset):
    """Days since 1970-01-01 of the day `offset` days from today."""
    return (day(offset).date() - datetime.date(1970, 1, 1)).days


def fee(number, yuan, when):
    return fees(number, 1, yuan, when=day(when))[0]


class Desk(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.terminals = {}

    def at(self, institution):
        if institution not in self.terminals:
            self.terminals[institution] = t = Terminal(daemon, institution)
            self.addCleanup(t.close)
        return self.terminals[institution]

    def call(self, institution, infno, expect=DONE, **body):
        t = self.at(institution)
        self.last = t.request(infno, **body)
        envelope, reply = t.call(self.last)
        self.assertEqual(reply.outcome, expect, (infno, reply.errors))
        self.body = envelope.body
        return reply

    def refused(self, reason, institution, infno, **body):
        reply = self.call(institution, infno, expect=REFUSED, **body)
        self.assertEqual(cast.NAMES[reply.errors[0].code], reason)
        return reply.errors[0].zh

    def file(self, infno, psn_no, begin, stage, institution=cast.HOSPITAL3, **more):
        reply = self.call(institution, infno,
                          filing=pb.Filing(psn_no=psn_no, begndate=date(begin), **more))
        self.assertEqual((reply.filing.stage, reply.filing.psn_no), (stage, psn_no))
        return reply.filing.trt_dcla_detl_sn

    def undo(self, infno, psn_no, number, institution=cast.HOSPITAL3):
        return self.call(institution, infno, filing_name=pb.FilingName(
            trt_dcla_detl_sn=number, psn_no=psn_no))

    def filings(self, infno, psn_no, institution=cast.CLINIC):
        reply = self.call(institution, infno, filing_query=pb.FilingQuery(psn_no=psn_no))
        return [(f.trt_dcla_detl_sn, f.stage) for f in reply.filings]

    def decide(self, *words, name=None, duty="approve", code=0):
        command = daemon.ctl_words("filing", *words, duty=duty)
        if name:
            command = [str(w).replace("op99003", name) for w in command]
        done = run(*command, check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout

    def stay(self, psn_no, begin=-9, end=-1):
        lines = [fee(1, "11200.00", begin)]
        reply = self.call(ELSEWHERE, "2304", settle=settle(
            psn_no, "21", lines, cast.ticket(), begin=day(begin), end=day(end)))
        check_identities(self, reply.settlement)
        return reply.settlement

    def void(self, s, institution=ELSEWHERE):
        self.call(institution, "2305", void_order=pb.Void(setl_id=s.setl_id, psn_no=s.psn_no))


class Referrals(Desk):
    def test_a_stay_elsewhere_with_and_without(self):
        s = self.stay(cast.RESIDENT)
        self.assertEqual((s.medfee_sumamt, s.act_pay_dedc, s.hifp_pay),
                         (FEE, fen("1200.00"), UNFILED))
        self.void(s)
        # Begun before today, it waits for an operator of the person's county.
        number = self.file("2501", cast.RESIDENT, -9, "applied", fixmedins_code=ELSEWHERE)
        s = self.stay(cast.RESIDENT)
        self.assertEqual(s.hifp_pay, UNFILED)
        self.decide("approve", number, name="op99014", code=1)
        self.assertIn("已生效", self.decide("approve", number, name="op99013"))
        self.assertEqual(self.filings("5304", cast.RESIDENT)[-1], (number, "approved"))
        # What was settled stays; what is settled again has it.
        self.void(s)
        s = self.stay(cast.RESIDENT)
        self.assertEqual(s.hifp_pay, REFERRED)
        # Withdrawn, it does nothing for later ones, and nothing to this.
        request, body = self.last, self.body
        self.undo("2502", cast.RESIDENT, number)
        envelope, _ = self.at(ELSEWHERE).call(request)
        self.assertEqual(envelope.body, body)
        self.void(s)
        s = self.stay(cast.RESIDENT)
        self.assertEqual(s.hifp_pay, UNFILED)
        self.void(s)

    def test_an_earlier_visit_is_voided_beneath_a_filed_stay(self):
        visit = self.call(cast.CLINIC, "2207", settle=settle(
            cast.POOR, "11", [fee(1, "20.00", -1)], cast.ticket())).settlement
        number = self.file("2501", cast.POOR, -9, "applied")
        self.decide("approve", number)
        s = self.stay(cast.POOR)
        self.assertEqual(s.hifp_pay, REFERRED)
        self.undo("2502", cast.POOR, number)
        self.call(cast.CLINIC, "2208", void_order=pb.Void(setl_id=visit.setl_id,
                                                          psn_no=cast.POOR))
        self.void(s)

    def test_filed_late_before_discharge(self):
        w = Ward(self, self.at(ELSEWHERE), cast.RESIDENT, "stay")
        w.open(day(-9), "21")
        w.upload([fee(1, "11200.00", -8)])
        w.call("2402", encounter=pb.Encounter(endtime=ms(day(-1)), **w.about()))
        before = w.call("2303", encounter_settle=w.bill(FEE)).settlement
        self.assertEqual(before.hifp_pay, UNFILED)
        w.undo("2405")
        number = self.file("2501", cast.RESIDENT, -9, "approved", institution=ELSEWHERE)
        w.call("2402", encounter=pb.Encounter(endtime=ms(day(-1)), **w.about()))
        s = w.settle(FEE)
        self.assertEqual(s.hifp_pay, REFERRED)
        w.void(s.setl_id)
        self.undo("2502", cast.RESIDENT, number, institution=ELSEWHERE)
        w.undo_all()

    def test_who_lives_there(self):
        number = self.file("2501", cast.RESIDENT, 0, "approved", category="2505")
        s = self.stay(cast.RESIDENT)  # it began before
        self.assertEqual(s.hifp_pay, UNFILED)
        self.void(s)
        self.undo("2502", cast.RESIDENT, number)
        out = self.decide("enter", "referral", cast.RESIDENT, str(day(-30).date()), "--category",
                          "2505", "--channel", "03", "--note", "电话备案", duty="enter")
        number = out.split()[0]
        self.assertIn("待审核", out)
        self.decide("approve", number)
        s = self.stay(cast.RESIDENT)
        self.assertEqual(s.hifp_pay, HOME)
        self.void(s)
        self.decide("withdraw", number, "回乡")
        self.assertIn("回乡", self.decide("list", cast.RESIDENT, duty="audit"))


class Others(Desk):
    def test_what_waits_for_whom(self):
        who = cast.RETIRED
        chronic = self.file("2503", who, 0, "applied", dise_codg="M03900")
        two = self.file("2562", who, 0, "applied", dise_codg="M03900")
        maternity = self.file("2699", who, 0, "applied")
        accident = self.file("2507", who, 0, "approved")
        self.assertEqual(self.filings("5301", who), [(chronic, "applied")])
        self.decide("assess", chronic, "专家鉴定通过", duty="enter")
        self.assertEqual(self.filings("5301", who), [(chronic, "assessed")])
        self.decide("refuse", chronic, code=1)  # must say why
        self.decide("refuse", chronic, "资料不全")
        self.assertEqual(self.filings("5301", who), [(chronic, "refused")])
        again = self.file("2503", who, 0, "applied", dise_codg="M03900")
        self.undo("2504", who, again)
        self.decide("approve", two)
        self.decide("approve", maternity)
        self.undo("2563", who, two)
        self.decide("withdraw", accident)
        shown = self.decide("list", who)
        for word in ("资料不全", "op99001", "op99003", "已驳回", "已撤销", "已生效", "两病备案"):
            self.assertIn(word, shown)

    def test_the_right_words(self):
        who = cast.RETIRED
        zh = self.refused("FILING_CATEGORY", cast.HOSPITAL3, "2501", filing=pb.Filing(
            psn_no=who, begndate=date(0), category="9999"))
        self.assertIn("2501 异地转诊备案", zh)
        self.refused("FIELD_MISSING", cast.HOSPITAL3, "2503", filing=pb.Filing(
            psn_no=who, begndate=date(0)))
        self.refused("PERSON_UNKNOWN", cast.HOSPITAL3, "2501", filing=pb.Filing(
            psn_no="4310", begndate=date(0)))
        number = self.file("2505", who, 0, "approved", fixmedins_code=cast.CLINIC)
        self.assertEqual(self.filings("5302", who), [(number, "approved")])
        self.assertIn(number, self.refused(
            "FILING_DUPLICATE", cast.HOSPITAL3, "2505", filing=pb.Filing(
                psn_no=who, begndate=date(5), fixmedins_code=cast.CLINIC)))
        name = pb.FilingName(trt_dcla_detl_sn=number, psn_no=who)
        self.refused("FILING_UNKNOWN", cast.CLINIC, "2506", filing_name=name)
        self.refused("FILING_MISMATCH", cast.HOSPITAL3, "2502", filing_name=name)
        self.undo("2506", who, number)
        again = self.refused("FILING_STAGE", cast.HOSPITAL3, "2506", filing_name=name)
        self.assertIn("withdrawn", again)
        out = self.decide("enter", "chosen", who, str(day(0).date()), "--institution", cast.CLINIC,
                          duty="enter")
        self.decide("approve", out.split()[0], duty="enter", code=1)
        self.decide("withdraw", out.split()[0])

    def test_answers_stay_after_restarts(self):
        number = self.file("2501", cast.EMPLOYEE, 0, "approved", enddate=date(90))
        request, body = self.last, self.body
        daemon.restart()
        self.terminals = {}
        envelope, _ = self.at(cast.HOSPITAL3).call(request)
        self.assertEqual(envelope.body, body)
        self.assertEqual(self.filings("5304", cast.EMPLOYEE), [(number, "approved")])
        self.undo("2502", cast.EMPLOYEE, number)

    def entitled(self, layer, institution=ELSEWHERE, **more):
        fields = dict(psn_no=cast.RESIDENT, med_type="21")
        fields.update(more)
        reply = self.call(institution, "2001", entitlement_query=pb.EntitlementQuery(**fields))
        found = [e for e in reply.entitlements if e.layer == layer]
        self.assertEqual(len(found), 1, reply.entitlements)
        return found[0].trt_enjymnt_flag, found[0].trt_chk_rslt

    def test_entitlement_names_the_filing_that_is_missing(self):
        flag, why = self.entitled("resident_inpatient")
        self.assertTrue(flag)
        self.assertEqual(why, "未办理异地长期居住备案(2505)、异地转诊备案(2501)，按“异地未备案”支付")
        self.assertEqual(self.entitled("resident_inpatient", cast.HOSPITAL3), (True, ""))
        number = self.file("2501", cast.RESIDENT, 0, "approved")
        self.assertEqual(self.entitled("resident_inpatient")[1],
                         "未办理异地长期居住备案(2505)，按“异地转诊”支付")
        self.undo("2502", cast.RESIDENT, number)
        flag, why = self.entitled("employee_inpatient", psn_no=cast.IN_ARREARS)
        self.assertEqual((flag, why[:2]), (False, "欠费"))
        self.refused("PERSON_UNKNOWN", ELSEWHERE, "2001", entitlement_query=pb.EntitlementQuery(
            psn_no="4310", med_type="21"))
        self.refused("KIND_NOT_ALLOWED", cast.HOSPITAL3, "2001",
                     entitlement_query=pb.EntitlementQuery(psn_no=cast.RESIDENT, med_type="41"))


if __name__ == "__main__":
    unittest.main()
