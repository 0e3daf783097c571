"""Encounters' whole conversation at random against a book of our own (wards.py): every answer's outcome
and reasons are what the book says, every settlement is what the same bill in one message would come
to, old messages are answered as before through restarts and kills, and when all is undone nobody
can tell that anything was. Then two windows at once, for each pair of transactions.

COPAY_WARDS_STEPS and COPAY_WARDS_SEED make a long run of it."""
import copy
import itertools
import os
import random
import shutil
import tempfile
import unittest

import cast
import copay_pb2 as pb
from daemon import COPAYCTL, run
from terminal import (DONE, REFUSED, Terminal, check_identities, day, make_msgid, ms, settle)
from wards import DAY, FINE, Book, day_of, problem_name

STEPS = int(os.environ.get("COPAY_WARDS_STEPS", "400"))
SEED = int(os.environ.get("COPAY_WARDS_SEED", "1"))

PEOPLE = [cast.EMPLOYEE, cast.RESIDENT, cast.POOR, cast.RETIRED]
ITEMS = [cast.DRUG_A, cast.DRUG_A, cast.DRUG_B, cast.DRUG_C]
SAME = ("medfee_sumamt fulamt_ownpay_amt overlmt_selfpay preselfpay_amt inscp_scp_amt act_pay_dedc "
        "hifp_pay cvlserv_pay hifes_pay hifmi_pay hifob_pay hifdm_pay maf_pay oth_pay "
        "fund_pay_sumamt psn_part_amt acct_pay psn_cash_pay hosp_part_amt").split()


