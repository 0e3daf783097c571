"""What an operator at a counter does besides bills: signs in and out, and asks. What a shift's totals
say must be what this client's own book of the answers says, and a query tells nobody anything of
another institution's visits."""
import collections
import datetime
import json
import re
import unittest

import cast
import copay_pb2 as pb
from daemon import COPAY, run
from suite_encounters import Ward, fees
from terminal import (DONE, REFUSED, REGION, ZONE, Terminal, day, fen, line, make_msgid, ms, settle)


def setUpModule():
    global daemon
    daemon = cast.ready_daemon(extra="store: {checkpoint_seconds: 1}")


def tearDownModule():
    daemon.finish()


def first_of_january():
    return datetime.datetime(datetime.datetime.now(ZONE).year, 1, 1, tzinfo=ZONE)


class Counter(unittest.TestCase):
    maxDiff = None

    def terminal(self, institution=cast.CLINIC):
        t = Terminal(daemon, institution)
        self.addCleanup(t.close)
        return t

    def call(self, t, infno, expect=DONE, **fields):
        self.last = t.request(infno, **fields)
        envelope, reply = t.call(self.last)
        self.body = envelope.body
        self.assertEqual(reply.outcome, expect, (infno, reply.errors))
        return reply

    def refused(self, t, reason, infno, **fields):
        reply = self.call(t, infno, expect=REFUSED, **fields)
        self.assertEqual(cast.NAMES[reply.errors[0].code], reason, reply.errors)
        return reply

    def ask(self, t, infno, **query):
        return self.call(t, infno, query=pb.Query(**query))

    def bill(self, yuan="40.00", psn_no=cast.RESIDENT, ticket=None):
        return settle(psn_no, "11", [line(1, cast.DRUG_A, yuan)], ticket or cast.ticket())

    def ward(self, institution, psn_no, family):
        return Ward(self, self.terminal(institution), psn_no, family)


