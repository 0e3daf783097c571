"""3201 and 3202: days of settlements, voids, reversals and lost replies, kept in books of our own
from the answers alone, against the daemon's: even for every kind; and each planted difference named
on its side, with the message to act on."""
import collections
import csv
import datetime
import json
import random
import shutil
import time
import unittest

import cast
import copay_pb2 as pb
from daemon import COPAY, run
from terminal import DONE, REFUSED, ZONE, Terminal, line, make_msgid, settle

EVEN, OURS, THEIRS, OTHER = range(4)
EPOCH = datetime.date(1970, 1, 1)


def setUpModule():
    global daemon
    daemon = cast.ready_daemon(extra="store: {checkpoint_seconds: 1}")


def tearDownModule():
    daemon.finish()


def today():
    return (datetime.datetime.now(ZONE).date() - EPOCH).days


class Document(collections.namedtuple(
        "Document", "setl_id msgid psn_no kind refd medfee fund account")):
    """A settlement or void as its institution has it."""

    @staticmethod
    def of(msgid, s):
        return Document(s.setl_id, msgid, s.psn_no, (s.insutype, s.clr_type, s.setl_optins),
                        s.refd_setl_flag, s.medfee_sumamt, s.fund_pay_sumamt, s.acct_pay)

    def row(self, **changes):
        fields = dict(setl_id=self.setl_id, psn_no=self.psn_no, medfee_sumamt=self.medfee,
                      fund_pay_sumamt=self.fund, acct_pay=self.account,
                      refd_setl_flag=self.refd)
        fields.update(changes)
        return pb.StatementRow(**{k: v for k, v in fields.items() if v is not None})


def sums(documents, voids):
    """(count, medfee, fund, account): of settlements, of voids, or (None) of both."""
    chosen = [d for d in documents if voids is None or d.refd == voids]
    count = sum(-1 if voids is None and d.refd else 1 for d in chosen)
    return (count, sum(d.medfee for d in chosen), sum(d.fund for d in chosen),
            sum(d.account for d in chosen))


def ask(t, kind, figures=None, voids=None, begin=0, end=0):
    m = pb.Statement(stmt_begndate=today() + begin, stmt_enddate=today() + end)
    if kind:
        m.insutype, m.clr_type, m.setl_optins = kind
    if voids is not None:
        m.refd_setl_flag = voids
    if figures:
        (m.fixmedins_setl_cnt, m.medfee_sumamt, m.fund_pay_sumamt, m.acct_pay) = figures
    return t.call(t.request("3201", statement=m))[1]


def figures_of(s):
    return (s.setl_cnt, s.medfee_sumamt, s.fund_pay_sumamt, s.acct_pay)


def compare(t, kind, rows, voids=None, begin=0, end=0):
    """Every difference, over as many turns as it takes; and how many turns."""
    m = pb.StatementDetail(stmt_begndate=today() + begin, stmt_enddate=today() + end, rows=rows)
    m.insutype, m.clr_type, m.setl_optins = kind
    if voids is not None:
        m.refd_setl_flag = voids
    found, turns = [], 0
    while True:
        _, reply = t.call(t.request("3202", statement_detail=m))
        assert reply.outcome == DONE, reply.errors
        turns += 1
        found += reply.stmtdetail.differences
        if not reply.stmtdetail.HasField("next"):
            return found, turns
        getattr(m, "from").CopyFrom(reply.stmtdetail.next)


class Counter:
    """One institution, its connection and its books."""

    def __init__(self, case, institution):
        self.case, self.institution, self.books = case, institution, []
        self.lost = []  # of those that the centre has and the books lack

    def settle(self, t, psn_no, yuan, lose=False, account=True):
        pharmacy = self.institution.startswith("P")
        request = t.request("2102" if pharmacy else "2207", settle=settle(
            psn_no, "41" if pharmacy else "11", [line(1, cast.DRUG_A, yuan)], cast.ticket(),
            account=account and psn_no == cast.EMPLOYEE))
        _, reply = t.call(request)
        self.case.assertEqual(reply.outcome, DONE, reply.errors)
        document = Document.of(request.msgid, reply.settlement)
        (self.lost if lose else self.books).append(document)
        return document

    def void(self, t, document, lose=False):
        infno = "2103" if self.institution.startswith("P") else "2208"
        request = t.request(infno, void_order=pb.Void(setl_id=document.setl_id,
                                                      psn_no=document.psn_no))
        _, reply = t.call(request)
        if reply.outcome == REFUSED:  # others come first
            return None
        void = Document.of(request.msgid, reply.settlement)
        (self.lost if lose else self.books).append(void)
        return void

    def reverse(self, t, document):
        infno = "2102" if self.institution.startswith("P") else "2207"
        request = t.request("2601", reversal=pb.Reversal(
            psn_no=document.psn_no, omsgid=document.msgid, oinfno=infno))
        _, reply = t.call(request)
        if reply.outcome == REFUSED:
            return None
        if reply.HasField("settlement"):
            self.books.append(Document.of(request.msgid, reply.settlement))
        return reply

    def kinds(self):
        return sorted({d.kind for d in self.books})

    def of_kind(self, kind):
        return [d for d in self.books if d.kind == kind]


