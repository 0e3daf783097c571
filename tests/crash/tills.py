"""Many tills at work at once, their books, and the comparison of these books with a daemon's: per
msgid first, then the money that follows from the answers alone."""
import random
import threading
import time
from collections import Counter
from datetime import datetime, timedelta

import cast
import copay_pb2 as pb
from terminal import (DONE, REFUSED, RETRY, ZONE, Closed, Terminal, day, line, make_msgid, ms,
                      settle)

REUSED = next(code for code, name in cast.NAMES.items() if name == "MSGID_REUSED")
FLYING = 32  # questions in flight while books are compared

# (institution, transaction, its void, med_type, person, account)
KINDS = [
    (cast.PHARMACY, "2102", "2103", "41", cast.EMPLOYEE, True),
    (cast.PHARMACY, "2102", "2103", "41", cast.RETIRED, True),
    (cast.CLINIC, "2207", "2208", "11", cast.RESIDENT, False),
    (cast.CLINIC, "2207", "2208", "11", cast.POOR, False),
    (cast.HOSPITAL3, "2304", "2305", "21", cast.RETIRED, True),
]
PEOPLE = sorted({k[4] for k in KINDS})
INSTITUTIONS = sorted({k[0] for k in KINDS})


def quiet(t):
    try:
        t.close()
    except OSError:
        pass


def channel(s):
    return s.fixmedins_code, "T1", s.insutype, s.clr_type, s.setl_optins, s.refd_setl_flag


class TillBooks:
    """One final answer per msgid, and what follows from them. `clock` says when a message was sent,
    in whatever the test counts."""

    def __init__(self, case, clock=lambda: 0):
        self.case, self.clock = case, clock
        self.lock = threading.Lock()
        self.sent = {}      # msgid -> packed request
        self.sent_at = {}   # msgid -> clock
        self.final = {}     # msgid -> packed reply
        self.replies = {}   # the same, not packed
        self.live = []      # (kind, setl_id) that a void may name
        self.tallies = {}   # channel -> newest tally
        self.reuses = 0

    def copy(self):
        other = TillBooks(self.case, self.clock)
        for name in ("sent", "sent_at", "final", "replies", "live", "tallies"):
            setattr(other, name, getattr(self, name).copy())
        return other

    def note_sent(self, request):
        with self.lock:
            self.sent_at[request.msgid] = self.clock()
            self.sent[request.msgid] = request.SerializeToString()

    def note(self, envelope, reply):
        """False for an answer that is not final."""
        if reply.outcome == RETRY:
            return False
        if any(e.code == REUSED for e in reply.errors):
            with self.lock:
                self.reuses += 1
            return True
        with self.lock:
            before = self.final.setdefault(reply.msgid, envelope.body)
            self.replies.setdefault(reply.msgid, reply)
            self.case.assertEqual(before, envelope.body, f"{reply.msgid}: another answer")
            s = reply.settlement
            if envelope.HasField("tally"):
                self.case.assertFalse(envelope.repeated)
                t, key = envelope.tally, channel(s)
                if key not in self.tallies or self.tallies[key].sequence < t.sequence:
                    self.tallies[key] = t
            if reply.outcome == DONE and before is envelope.body and s.setl_id and \
                    not s.refd_setl_flag:
                kind = next(k for k in KINDS if k[0] == s.fixmedins_code and k[4] == s.psn_no)
                self.live.append((kind, s.setl_id))
        return True

    def settlements(self):
        """Every settlement and void, in the order of their records."""
        return sorted((r.settlement for r in self.replies.values()
                       if r.outcome == DONE and r.HasField("settlement")),
                      key=lambda s: s.setl_id[-10:])

    def fates(self):
        """How many reversals found what: {fate: number}."""
        return dict(Counter(pb.Fate.Name(r.reversed.fate) for r in self.replies.values()
                            if r.HasField("reversed")))