class Desk:
    """Says what may come next, mostly sensible."""

    def __init__(self, choice, book):
        self.choice, self.book, self.number = choice, book, itertools.count(1)

    def head(self, institution, infno, **body):
        return pb.Request(infno=infno, msgid=make_msgid(institution), fixmedins_code=institution,
                          insuplc_admdvs="431000", mdtrtarea_admvs="431000", opter="99001",
                          dev_no="T1", inf_time=ms(day(0)), **body)

    def sometimes(self, chance):
        return self.choice.random() < chance

    def about(self, e):
        other = self.sometimes(0.01)
        return dict(mdtrt_id="M" + "0" * 29 if self.sometimes(0.01) else e.mdtrt_id,
                    psn_no=self.choice.choice(PEOPLE) if other else e.psn_no)

    def code(self, e, stay, visit):
        wrong = self.sometimes(0.01)
        return stay if e.stay != wrong else visit

    def next(self):
        some = [e for e in self.book.encounters.values()
                if e.stage != "cancelled" or self.sometimes(0.1)]
        if len(some) < 2 or self.sometimes(0.07):
            return self.open()
        e = self.choice.choice(some)
        makers = [(self.upload, 8), (self.refund, 4), (self.cancel, 2), (self.change, 1),
                  (self.bill, 4), (self.void, 4), (self.undo, 2), (self.reverse, 2)]
        if e.stay:
            makers += [(self.discharge, 2), (self.go_back, 1)]
        makers, weights = zip(*makers)
        return self.choice.choices(makers, weights)[0](e)

    def open(self):
        stay = self.sometimes(0.6)
        institution = self.choice.choice([cast.HOSPITAL3, cast.CLINIC]) if stay else cast.CLINIC
        taken = [e.ticket for e in self.book.encounters.values()]
        ticket = self.choice.choice(taken) if taken and self.sometimes(0.1) else cast.ticket()
        begin = day(3 if self.sometimes(0.02) else -self.choice.randrange(8, 20), 8)
        order = pb.Encounter(psn_no=self.choice.choice(PEOPLE), mdtrt_cert_type="99",
                             begntime=ms(begin), ipt_otp_no=ticket)
        if stay or self.sometimes(0.7):
            order.med_type = "21" if stay != self.sometimes(0.03) else "11"
        return self.head(institution, "2401" if stay else "2201", encounter=order)

    def batch(self, e):
        return {} if e.stay else {"chrg_bchno": f"B{self.choice.randrange(1, 11)}"
                                  if self.sometimes(0.7) else "1"}

    def moment(self, e, bill):
        """When a fee arose: within the care as far as it goes, seldom beside it."""
        first, last = day_of(bill.begin), day_of(e.end or ms(day(-1)))
        at = self.choice.randint(first, max(first, last))
        if self.sometimes(0.03):
            at = self.choice.choice([first - 1, last + 1, last + 9])
        return at * DAY + self.choice.randrange(1, 16) * 3600000 - 8 * 3600000

    def line(self, e, bill, sn):
        cnt = self.choice.randrange(1, 5)
        pric = self.choice.randrange(100, 30000 if e.stay else 1000)
        item = "X999" if self.sometimes(0.01) else self.choice.choice(ITEMS)
        return pb.Line(feedetl_sn=sn, med_list_codg=item, det_item_fee_sumamt=cnt * pric,
                       cnt=cnt * 10000, pric=pric * 10000, fee_ocur_time=self.moment(e, bill))

    def upload(self, e):
        batch = self.batch(e)
        bill = e.bill(batch.get("chrg_bchno"))[1]
        lines = {}
        for _ in range(self.choice.randrange(1, 7)):
            # Numbers come again in the next bill of a stay, as a day's first line may.
            sn = str(self.choice.randrange(1, 60) if self.sometimes(0.15) else next(self.number))
            lines[sn] = self.line(e, bill, sn)
        return self.head(e.institution, "2301" if e.stay else "2204",
                         upload=pb.Upload(lines=lines.values(), **self.about(e), **batch))

    def refund(self, e):
        batch = self.batch(e)
        if not e.stay and e.bills:
            batch = {"chrg_bchno": self.choice.choice(sorted(e.bills))}
        bill = e.bill(batch.get("chrg_bchno"))[1]
        if not bill.lines:
            return self.upload(e)
        x = self.choice.choice(list(bill.lines.values()))
        back = -self.choice.randint(1, max(1, abs(x.cnt) // 10000)) * 10000
        item = self.choice.choice(ITEMS) if self.sometimes(0.03) else x.med_list_codg
        line = pb.Line(feedetl_sn=str(next(self.number)), med_list_codg=item, cnt=back, pric=x.pric,
                       det_item_fee_sumamt=back * x.pric // 10**8, init_feedetl_sn=x.feedetl_sn,
                       fee_ocur_time=max(x.fee_ocur_time, self.moment(e, bill)))
        return self.head(e.institution, "2301" if e.stay else "2204",
                         upload=pb.Upload(lines=[line], **self.about(e), **batch))

    def cancel(self, e):
        order = pb.Cancel(**self.about(e))
        lines = list(e.bill()[1].lines)
        if e.stay:
            few = self.choice.sample(lines, min(len(lines), self.choice.randrange(1, 4)))
            order.feedetl_sn.extend(["0000"] if self.sometimes(0.1) else few or ["9"])
        else:
            order.chrg_bchno = self.choice.choice(sorted(e.bills) or ["B1"])
            if self.sometimes(0.2):
                order.chrg_bchno = "0000"
        return self.head(e.institution, "2302" if e.stay else "2205", cancel=order)

    def change(self, e):
        order = pb.Encounter(bed="B12", diseinfo=[pb.Diagnosis(diag_code="J06.900")],
                             **self.about(e))
        if self.sometimes(0.5) or not e.med_type:
            order.med_type = "21" if e.stay != self.sometimes(0.1) else "11"
        return self.head(e.institution, self.code(e, "2403", "2203"), encounter=order)

    def discharge(self, e):
        end = day(5 if self.sometimes(0.05) else -self.choice.randrange(0, 9), 10)
        return self.head(e.institution, "2402",
                         encounter=pb.Encounter(endtime=ms(end), dscg_way="1", **self.about(e)))

    def go_back(self, e):
        return self.head(e.institution, "2405", encounter_name=pb.EncounterName(**self.about(e)))

    def bill(self, e):
        s = pb.EncounterSettle(mdtrt_cert_type="99", acct_used_flag=self.sometimes(0.5),
                               medfee_sumamt=0, **self.about(e))
        if not e.stay:
            s.chrg_bchno = self.choice.choice(sorted(e.bills) or ["1"])
        bill = e.bill(s.chrg_bchno)[1]
        s.mid_setl_flag = e.stay and e.stage == "open" and self.sometimes(0.5)
        if s.mid_setl_flag or (e.stay and e.stage == "open" and self.sometimes(0.9)):
            days = [day_of(x.fee_ocur_time) for x in bill.lines.values()] or [day_of(bill.begin)]
            late = not s.mid_setl_flag and self.sometimes(0.9)
            end = max(days) if late else self.choice.choice(days)
            s.endtime = end * DAY + 8 * 3600000
        end = self.book.end_of(e, s) or 0
        s.medfee_sumamt = (sum(x.det_item_fee_sumamt for x in self.book.taken(bill, s, end)) +
                           self.sometimes(0.04))
        infno = self.choice.choice(["2303", "2304", "2304"] if e.stay else ["2206", "2207", "2207"])
        return self.head(e.institution, infno, encounter_settle=s)

    def void(self, e):
        of = [s for s in self.book.settled.values() if s.encounter == e.mdtrt_id]
        if not of:
            return self.bill(e)
        s = self.choice.choice(of)
        setl_id = s.void_setl_id if s.void_setl_id and self.sometimes(0.1) else s.setl_id
        return self.void_of(e, setl_id, **({"psn_no": PEOPLE[0]} if self.sometimes(0.02) else {}))

    def void_of(self, e, setl_id, **more):
        order = dict(setl_id=setl_id, psn_no=e.psn_no)
        order.update(more)
        return self.head(e.institution, "2305" if e.stay else "2208", void_order=pb.Void(**order))

    def undo(self, e):
        return self.head(e.institution, self.code(e, "2404", "2202"),
                         encounter_name=pb.EncounterName(**self.about(e)))

    def reverse(self, e):
        """A message of its own or, some never sent, of one that was lost."""
        heard = [r for r, reply in self.book.messages.values() if reply and
                 r.fixmedins_code == e.institution and
                 r.infno in ("2401", "2304", "2207", "2305", "2208")]
        order = pb.Reversal(psn_no=e.psn_no, omsgid=make_msgid(e.institution), oinfno="2304")
        if heard and self.sometimes(0.8):
            r = self.choice.choice(heard)
            body = next(value for _, value in r.ListFields() if isinstance(value, (
                pb.Encounter, pb.EncounterSettle, pb.Void)))
            order = pb.Reversal(psn_no=body.psn_no, omsgid=r.msgid, oinfno=r.infno)
            if self.sometimes(0.1):
                order.oinfno = "2304"
        return self.head(e.institution, "2601", reversal=order)


class Counter(unittest.TestCase):
    """Talks by the book."""
    maxDiff = None
    deadly = 0  # how often the daemon dies between a message and its answer

    def setUp(self):
        self.daemon = cast.ready_daemon(extra="store: {checkpoint_seconds: 1}")
        self.addCleanup(self.daemon.finish)
        self.book, self.kept, self.figures = Book(), [], {}
        self.choice = random.Random(SEED)
        self.desk, self.count, self.kills = Desk(self.choice, self.book), {}, 0
        self.connect()
        self.addCleanup(self.hang_up)
        self.before = cast.everyone(self.daemon)

    def connect(self):
        self.terminals = {code: Terminal(self.daemon, code)
                          for code in (cast.HOSPITAL3, cast.CLINIC)}

    def hang_up(self):
        for t in self.terminals.values():
            t.close()

    def restart(self):
        self.hang_up()
        self.daemon.restart()
        self.connect()
        self.kills += 1

    def ask(self, r):
        """The answer; now and then the daemon dies between the two, and the message goes again."""
        t = self.terminals[r.fixmedins_code]
        if self.choice.random() < self.deadly:
            t.send(r)
            self.restart()
            t = self.terminals[r.fixmedins_code]
        return t.call(r)

    def step(self, r):
        expected = self.book.judge(r)
        figures = self.in_one_message(r) if expected[0] == FINE else None
        return self.heard(r, expected, figures, *self.ask(r))

    def heard(self, r, expected, figures, envelope, reply):
        said = frozenset(problem_name(x) for x in reply.errors)
        where = (SEED, r.infno, r, reply.errors, expected)
        self.assertIn(said, expected, where)
        self.assertEqual(reply.outcome, REFUSED if said else DONE, where)
        if self.book.take(r, reply):
            self.kept.append((r, envelope.body))
        self.count[r.infno, reply.outcome] = self.count.get((r.infno, reply.outcome), 0) + 1
        if reply.outcome == DONE:
            self.check_answer(r, reply, figures)
        elif said == {"VOID_LATER"}:
            self.check_held(r, reply)

    def check_held(self, r, reply):
        """What must be voided first is alive, of that person, and later."""
        setl_id = (reply.setl_id if r.infno == "2601" else r.void_order.setl_id)
        self.assertTrue(reply.setl_ids)
        self.assertLessEqual(set(reply.setl_ids), set(self.book.later(self.book.settled[setl_id])))

    def in_one_message(self, r):
        """The same bill without its encounter, in a pre-settlement that changes nothing."""
        if r.infno not in ("2206", "2207", "2303", "2304"):
            return None
        s = r.encounter_settle
        e = self.book.encounters[s.mdtrt_id]
        bill, end = e.bill(s.chrg_bchno)[1], self.book.end_of(e, s)
        lines = [copy.copy(x) for x in self.book.taken(bill, s, end)]
        for x in lines:  # a refund of later counts on its original's day
            x.fee_ocur_time = bill.lines.get(x.init_feedetl_sn, x).fee_ocur_time
        self.choice.shuffle(lines)
        whole = settle(e.psn_no, e.med_type, lines, cast.ticket(), account=s.acct_used_flag,
                       begntime=bill.begin, endtime=end)
        q = self.desk.head(e.institution, "2303" if e.stay else "2206", settle=whole)
        reply = self.terminals[e.institution].call(q)[1]
        self.assertEqual(reply.outcome, DONE, reply.errors)
        return {name: getattr(reply.settlement, name) for name in SAME}

    def check_answer(self, r, reply, figures):
        if r.infno in ("2206", "2207", "2303", "2304"):
            s = reply.settlement
            check_identities(self, s)
            came_to = {name: getattr(s, name) for name in SAME}
            self.assertEqual(came_to, figures or came_to)
            self.figures[s.setl_id] = came_to
        elif reply.settlement.refd_setl_flag:
            s = reply.settlement
            check_identities(self, s)
            self.assertEqual({name: -getattr(s, name) for name in SAME},
                             self.figures[s.init_setl_id])
        if not reply.HasField("encounter"):
            return
        e = self.book.encounters[reply.encounter.mdtrt_id]
        self.assertEqual((reply.encounter.stage, reply.encounter.bill_cnt), (e.stage, e.settled))
        if r.infno in ("2204", "2301"):
            bill = e.bill(r.upload.chrg_bchno)[1]
            self.assertEqual((reply.encounter.line_cnt, reply.encounter.medfee_sumamt),
                             (len(bill.lines), bill.total()))
            self.assertEqual([x.feedetl_sn for x in reply.results],
                             [x.feedetl_sn for x in r.upload.lines])
            for x in reply.results:
                self.assertEqual(x.det_item_fee_sumamt, x.fulamt_ownpay_amt + x.overlmt_amt +
                                 x.preselfpay_amt + x.inscp_scp_amt)

    def repeat_some(self):
        for r, body in self.choice.sample(self.kept, min(len(self.kept), 5)):
            envelope, _ = self.terminals[r.fixmedins_code].call(r)
            self.assertEqual(envelope.body, body, r)
            self.assertTrue(envelope.repeated)

    def done(self, r):
        self.assertEqual(self.book.judge(r), [FINE], r)
        self.step(r)

    def undo_everything(self):
        for s in reversed(self.book.live()):
            e = self.book.encounters[s.encounter]
            void = self.desk.void_of(e, s.setl_id)
            if self.book.judge(void) == [{"LINE_UPLOADED"}]:  # numbers used again since
                self.done(self.everything(e))
            self.done(void)
        everyone = sorted(self.book.encounters.values(), key=lambda e: e.stage != "open")
        for e in everyone:
            if e.stage == "cancelled":
                continue
            if e.stage == "discharged":
                self.done(self.plain(e, "2405"))
            if e.open_bills():
                self.done(self.everything(e))
            self.done(self.plain(e, "2404" if e.stay else "2202"))

    def everything(self, e):
        named = {"feedetl_sn": ["0000"]} if e.stay else {"chrg_bchno": "0000"}
        return self.desk.head(e.institution, "2302" if e.stay else "2205", cancel=pb.Cancel(
            mdtrt_id=e.mdtrt_id, psn_no=e.psn_no, **named))

    def plain(self, e, infno):
        return self.desk.head(e.institution, infno, encounter_name=pb.EncounterName(
            mdtrt_id=e.mdtrt_id, psn_no=e.psn_no))

    def check_nothing_is_left(self):
        self.assertEqual((self.book.visits, self.book.stays), ({}, {}))
        self.assertEqual(cast.everyone(self.daemon), self.before)
        for e in self.book.encounters.values():  # every number is free again, under every batch
            for batch in {"1", *e.bills}:
                lines = [pb.Line(feedetl_sn="1", med_list_codg=cast.DRUG_A, cnt=10000,
                                 pric=10**7, det_item_fee_sumamt=1000, fee_ocur_time=ms(day(-1)))]
                bill = settle(cast.RESIDENT, "21" if e.stay else "11", lines, e.ticket,
                              chrg_bchno=batch)
                r = self.desk.head(e.institution, "2303" if e.stay else "2206", settle=bill)
                self.assertEqual(self.terminals[e.institution].call(r)[1].outcome, DONE)

    def check_rebuild(self):
        self.hang_up()
        self.assertEqual(self.daemon.stop(), 0)
        with tempfile.TemporaryDirectory(prefix="copayd-wards-") as folder:
            copied = shutil.copytree(self.daemon.data, folder + "/" + self.daemon.data.name)
            run(COPAYCTL, "rebuild", "--check", copied)
        self.daemon.start()
        self.connect()


class Conversation(Counter):
    deadly = 0.015

    def test_a_conversation(self):
        for number in range(STEPS):
            self.step(self.desk.next())
            if number % 10 == 9:
                self.repeat_some()
            if number % 100 == 99:
                self.restart()
        self.undo_everything()
        self.check_nothing_is_left()
        self.repeat_some()
        self.daemon.verify()
        self.check_rebuild()
        print(f"steps {STEPS} seed {SEED} kills {self.kills} {self.count}", flush=True)


class Windows(Counter):
    """Two windows say something of one encounter at the same moment: the second is answered as the
    book says after the first."""

    def stay(self):
        """In hospital, settled once mid-stay, with fees that wait."""
        order = pb.Encounter(psn_no=cast.EMPLOYEE, mdtrt_cert_type="99", begntime=ms(day(-9, 8)),
                             ipt_otp_no=cast.ticket(), med_type="21")
        self.done(self.desk.head(cast.HOSPITAL3, "2401", encounter=order))
        e = self.newest()
        self.done(self.lines(e, "1", "2", at=-8))
        self.done(self.settling(e, 20000, end=day(-7, 20), mid=True))
        self.done(self.lines(e, "3", "4"))
        return e

    def visit(self):
        """Registered, one bill settled, one open."""
        order = pb.Encounter(psn_no=cast.RESIDENT, mdtrt_cert_type="99", begntime=ms(day(-3, 8)),
                             ipt_otp_no=cast.ticket(), med_type="11")
        self.done(self.desk.head(cast.CLINIC, "2201", encounter=order))
        e = self.newest()
        self.done(self.lines(e, "1", "2", batch="1"))
        self.done(self.settling(e, 20000, batch="1"))
        self.done(self.lines(e, "3", "4", batch="B2"))
        return e

    def newest(self):
        return list(self.book.encounters.values())[-1]

    @staticmethod
    def of(e):
        return dict(mdtrt_id=e.mdtrt_id, psn_no=e.psn_no)

    def lines(self, e, *numbers, at=-2, batch=None):
        lines = [pb.Line(feedetl_sn=n, med_list_codg=cast.DRUG_A, det_item_fee_sumamt=10000,
                         cnt=10000, pric=10**8, fee_ocur_time=ms(day(at))) for n in numbers]
        more = {"chrg_bchno": batch} if batch else {}
        return self.desk.head(e.institution, "2301" if e.stay else "2204",
                              upload=pb.Upload(lines=lines, **self.of(e), **more))

    def taking_back(self, e, batch=None):
        r = self.lines(e, "9", batch=batch)
        x = r.upload.lines[0]
        x.init_feedetl_sn, x.det_item_fee_sumamt, x.cnt = "3", -6000, -6000
        return r

    def settling(self, e, fee, end=None, mid=False, batch=None):
        s = pb.EncounterSettle(mdtrt_cert_type="99", acct_used_flag=True, medfee_sumamt=fee,
                               mid_setl_flag=mid, **self.of(e))
        if batch:
            s.chrg_bchno = batch
        if end:
            s.endtime = ms(end)
        return self.desk.head(e.institution, "2304" if e.stay else "2207", encounter_settle=s)

    def cancelling(self, e, **more):
        return self.desk.head(e.institution, "2302" if e.stay else "2205",
                              cancel=pb.Cancel(**self.of(e), **more))

    def reversing(self, e, infno):
        r = next(r for r, reply in reversed(self.book.messages.values()) if r.infno == infno and
                 reply and reply.outcome == DONE)
        return self.desk.head(e.institution, "2601", reversal=pb.Reversal(
            psn_no=e.psn_no, omsgid=r.msgid, oinfno=infno))

    def about_a_stay(self, e):
        discharge = pb.Encounter(endtime=ms(day(-1)), **self.of(e))
        return [lambda: self.lines(e, "5", "6"), lambda: self.lines(e, "1", at=-2),
                lambda: self.taking_back(e),
                lambda: self.cancelling(e, feedetl_sn=["0000"]),
                lambda: self.cancelling(e, feedetl_sn=["3"]),
                lambda: self.desk.head(e.institution, "2402", encounter=discharge),
                lambda: self.desk.head(e.institution, "2403",
                                       encounter=pb.Encounter(bed="B9", **self.of(e))),
                lambda: self.plain(e, "2404"), lambda: self.plain(e, "2405"),
                lambda: self.settling(e, 20000, end=day(-1), mid=True),
                lambda: self.settling(e, 20000, end=day(-1)),
                lambda: self.void_of(e), lambda: self.reversing(e, "2401"),
                lambda: self.reversing(e, "2304")]

    def about_a_visit(self, e):
        return [lambda: self.lines(e, "5", batch="B2"), lambda: self.lines(e, "5", batch="B3"),
                lambda: self.taking_back(e, batch="B2"),
                lambda: self.cancelling(e, chrg_bchno="0000"),
                lambda: self.cancelling(e, chrg_bchno="B2"),
                lambda: self.desk.head(e.institution, "2203",
                                       encounter=pb.Encounter(dise_codg="J06.900", **self.of(e))),
                lambda: self.plain(e, "2202"), lambda: self.settling(e, 20000, batch="B2"),
                lambda: self.void_of(e), lambda: self.reversing(e, "2207")]

    def void_of(self, e):
        return self.desk.void_of(e, self.book.live_of(e)[-1].setl_id)

    def at_once(self, first, second):
        """Both are sent before either is heard; by the records' numbers it is known which was first."""
        answers = []
        for t, r in zip(self.windows, (first, second)):
            t.send(r)
        for t, r in zip(self.windows, (first, second)):
            envelope, reply = t.receive()
            self.assertEqual(reply.msgid, r.msgid)
            answers.append((int(reply.inf_refmsgid[-10:]), r, envelope, reply))
        for _, r, envelope, reply in sorted(answers, key=lambda x: x[0]):
            self.heard(r, self.book.judge(r), None, envelope, reply)

    def every_pair(self, begin, about, institution):
        self.windows = [Terminal(self.daemon, institution) for _ in range(2)]
        for t in self.windows:
            self.addCleanup(t.close)
        count = len(about(begin()))
        self.undo_everything()
        for i, j in itertools.product(range(count), repeat=2):
            makers = about(begin())
            self.at_once(makers[i](), makers[j]())
            self.undo_everything()
        self.check_nothing_is_left()

    def test_two_windows_of_a_ward(self):
        self.every_pair(self.stay, self.about_a_stay, cast.HOSPITAL3)

    def test_two_windows_of_a_clinic(self):
        self.every_pair(self.visit, self.about_a_visit, cast.CLINIC)


if __name__ == "__main__":
    unittest.main()