class Statements(unittest.TestCase):
    maxDiff = None

    def even(self, counter, t):
        """Every kind, in all three ways; and that these kinds are all."""
        for kind in counter.kinds():
            documents = counter.of_kind(kind)
            for voids in (None, False, True):
                reply = ask(t, kind, sums(documents, voids), voids)
                self.assertEqual(reply.outcome, DONE, reply.errors)
                self.assertEqual(reply.stmtinfo.stmt_rslt, EVEN, (kind, voids, reply.stmtinfo))
            info = reply.stmtinfo
            self.assertEqual(figures_of(info.totals.gross), sums(documents, False))
            self.assertEqual(figures_of(info.totals.voids), sums(documents, True))
            self.assertEqual(figures_of(info.totals.net), sums(documents, None))
            self.assertEqual([d.business_date for d in info.days], [today()])
            self.assertEqual(info.days[0].totals, info.totals)
            found, _ = compare(t, kind, [d.row() for d in documents])
            self.assertEqual(found, [])
        told = ask(t, None).stmtinfo
        self.assertEqual(sorted((k.insutype, k.clr_type, k.setl_optins) for k in told.kinds),
                         counter.kinds())
        self.assertEqual(figures_of(told.totals.net), sums(counter.books, None))
        self.assertFalse(told.HasField("stmt_rslt"))

    def setUp(self):
        # A day of its own would be in the way of midnight: no test may straddle it.
        left = datetime.timedelta(days=1) - (datetime.datetime.now(ZONE) - datetime.datetime.now(
            ZONE).replace(hour=0, minute=0, second=0, microsecond=0))
        if left.total_seconds() < 240:
            time.sleep(left.total_seconds() + 1)

    def test_1_a_day_of_every_fate(self):
        seeded = random.Random(5)
        counters = {code: Counter(self, code) for code in (cast.PHARMACY, cast.CLINIC,
                                                           cast.HOSPITAL3)}
        people = [cast.EMPLOYEE, cast.RESIDENT, cast.POOR, cast.RETIRED]
        for _ in range(120):
            code = seeded.choice(sorted(counters))
            counter = counters[code]
            with Terminal(daemon, code) as t:
                fate = seeded.random()
                if fate < 0.6 or not counter.books:
                    psn_no = cast.EMPLOYEE if code == cast.PHARMACY else seeded.choice(people)
                    yuan = f"{seeded.randrange(1, 40)}.{seeded.randrange(100):02d}"
                    counter.settle(t, psn_no, yuan)
                    continue
                document = seeded.choice(counter.books)
                if document.refd:
                    continue
                if fate < 0.8:
                    counter.void(t, document)
                else:
                    counter.reverse(t, document)
        for stage in range(3):
            if stage == 1:
                daemon.restart()  # kill -9
            if stage == 2:
                self.assertEqual(daemon.stop(), 0)
                shutil.rmtree(daemon.data / "lmdb")
                daemon.start()
            for code, counter in counters.items():
                self.assertTrue(any(d.refd for d in counter.books), code)
                with Terminal(daemon, code) as t:
                    self.even(counter, t)
        type(self).counters = counters

    def test_2_a_lost_reply_is_named_and_can_be_acted_on(self):
        counter = self.counters[cast.CLINIC]
        with Terminal(daemon, cast.CLINIC) as t:
            lost = counter.settle(t, cast.RESIDENT, "12.34", lose=True)
            documents = counter.of_kind(lost.kind)
            reply = ask(t, lost.kind, sums(documents, None))
            self.assertEqual(reply.stmtinfo.stmt_rslt, OURS)
            self.assertEqual(reply.stmtinfo.stmt_rslt_dscr, "中心多")
            found, _ = compare(t, lost.kind, [d.row() for d in documents])
            self.assertEqual([(d.stmt_rslt, d.setl_id, d.msgid, d.infno, d.medfee_sumamt)
                              for d in found],
                             [(OURS, lost.setl_id, lost.msgid, "2207", lost.medfee)])
            # Taken into the books: 5203 by that msgid has its answer.
            _, query = t.call(t.request("5203", settlement_query=pb.SettlementQuery(
                msgid=found[0].msgid)))
            adopted = pb.Reply.FromString(query.found.reply)
            counter.books.append(Document.of(adopted.msgid, adopted.settlement))
            self.even(counter, t)
            # Or reversed: both of its documents cancel out.
            lost = counter.settle(t, cast.RESIDENT, "0.56", lose=True)
            found, _ = compare(t, lost.kind, [d.row() for d in counter.of_kind(lost.kind)])
            _, reply = t.call(t.request("2601", reversal=pb.Reversal(
                psn_no=found[0].psn_no, omsgid=found[0].msgid, oinfno=found[0].infno)))
            self.assertEqual(reply.outcome, DONE, reply.errors)
            documents = counter.of_kind(lost.kind)
            self.assertEqual(compare(t, lost.kind, [d.row() for d in documents])[0], [])
            self.assertEqual(ask(t, lost.kind, sums(documents, None)).stmtinfo.stmt_rslt, EVEN)
            self.assertEqual(ask(t, lost.kind, sums(documents, False),
                                 False).stmtinfo.stmt_rslt, OURS)
            void = Document.of(reply.msgid, reply.settlement)
            counter.books += [lost, void]
            self.even(counter, t)

    def test_3_each_planted_difference_is_named(self):
        counter = self.counters[cast.CLINIC]
        with Terminal(daemon, cast.CLINIC) as t:
            for yuan in ("3.00", "4.00", "5.00"):
                counter.settle(t, cast.RESIDENT, yuan)
            kind = counter.books[-1].kind
            documents = counter.of_kind(kind)
            rows = [d.row() for d in documents]
            last = len(rows) - 1

            def planted(expected, rows, **more):
                found, _ = compare(t, kind, rows, **more)
                self.assertEqual([(d.stmt_rslt, d.row if d.HasField("row") else None,
                                   d.field, d.setl_id) for d in found], expected)
                return found

            own = documents[last]
            for field, value in (("psn_no", "nobody"), ("medfee_sumamt", own.medfee + 1),
                                 ("fund_pay_sumamt", own.fund - 1),
                                 ("acct_pay", own.account + 1), ("refd_setl_flag", True)):
                planted([(OTHER, last, field, own.setl_id)],
                        rows[:last] + [own.row(**{field: value})])
            planted([(OURS, None, "", own.setl_id)], rows[:last])
            planted([(THEIRS, last + 1, "", own.setl_id)], rows + [own.row()])  # twice
            foreign = self.counters[cast.HOSPITAL3].books[0]
            planted([(THEIRS, last + 1, "", "")], rows + [foreign.row()])
            # By the message alone: one that settled, one that never came, one refused, one barred.
            planted([], rows[:last] + [own.row(setl_id=None, msgid=own.msgid)])
            never = make_msgid(cast.CLINIC)
            found = planted([(THEIRS, last + 1, "", "")],
                            rows + [own.row(setl_id=None, msgid=never)])
            self.assertEqual((found[0].msgid, found[0].memo), (never, "中心无此单据"))
            _, barred = t.call(t.request("2601", reversal=pb.Reversal(
                psn_no=own.psn_no, omsgid=never, oinfno="2207")))
            self.assertEqual(barred.reversed.fate, pb.FATE_BARRED)
            found = planted([(THEIRS, last + 1, "", "")],
                            rows + [own.row(setl_id=None, msgid=never)])
            self.assertEqual(found[0].memo, "该报文到达前已被冲正,未结算")
            refused = t.request("2207", settle=settle("nobody", "11", [
                line(1, cast.DRUG_A, "1.00")], cast.ticket()))
            self.assertEqual(t.call(refused)[1].outcome, REFUSED)
            found = planted([(THEIRS, last + 1, "", "")],
                            rows + [own.row(setl_id=None, msgid=refused.msgid)])
            self.assertEqual(found[0].memo, "中心已拒绝该报文,未结算")
            # Of another kind, and of no day that is compared.
            other = next(d for d in counter.books if d.kind[0] != kind[0])
            planted([(OTHER, last + 1, "insutype", other.setl_id)], rows + [other.row()])
            found, _ = compare(t, kind, [own.row()], begin=-1, end=-1)
            self.assertEqual([(d.stmt_rslt, d.field) for d in found], [(OTHER, "business_date")])
            # Settlements alone, and voids alone.
            planted([], [r for r in rows if not r.refd_setl_flag], voids=False)
            planted([], [r for r in rows if r.refd_setl_flag], voids=True)
            # Side by totals.
            medfee = sums(documents, None)
            self.assertEqual(ask(t, kind, (medfee[0] + 1, medfee[1] + 100, medfee[2],
                                           medfee[3])).stmtinfo.stmt_rslt, THEIRS)
            self.assertEqual(ask(t, kind, (medfee[0], medfee[1] + 100, medfee[2],
                                           medfee[3])).stmtinfo.stmt_rslt, OTHER)

    def test_4_a_lost_void(self):
        counter = self.counters[cast.PHARMACY]
        with Terminal(daemon, cast.PHARMACY) as t:
            document = counter.settle(t, cast.EMPLOYEE, "2.00")
            void = counter.void(t, document, lose=True)
            rows = [d.row() for d in counter.of_kind(document.kind)]
            found, _ = compare(t, document.kind, rows)
            self.assertEqual([(d.stmt_rslt, d.setl_id, d.msgid, d.infno, d.refd_setl_flag)
                              for d in found], [(OURS, void.setl_id, void.msgid, "2103", True)])
            self.assertEqual(ask(t, document.kind, sums(counter.of_kind(document.kind), None))
                             .stmtinfo.stmt_rslt, THEIRS)
            counter.books.append(void)
            self.even(counter, t)

    def test_5_what_is_asked_badly_is_refused(self):
        kind = ("390", "11", "431002")
        with Terminal(daemon, cast.CLINIC) as t:
            for changes, reason in (
                    (dict(begin=-92, end=0), "STATEMENT_DATES"),
                    (dict(begin=1, end=0), "STATEMENT_DATES")):
                reply = ask(t, kind, (0, 0, 0, 0), **changes)
                self.assertEqual(reply.outcome, REFUSED)
                self.assertEqual(cast.NAMES[reply.errors[0].code], reason)
            self.assertEqual(ask(t, kind, (0, 0, 0, 0), begin=-91).outcome, DONE)
            reply = ask(t, ("390", "11", ""), (0, 0, 0, 0))
            self.assertEqual(cast.NAMES[reply.errors[0].code], "FIELD_MISSING")
            self.assertEqual(ask(t, None, begin=-31).outcome, REFUSED)
            row = pb.StatementRow(msgid=make_msgid(cast.CLINIC), psn_no="1", medfee_sumamt=0,
                                  fund_pay_sumamt=0, acct_pay=0, refd_setl_flag=False)
            m = pb.StatementDetail(insutype="390", clr_type="11", setl_optins="431002",
                                   stmt_begndate=today(), stmt_enddate=today(), rows=[row] * 5001)
            _, reply = t.call(t.request("3202", statement_detail=m))
            self.assertEqual(cast.NAMES[reply.errors[0].code], "STATEMENT_ROWS")
            del m.rows[5000:]
            _, reply = t.call(t.request("3202", statement_detail=m))
            self.assertEqual(reply.outcome, DONE, reply.errors)
            self.assertLess(reply.stmtdetail.row_cnt, 5000)  # a turn has its bound
            self.assertEqual(reply.stmtdetail.next.row, reply.stmtdetail.row_cnt)
            del m.rows[:]
            getattr(m, "from").CopyFrom(pb.StatementCursor(row=0, business_date=today(),
                                                           sequence=1))
            _, reply = t.call(t.request("3202", statement_detail=m))
            self.assertEqual(cast.NAMES[reply.errors[0].code], "STATEMENT_CURSOR")

    def test_6_a_long_list_takes_several_turns(self):
        """More documents than one turn looks at: told all, once each."""
        counter = Counter(self, cast.PHARMACY)
        with Terminal(daemon, cast.PHARMACY) as t:
            before = self.counters[cast.PHARMACY]
            requests = [t.request("2102", settle=settle(
                cast.EMPLOYEE, "41", [line(1, cast.DRUG_A, "0.01")], cast.ticket()))
                for _ in range(2300)]
            for at in range(0, len(requests), 50):
                for request in requests[at:at + 50]:
                    t.send(request)
                for request in requests[at:at + 50]:
                    _, reply = t.receive()
                    self.assertEqual(reply.outcome, DONE, reply.errors)
                    counter.books.append(Document.of(reply.msgid, reply.settlement))
            kind = counter.books[0].kind
            known = [d.row() for d in before.of_kind(kind)]
            found, turns = compare(t, kind, known)
            self.assertEqual(sorted(d.setl_id for d in found),
                             sorted(d.setl_id for d in counter.books))
            self.assertGreater(turns, 1)
            found, turns = compare(t, kind, known + [d.row() for d in counter.books])
            self.assertEqual(found, [])
            self.assertGreater(turns, 2)
            before.books += counter.books
            self.even(before, t)

    def copay(self, institution, *words):
        return run(COPAY, "--connect", f"localhost:{daemon.port}", "--ca", daemon.pki / "ca.pem",
                   "--cert", daemon.pki / f"{institution}.pem", "--key",
                   daemon.pki / f"{institution}.key", "--server-name", "localhost", *words,
                   check=False)

    @staticmethod
    def write_books(path, documents):
        columns = ("setl_id msgid psn_no insutype clr_type setl_optins refd_setl_flag "
                   "medfee_sumamt fund_pay_sumamt acct_pay").split()

        def yuan(fen):
            return f"{'-' * (fen < 0)}{abs(fen) // 100}.{abs(fen) % 100:02d}"

        with open(path, "w", newline="", encoding="utf-8") as file:
            out = csv.writer(file)
            out.writerow(columns)
            for d in documents:
                out.writerow([d.setl_id, d.msgid, d.psn_no, *d.kind, int(d.refd), yuan(d.medfee),
                              yuan(d.fund), yuan(d.account)])

    def test_7_the_program_compares_books(self):
        counter = self.counters[cast.HOSPITAL3]
        path = daemon.root / "books.csv"
        self.write_books(path, counter.books)
        done = self.copay(cast.HOSPITAL3, "reconcile", path)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(done.stdout.count("对平"), len(counter.kinds()) + 1, done.stdout)
        lost = next(d for d in counter.books if not d.refd and not any(
            v.refd and v.psn_no == d.psn_no and v.medfee == -d.medfee for v in counter.books))
        wrong = counter.books[0]._replace(account=counter.books[0].account + 1)
        books = [wrong] + [d for d in counter.books[1:] if d != lost]
        invented = lost._replace(setl_id="", msgid=make_msgid(cast.HOSPITAL3),
                                 kind=("310", "99", "431099"))
        self.write_books(path, books + [invented])
        done = self.copay(cast.HOSPITAL3, "reconcile", path)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        for text in ("中心多: 医药机构无此单据", f"copay reverse {lost.msgid} --psn-no {lost.psn_no}",
                     "不一致: 双方所记不一致 acct_pay", "本机构多: 中心无此单据", invented.msgid,
                     "不一致 3 处"):
            self.assertIn(text, done.stdout)
        path.write_text("psn_no\n1\n", encoding="utf-8")
        self.assertEqual(self.copay(cast.HOSPITAL3, "reconcile", path).returncode, 2)

    def test_8_the_program_follows_the_running_tally(self):
        path, bill = daemon.root / "tally", daemon.root / "bill.json"

        def settled(*words):
            day = datetime.datetime.now(ZONE).strftime("%Y-%m-%d %H:%M:%S")
            bill.write_text(json.dumps({"infno": "2207", "settle": {
                "psn_no": cast.RESIDENT, "mdtrt_cert_type": "99", "med_type": "11",
                "begntime": day, "endtime": day, "ipt_otp_no": cast.ticket(),
                "medfee_sumamt": "2.00", "acct_used_flag": False, "lines": [{
                    "feedetl_sn": "1", "med_list_codg": cast.DRUG_A,
                    "det_item_fee_sumamt": "2.00", "cnt": "1", "pric": "2.00",
                    "fee_ocur_time": day}]}}), encoding="utf-8")
            done = self.copay(cast.CLINIC, "--dev-no", "T8", *words, "settle", bill)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            return done

        for _ in range(3):
            self.assertNotIn("中心有本终端未收到应答", settled("--tally-file", path).stderr)
        settled()  # nobody kept this answer
        told = settled("--tally-file", path)
        self.assertIn("中心有本终端未收到应答的结算", told.stderr)
        self.assertIn("本机 4 笔 医疗费 8.00", told.stderr)
        self.assertIn("中心 5 笔 医疗费 10.00", told.stderr)
        self.assertEqual(settled("--tally-file", path).stderr, "")  # told once
        shown = run(COPAY, "--tally-file", path, "tally")
        self.assertIn("终端 T8", shown.stdout)
        self.assertIn("合计 6 笔 医疗费 12.00", shown.stdout)


if __name__ == "__main__":
    unittest.main()