class Till(threading.Thread):
    """One connection with `depth` messages in flight until the daemon goes away, `stop` is set or
    `limit` messages are sent, `pause` seconds apart."""

    def __init__(self, daemon, books, seed, depth, institution, limit=None, pause=0, reuse=True):
        super().__init__(daemon=True)
        self.books, self.depth, self.institution = books, depth, institution
        self.limit, self.pause, self.reuse = limit, pause, reuse
        self.choice = random.Random(seed)
        self.terminal = Terminal(daemon, institution)
        self.stop = threading.Event()
        self.failure = None
        self.mine = []
        self.visits = []  # requests of registrations
        self.owed = 0  # messages sent and not yet answered

    def new_request(self):
        kinds = [k for k in KINDS if k[0] == self.institution]
        kind = self.choice.choice(kinds)
        _, infno, _, med_type, person, account = kind
        lines = [line(n + 1, self.choice.choice([cast.DRUG_A, cast.DRUG_B]),
                      f"{self.choice.randrange(1, 4)}.{self.choice.randrange(100):02d}")
                 for n in range(self.choice.randrange(1, 4))]
        return self.terminal.request(infno, settle=settle(
            person, med_type, lines, cast.ticket(), account=account))

    def next_request(self):
        dice = self.choice.random()
        if dice < 0.1 and self.mine:
            return self.choice.choice(self.mine)  # a repeat, perhaps of one in flight
        if dice < 0.15 and self.mine and self.reuse:
            first, other = self.choice.choice(self.mine), self.new_request()
            # What looks at older records may be overtaken, and is then itself the second.
            if first.HasField("settle"):
                other.msgid = first.msgid
            return other  # a msgid used twice: must be refused, whatever became of the first
        if dice < 0.35:
            with self.books.lock:
                mine = [x for x in self.books.live if x[0][0] == self.institution]
                found = self.choice.choice(mine) if mine else None
                if found:
                    self.books.live.remove(found)
            if found:
                kind, setl_id = found
                return self.terminal.request(kind[2], void_order=pb.Void(
                    setl_id=setl_id, psn_no=kind[4]))
        if dice < 0.4 and self.mine:
            original = self.choice.choice(self.mine)  # perhaps in flight, perhaps lost by a kill
            if original.HasField("settle") or original.HasField("void_order"):
                return self.terminal.request("2601", reversal=pb.Reversal(
                    psn_no=original.settle.psn_no or original.void_order.psn_no,
                    omsgid=original.msgid, oinfno=original.infno))
        if dice < 0.5 and self.institution == cast.CLINIC:
            return self.of_a_visit()
        return self.new_request()

    def of_a_visit(self):
        """Registers one, or uploads to one that is known to be registered, or cancels there."""
        known = [(r, self.books.replies.get(r.msgid)) for r in self.visits[-5:]]
        known = [(r, reply) for r, reply in known if reply and reply.outcome == DONE]
        if not known or self.choice.random() < 0.2:
            return self.terminal.request("2201", encounter=pb.Encounter(
                psn_no=cast.RESIDENT, mdtrt_cert_type="99", med_type="11",
                begntime=ms(day(-1)), ipt_otp_no=cast.ticket()))
        r, reply = self.choice.choice(known)
        about = dict(mdtrt_id=reply.mdtrt_id, psn_no=r.encounter.psn_no,
                     chrg_bchno=self.choice.choice("12"))
        if self.choice.random() < 0.2:
            return self.terminal.request("2205", cancel=pb.Cancel(**about))
        return self.terminal.request("2204", upload=pb.Upload(lines=[
            line(f"{len(self.mine)}-{n}", cast.DRUG_A, "2.00") for n in range(3)], **about))

    def hear(self):
        self.books.note(*self.terminal.receive())
        self.owed -= 1

    def send_some(self):
        while self.owed < self.depth and self.limit != 0:
            request = self.next_request()
            if request.msgid not in self.books.sent:
                self.books.note_sent(request)
                self.mine.append(request)
                if request.infno == "2201":
                    self.visits.append(request)
            self.terminal.send(request)
            self.owed += 1
            if self.limit is not None:
                self.limit -= 1
            if self.pause:
                time.sleep(self.choice.random() * 2 * self.pause)

    def run(self):
        try:
            while not self.stop.is_set() and (self.limit != 0 or self.owed):
                self.send_some()
                self.hear()
            if self.limit == 0:
                quiet(self.terminal)
                return
        except (Closed, OSError):
            pass
        except Exception as error:  # pylint: disable=broad-except
            self.failure = error
        try:  # what had been sent before the end is still to be heard
            while True:
                self.hear()
        except (Closed, OSError):
            pass
        except Exception as error:  # pylint: disable=broad-except
            self.failure = self.failure or error
        quiet(self.terminal)

    def finish(self):
        self.join(60)
        self.books.case.assertFalse(self.is_alive())
        if self.failure:
            raise self.failure