class Shifts(Counter):
    def sign_in(self, t, opter):
        return self.call(t, "9001", opter=opter,
                         sign_in=pb.SignIn(mac="00:11:22:33:44:55", ip="10.0.0.9"))

    def sign_out(self, t, opter, sign_no):
        return self.call(t, "9002", opter=opter, sign_out=pb.SignOut(sign_no=sign_no))

    def book(self, settlements):
        rows = collections.Counter()
        for s in settlements:
            key = (s.insutype, s.clr_type, s.refd_setl_flag)
            for name, value in (("setl_cnt", 1), ("medfee_sumamt", s.medfee_sumamt),
                                ("fund_pay_sumamt", s.fund_pay_sumamt),
                                ("acct_pay", s.acct_pay), ("psn_cash_pay", s.psn_cash_pay)):
                rows[key + (name,)] += value
        return {key: value for key, value in rows.items() if value}

    def totals(self, shift):
        rows = {}
        for t in shift.totals:
            for name in "setl_cnt medfee_sumamt fund_pay_sumamt acct_pay psn_cash_pay".split():
                rows[(t.insutype, t.clr_type, t.refd_setl_flag, name)] = getattr(t, name)
        return {key: value for key, value in rows.items() if value}

    def test_totals_of_a_shift(self):
        t = self.terminal()
        shift = self.sign_in(t, "op-1").shift
        self.assertEqual((len(shift.sign_no), shift.opter, shift.dev_no, len(shift.totals)),
                         (30, "op-1", "T1", 0))
        self.assertFalse(shift.HasField("sign_out_time"))
        again = self.sign_in(t, "op-1")
        self.assertEqual((again.shift, again.HasField("closed_shift")), (shift, False))
        mine = dict(opter="op-1", sign_no=shift.sign_no)
        done = []
        for psn_no in (cast.RESIDENT, cast.EMPLOYEE, cast.RESIDENT):
            done.append(self.call(t, "2207", settle=self.bill(psn_no=psn_no), **mine).settlement)
        self.call(t, "2206", settle=self.bill(), **mine)       # changes nothing
        outside = self.call(t, "2207", settle=self.bill(), opter="op-1").settlement
        done.append(self.call(t, "2208", void_order=pb.Void(
            setl_id=done[2].setl_id, psn_no=cast.RESIDENT), **mine).settlement)
        lost = self.call(t, "2207", settle=self.bill(), **mine)
        done.append(lost.settlement)
        done.append(self.call(t, "2601", reversal=pb.Reversal(
            psn_no=cast.RESIDENT, omsgid=lost.msgid, oinfno="2207"), **mine).settlement)
        self.call(t, "2208", void_order=pb.Void(setl_id=outside.setl_id, psn_no=cast.RESIDENT))
        daemon.restart()
        t = self.terminal()
        self.assertEqual(self.totals(self.sign_in(t, "op-1").shift), self.book(done))
        out = self.sign_out(t, "op-1", shift.sign_no)
        self.assertEqual(self.totals(out.shift), self.book(done))
        self.assertGreaterEqual(out.shift.sign_out_time, out.shift.sign_time)
        self.assertEqual(self.sign_out(t, "op-1", shift.sign_no).shift, out.shift)
        bill = self.bill()
        refused = self.refused(t, "SIGN_NO", "2207", settle=bill, **mine)
        self.assertIn("-> 9001", refused.errors[0].zh)
        new = self.sign_in(t, "op-1")
        self.assertNotEqual(new.shift.sign_no, shift.sign_no)
        self.assertFalse(new.HasField("closed_shift"))
        s = self.call(t, "2207", settle=bill, opter="op-1",
                      sign_no=new.shift.sign_no).settlement
        self.assertEqual(self.totals(self.sign_out(t, "op-1", new.shift.sign_no).shift),
                         self.book([s]))

    def test_a_number_is_of_one_operator_of_one_institution(self):
        t, other = self.terminal(), self.terminal(cast.HOSPITAL3)
        one = self.sign_in(t, "op-2").shift.sign_no
        two = self.sign_in(t, "op-3").shift.sign_no
        there = self.sign_in(other, "op-2").shift.sign_no
        self.assertEqual(len({one, two, there}), 3)
        for number in (two, there, "S" + "0" * 29, "x"):
            self.refused(t, "SIGN_NO", "2206", settle=self.bill(), opter="op-2", sign_no=number)
            self.refused(t, "SIGN_NO", "1101", opter="op-2", sign_no=number,
                         person_query=pb.PersonQuery(psn_no=cast.RESIDENT))
            self.refused(t, "SIGN_NO", "9002", opter="op-2", sign_out=pb.SignOut(sign_no=number))
        self.refused(t, "SIGN_NO", "2206", settle=self.bill(), opter="nobody", sign_no=one)
        self.call(t, "2206", settle=self.bill(), opter="op-2", sign_no=one)
        self.refused(t, "FIELD_MISSING", "9002", sign_out=pb.SignOut(sign_no=""))
        self.refused(t, "FIELD_MISSING", "9001")

    def test_the_same_message_begins_one_shift(self):
        t = self.terminal()
        kept = []
        shift = self.sign_in(t, "op-4").shift
        kept.append((self.last, self.body))
        self.sign_out(t, "op-4", shift.sign_no)
        kept.append((self.last, self.body))
        self.refused(t, "SIGN_NO", "2207", settle=self.bill(), opter="op-4", sign_no=shift.sign_no)
        kept.append((self.last, self.body))
        other = self.sign_in(t, "op-4").shift
        for restart in (False, True):
            if restart:
                daemon.restart()
                t = self.terminal()
            for request, body in kept:
                envelope, _ = t.call(request)
                self.assertEqual((envelope.body, envelope.repeated), (body, True), request.infno)
        self.assertEqual(self.sign_in(t, "op-4").shift, other)


class Queries(Counter):
    def test_an_encounter(self):
        w = self.ward(cast.HOSPITAL3, cast.EMPLOYEE, "stay")
        w.open(day(-9), "21", dise_codg="I63.900", dept_code="D01", bed="12", diseinfo=[
            pb.Diagnosis(diag_code="I63.900", diag_type="1", maindiag_flag=True),
            pb.Diagnosis(diag_code="I10.x00", diag_type="1")])
        sent = [line(n, cast.DRUG_A, "1.00", when=day(-8)) for n in range(1, 2501)]
        w.upload(sent)
        mid = w.settle(fen("2500.00"), end=day(-7), mid=True)
        w.upload(fees(9001, 2, when=day(-6)))
        mine = dict(psn_no=cast.EMPLOYEE, mdtrt_id=w.mdtrt_id)
        visit, = self.ask(w.t, "5201", **mine).visits
        self.assertEqual((visit.stage, visit.inpatient, visit.bed, visit.dise_codg, visit.bill_cnt),
                         ("open", True, "12", "I63.900", 1))
        self.assertEqual([(b.chrg_bchno, b.setl_id, b.line_cnt, b.medfee_sumamt)
                          for b in visit.bills],
                         [("1", mid.setl_id, 2500, fen("2500.00")), ("2", "", 2, fen("2000.00"))])
        by_number, = self.ask(w.t, "5201", psn_no=cast.EMPLOYEE, ipt_otp_no=w.ticket).visits
        self.assertEqual(by_number, visit)
        self.assertEqual(self.ask(w.t, "5201", psn_no=cast.EMPLOYEE).visits[0], visit)
        found = self.ask(w.t, "5202", **mine).diseinfo
        self.assertEqual([(d.diag_code, d.maindiag_flag) for d in found],
                         [("I63.900", True), ("I10.x00", False)])
        self.assertEqual(self.pages(w.t, "5204", chrg_bchno="1", **mine), sent)
        self.assertEqual(self.pages(w.t, "5204", psn_no=cast.EMPLOYEE, setl_id=mid.setl_id), sent)
        open_bill = self.ask(w.t, "5204", **mine)
        self.assertEqual((len(open_bill.feedetail), open_bill.bill.chrg_bchno), (2, "2"))
        self.refused(w.t, "NOTHING_UPLOADED", "5204", query=pb.Query(chrg_bchno="7", **mine))
        inside = self.inpatients(w.t)
        self.assertEqual((inside[w.mdtrt_id].psn_name, inside[w.mdtrt_id].since_last_year),
                         ("陈立新", day(-7).year < day(0).year))
        self.nobody_else(w)
        w.call("2402", encounter=pb.Encounter(endtime=ms(day(-1)), **w.about()))
        self.assertNotIn(w.mdtrt_id, self.inpatients(w.t))
        self.assertEqual(self.ask(w.t, "5201", **mine).visits[0].stage, "discharged")
        w.undo("2405")
        void = w.void(mid.setl_id)
        refused = self.refused(w.t, "SETTLEMENT_VOIDED", "5204", query=pb.Query(
            psn_no=cast.EMPLOYEE, setl_id=mid.setl_id))
        self.assertIn(void.setl_id, refused.errors[0].zh)
        w.call("2302", cancel=pb.Cancel(feedetl_sn=["0000"], **w.about()))
        w.undo("2404")

    def pages(self, t, infno, **query):
        """All lines of a bill, page by page."""
        lines, seen = [], []
        while True:
            reply = self.ask(t, infno, **query)
            lines += reply.feedetail
            if not reply.next:
                self.assertEqual(reply.bill.line_cnt, len(lines))
                return lines
            self.assertNotIn(reply.next, seen)
            seen.append(reply.next)
            query["next"] = reply.next

    def inpatients(self, t):
        found, query = {}, {}
        while True:
            reply = self.ask(t, "5303", **query)
            found.update((v.mdtrt_id, v) for v in reply.visits)
            if not reply.next:
                return found
            query["next"] = reply.next

    def nobody_else(self, w):
        """Another institution finds nothing of it, under any name; nor does another person."""
        with Terminal(daemon, cast.CLINIC) as t:
            mine = dict(psn_no=w.psn_no, mdtrt_id=w.mdtrt_id)
            for infno in ("5201", "5202", "5204"):
                self.refused(t, "ENCOUNTER_UNKNOWN", infno, query=pb.Query(**mine))
            self.refused(t, "ENCOUNTER_UNKNOWN", "5201",
                         query=pb.Query(psn_no=w.psn_no, ipt_otp_no=w.ticket))
            self.assertEqual([v for v in self.ask(t, "5201", psn_no=w.psn_no).visits
                              if v.mdtrt_id == w.mdtrt_id], [])
            self.assertNotIn(w.mdtrt_id, self.inpatients(t))
        for infno in ("5201", "5202", "5204"):
            self.refused(w.t, "ENCOUNTER_MISMATCH", infno,
                         query=pb.Query(psn_no=cast.POOR, mdtrt_id=w.mdtrt_id))

    def test_in_hospital_since_last_year(self):
        w = self.ward(cast.HOSPITAL3, cast.RETIRED, "stay")
        new_year = first_of_january()
        w.open(new_year - datetime.timedelta(hours=20), "21")
        self.assertTrue(self.inpatients(w.t)[w.mdtrt_id].since_last_year)
        w.call("2404", encounter_name=pb.EncounterName(**w.about()))
        w.ticket = cast.ticket()
        w.open(min(new_year + datetime.timedelta(hours=1), day(0)), "21")
        self.assertFalse(self.inpatients(w.t)[w.mdtrt_id].since_last_year)
        w.undo("2404")

    def test_a_full_ward(self):
        """More than a page, of people that nobody else lies with."""
        count = 40
        people = [f"431000000000000997{n:02d}" for n in range(count)]
        members, covers = daemon.root / "ward.csv", daemon.root / "covers.csv"
        members.write_text("psn_no,psn_cert_type,certno,psn_name,gend,naty,brdy,death_date\n" +
                           "".join(f"{p},03,E{p[-9:]},住院{p[-2:]},1,01,1980-01-01,\n"
                                   for p in people), encoding="utf-8")
        covers.write_text("psn_no,insutype,psn_type,psn_insu_stas,insuplc_admdvs,psn_insu_date,"
                          "pool_begndate,paus_insu_date,expi_date,cvlserv_flag,balc\n" +
                          "".join(f"{p},390,1501,1,431022,2017-01-01,2017-01-01,,,0,\n"
                                  for p in people), encoding="utf-8")
        none = daemon.root / "identities.csv"
        none.write_text((cast.STORY / "identities.csv").read_text(encoding="utf-8")
                        .splitlines()[0] + "\n", encoding="utf-8")
        daemon.ctl("import", "members", members, "--insurances", covers, "--identities", none)
        t = self.terminal(cast.HOSPITAL3)
        wards = [Ward(self, t, p, "stay") for p in people]
        for w in wards:
            w.open(day(-1), "21")
        found = self.inpatients(t)
        self.assertEqual({v.psn_no: v.psn_name for v in found.values() if v.psn_no in people},
                         {p: f"住院{p[-2:]}" for p in people})
        self.assertTrue(self.ask(t, "5303").next)
        for w in wards:
            w.undo("2404")
        self.assertEqual([v for v in self.inpatients(t).values() if v.psn_no in people],
                         [])

    def test_a_whole_bill(self):
        t = self.terminal()
        lines = [line(n, cast.DRUG_A, "0.01") for n in range(1, 1502)]
        ticket = cast.ticket()
        request = t.request("2207", settle=settle(cast.POOR, "11", lines, ticket,
                                                  dise_codg="J06.900"))
        s = t.call(request)[1].settlement
        mine = dict(psn_no=cast.POOR, mdtrt_id=s.mdtrt_id)
        visit, = self.ask(t, "5201", **mine).visits
        self.assertEqual((visit.stage, visit.inpatient, visit.med_type, visit.ipt_otp_no),
                         ("settled", False, "11", ticket))
        self.assertEqual([(b.setl_id, b.void_setl_id, b.medfee_sumamt) for b in visit.bills],
                         [(s.setl_id, "", fen("15.01"))])
        self.assertEqual(self.ask(t, "5201", psn_no=cast.POOR, ipt_otp_no=ticket).visits[0], visit)
        self.assertEqual(self.ask(t, "5202", **mine).visits[0].dise_codg, "J06.900")
        for restart in (False, True):
            if restart:
                daemon.restart()
                t = self.terminal()
            self.assertEqual(self.pages(t, "5204", **mine), lines)
            self.assertEqual(self.pages(t, "5204", psn_no=cast.POOR, setl_id=s.setl_id), lines)
        # 5203 brings the stored answer: what is printed again is what was printed.
        _, found = t.call(t.request("5203", settlement_query=pb.SettlementQuery(
            setl_id=s.setl_id)))
        self.assertEqual(pb.Reply.FromString(found.found.reply).settlement, s)
        void = self.call(t, "2208", void_order=pb.Void(setl_id=s.setl_id, psn_no=cast.POOR))
        visit, = self.ask(t, "5201", **mine).visits
        self.assertEqual((visit.stage, visit.bills[0].void_setl_id),
                         ("cancelled", void.settlement.setl_id))
        self.assertEqual(self.pages(t, "5204", psn_no=cast.POOR,
                                    setl_id=void.settlement.setl_id), lines)
        with Terminal(daemon, cast.HOSPITAL3) as other:
            for infno in ("5201", "5202", "5204"):
                self.refused(other, "ENCOUNTER_UNKNOWN", infno, query=pb.Query(**mine))
            self.refused(other, "SETTLEMENT_UNKNOWN", "5204", query=pb.Query(
                psn_no=cast.POOR, setl_id=s.setl_id))

    def test_visits_of_a_person(self):
        t, there = self.terminal(), self.terminal(cast.HOSPITAL3)
        here = [self.call(t, "2207", settle=self.bill("1.00", cast.RETIRED)).settlement
                for _ in range(70)]
        other = self.call(there, "2207", settle=self.bill("1.00", cast.RETIRED)).settlement
        found, query = [], dict(psn_no=cast.RETIRED)
        while True:
            reply = self.ask(t, "5201", **query)
            found += [v.bills[0].setl_id for v in reply.visits]
            if not reply.next:
                break
            query["next"] = reply.next
        self.assertEqual(found, [s.setl_id for s in reversed(here)])
        at_the_other, = [v for v in self.ask(there, "5201", psn_no=cast.RETIRED).visits]
        self.assertEqual(at_the_other.bills[0].setl_id, other.setl_id)
        self.refused(t, "FIELD_INVALID", "5201",
                     query=pb.Query(psn_no=cast.RESIDENT, next=here[0].setl_id))
        self.assertEqual(len(self.ask(t, "5201", psn_no=cast.RETIRED, year=2020).visits), 0)

    def test_sums_of_the_year(self):
        t = self.terminal()
        self.call(t, "2207", settle=self.bill("40.00", cast.RESIDENT))
        told = {(a.kind, a.scope, a.insutype, a.year): a.value
                for a in cast.person(t, cast.RESIDENT).person.accumulators}
        reply = self.ask(t, "5206", psn_no=cast.RESIDENT)
        self.assertEqual({(c.kind, c.scope, c.insutype, c.year): c.cum for c in reply.cuminfo}, told)
        paid = [c for c in reply.cuminfo if c.kind == "paid"]
        self.assertTrue(paid)
        self.assertEqual({c.cum_type_code for c in paid}, {"D390101"})
        self.assertTrue(all(c.name for c in paid))
        self.assertEqual(len(self.ask(t, "5206", psn_no=cast.RESIDENT, year=2020).cuminfo), 0)
        self.refused(t, "PERSON_UNKNOWN", "5206", query=pb.Query(psn_no="98765"))

    def test_institutions(self):
        t = self.terminal()
        for code in (cast.CLINIC, cast.PHARMACY):
            named = {"fixmedins_code": code} if code != cast.CLINIC else {}
            m, row = self.ask(t, "1201", **named).medinsinfo, cast.INSTITUTIONS[code]
            self.assertEqual((m.fixmedins_code, m.fixmedins_name, m.admdvs, m.benefit_grade),
                             (code, row["name"], row["admdvs"], row["benefit_grade"]))
            self.assertEqual(set(m.kinds), set(row["kinds"].split(";")))
        self.refused(t, "INSTITUTION_UNKNOWN", "1201",
                     query=pb.Query(fixmedins_code="H43100299999"))

    def test_dictionaries(self):
        t = self.terminal()

        def words(kind):
            return {w.value: w.label for w in self.ask(t, "1901", type=kind).dictionary.words}
        self.assertEqual(words("MED_TYPE")["21"], "普通住院")
        self.assertEqual(words("chrgitm_lv")["01"], "甲类")
        self.assertEqual(set(words("INSUTYPE")), {"310", "390"})
        self.assertIn("11", words("psn_type"))
        self.assertTrue(words("PSN_IDET_TYPE"))
        d = self.ask(t, "1901", type="med_type").dictionary
        self.assertEqual(len(d.policy), 16)
        self.assertLessEqual(d.begndate, int(ms(day(0)) / 86400000))
        reply = self.refused(t, "FIELD_INVALID", "1901", query=pb.Query(type="nothing"))
        self.assertIn("psn_idet_type", reply.errors[0].zh)
        self.refused(t, "UNCOVERED_DATE", "1901", query=pb.Query(type="med_type", date=1))

    def test_the_message_alone(self):
        t = self.terminal()
        self.refused(t, "FIELD_MISSING", "5201", query=pb.Query())
        self.refused(t, "FIELD_INVALID", "5206", query=pb.Query(psn_no="1", setl_id="2"))
        self.refused(t, "FIELD_MISSING", "5204", query=pb.Query(psn_no="1"))
        self.refused(t, "FIELD_INVALID", "5303", query=pb.Query(next="1x"))
        self.refused(t, "FIELD_INVALID", "5206", query=pb.Query(psn_no="1", year=12345))
        self.refused(t, "FIELD_MISSING", "5303")
        self.assertEqual(cast.NAMES[t.call(t.request("5201", msgid=make_msgid(cast.CLINIC), query=pb
                         .Query(psn_no="1", mdtrt_id="M" + "0" * 29)))[1].errors[0].code],
                         "ENCOUNTER_UNKNOWN")