def balances(daemon):
    with Terminal(daemon, cast.CLINIC) as t:
        return {p: cast.balance(t, p) for p in PEOPLE}


def ask(daemon, institution, requests):
    """Many at once on one connection; {msgid: (envelope, reply)}."""
    heard = {}
    with Terminal(daemon, institution) as t:
        queue, flying = list(requests), 0
        while queue or flying:
            while queue and flying < FLYING:
                t.send(queue.pop())
                flying += 1
            envelope, reply = t.receive()
            heard[reply.msgid] = envelope, reply
            flying -= 1
    return heard


def compare(daemon, books, msgids):
    """Looks each up, then sends it again: first what is stored, then what comes of it."""
    case = books.case
    for institution in INSTITUTIONS:
        wanted = [m for m in msgids if m.startswith(institution)]
        queries = {}
        with Terminal(daemon, institution) as t:
            for number, msgid in enumerate(wanted):
                # Ten thousand msgids fit in a second.
                when = datetime.now(ZONE) - timedelta(hours=1, seconds=number // 5000)
                q = t.request("5203", msgid=make_msgid(institution, when),
                              settlement_query=pb.SettlementQuery(msgid=msgid))
                queries[q.msgid] = msgid, q
        found = {queries[m][0]: reply for m, (_, reply) in ask(
            daemon, institution, [q for _, q in queries.values()]).items()}
        stored = {}
        for msgid in wanted:
            reply = found[msgid]
            if msgid in books.final:
                if books.replies[msgid].outcome == DONE or reply.outcome == DONE:
                    case.assertEqual(reply.outcome, DONE, msgid)
                    case.assertEqual(reply.found.reply, books.final[msgid], msgid)
            elif reply.outcome == DONE:
                stored[msgid] = reply.found.reply
            else:
                case.assertEqual(reply.outcome, REFUSED, msgid)
        again = ask(daemon, institution, [books.sent[m] for m in wanted])
        for msgid in wanted:
            envelope, reply = again[msgid]
            if msgid in stored:
                case.assertEqual(envelope.body, stored[msgid], msgid)
            case.assertTrue(books.note(envelope, reply), reply)


def check_reversals(books):
    """Where a reversal is done, nothing of its original is in force."""
    case, voided = books.case, {s.init_setl_id for s in books.settlements() if s.refd_setl_flag}
    for reply in books.replies.values():
        original = books.replies.get(reply.reversed.omsgid)
        if reply.outcome != DONE or not reply.HasField("reversed") or original is None:
            continue
        case.assertEqual(original.outcome == DONE, reply.reversed.fate == pb.FATE_VOIDED, reply)
        if original.outcome == DONE:
            case.assertEqual(reply.reversed.setl_id, original.settlement.setl_id)
            case.assertIn(original.settlement.setl_id, voided)


def check_money(daemon, books, opening):
    """Accounts and tallies, from the answers and the opening balances alone."""
    check_reversals(books)
    case = books.case
    left, count, tickets, newest = dict(opening), {}, {}, {}
    for s in books.settlements():
        left[s.psn_no] -= s.acct_pay
        visit = s.fixmedins_code, s.ipt_otp_no
        tickets[visit] = tickets.get(visit, 0) + (-1 if s.refd_setl_flag else 1)
        case.assertIn(tickets[visit], (0, 1), visit)
        newest[channel(s)] = int(s.setl_id[-10:])
        sums = count.setdefault(channel(s), [0, 0, 0, 0])
        for i, value in enumerate((1, s.medfee_sumamt, s.acct_pay, s.psn_cash_pay)):
            sums[i] += value
    case.assertEqual(balances(daemon), left)
    for key, tally in books.tallies.items():
        if tally.sequence == newest[key]:
            case.assertEqual([tally.setl_cnt, tally.medfee_sumamt, tally.acct_pay,
                              tally.psn_cash_pay], count[key], key)