class Tool(Counter):
    """The copay tool at a window: a day from sign-in to sign-out."""

    def copay(self, *words, institution=cast.CLINIC):
        done = run(COPAY, "--connect", f"localhost:{daemon.port}", "--ca", daemon.pki / "ca.pem",
                   "--cert", daemon.pki / f"{institution}.pem",
                   "--key", daemon.pki / f"{institution}.key", "--region", REGION,
                   "--opter", "op-9", "--dev-no", "W1", *words)
        return done.stdout

    def test_a_day_at_the_window(self):
        text = self.copay("sign-in")
        sign_no = re.search(r"班次 (S\d{29})", text)[1]
        self.assertIn(sign_no, self.copay("sign-in"))
        path = daemon.root / "bill.json"
        path.write_text(json.dumps({"infno": "2207", "settle": {
            "psn_no": cast.RESIDENT, "mdtrt_cert_type": "99", "med_type": "11",
            "begntime": f"{day(-1, 9):%F %T}", "endtime": f"{day(-1, 11):%F %T}",
            "ipt_otp_no": cast.ticket(), "medfee_sumamt": "40.00", "acct_used_flag": "0",
            "lines": [{"feedetl_sn": "1", "med_list_codg": cast.DRUG_A,
                       "det_item_fee_sumamt": "40.00", "cnt": "1", "pric": "40.00",
                       "fee_ocur_time": f"{day(-1, 10):%F %T}"}]}}), encoding="utf-8")
        first = self.copay("--sign-no", sign_no, "settle", path)
        setl_id = re.search(r"\b431000\d{24}\b", first)[0]
        again = [self.copay("query", setl_id) for _ in range(2)]
        bodies = [text[text.index("当时的回答"):text.rindex("报文")] for text in again]
        self.assertEqual(bodies[0], bodies[1])
        money = [row for row in first.splitlines() if "个人" in row or "基金" in row]
        self.assertTrue(money)
        for row in money:
            if "本渠道" not in row:  # the tally is of the first answer alone
                self.assertIn(row, bodies[0])
        out = self.copay("sign-out", sign_no)
        self.assertIn("签退", out)
        self.assertRegex(out, r"居民\S*\s+11\s+结算\s+1\s+40\.00")

    def test_who_is_in_hospital(self):
        w = self.ward(cast.HOSPITAL3, cast.POOR, "stay")
        w.open(day(-1), "21", bed="7")
        text = self.copay("inpatients", institution=cast.HOSPITAL3)
        row = next(row for row in text.splitlines() if w.mdtrt_id in row)
        self.assertIn("周福生", row)
        self.assertNotIn(w.mdtrt_id, self.copay("inpatients"))
        w.undo("2404")


if __name__ == "__main__":
    unittest.main()
