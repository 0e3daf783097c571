"""Killed at random under load, again and again: many connections with many claims in flight, voids,
repeats, and msgids used twice; after every start the books are compared per msgid, then money.

COPAY_KILL_ROUNDS and COPAY_KILL_SEED make a long run of it."""
import os
import random
import shutil
import signal
import threading
import time
import unittest
from datetime import datetime, timedelta

import cast
import copay_pb2 as pb
from terminal import DONE, REFUSED, RETRY, ZONE, Closed, Terminal, line, make_msgid, settle

ROUNDS = int(os.environ.get("COPAY_KILL_ROUNDS", "8"))
SEED = int(os.environ.get("COPAY_KILL_SEED", "1"))
# What every round asks again, besides its own messages.
OLDER_SAMPLE = 40
REUSED = next(code for code, name in cast.NAMES.items() if name == "MSGID_REUSED")

# (institution, transaction, its void, med_type, person, account)
KINDS = [
    (cast.PHARMACY, "2102", "2103", "41", cast.EMPLOYEE, True),
    (cast.PHARMACY, "2102", "2103", "41", cast.RETIRED, True),
    (cast.CLINIC, "2207", "2208", "11", cast.RESIDENT, False),
    (cast.CLINIC, "2207", "2208", "11", cast.POOR, False),
    (cast.HOSPITAL3, "2304", "2305", "21", cast.RETIRED, True),
]


def quiet(t):
    try:
        t.close()
    except OSError:
        pass


class Ledger:
    """Our own books: one final answer per msgid, and what follows from them."""

    def __init__(self, case):
        self.case = case
        self.lock = threading.Lock()
        self.sent = {}      # msgid -> packed request
        self.final = {}     # msgid -> packed reply
        self.live = []      # (kind, setl_id) that a void may name
        self.tallies = {}   # channel -> newest tally
        self.reuses = 0

    def note_sent(self, request):
        with self.lock:
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
            self.case.assertEqual(before, envelope.body, f"{reply.msgid}: another answer")
            if envelope.HasField("tally"):
                self.case.assertFalse(envelope.repeated)
                t = envelope.tally
                key = (reply.settlement.fixmedins_code, t.dev_no, t.insutype, t.clr_type,
                       t.setl_optins, t.refd_setl_flag)
                if key not in self.tallies or self.tallies[key].sequence < t.sequence:
                    self.tallies[key] = t
            s = reply.settlement
            if reply.outcome == DONE and before is envelope.body and not s.refd_setl_flag:
                kind = next(k for k in KINDS if k[0] == s.fixmedins_code and k[4] == s.psn_no)
                self.live.append((kind, s.setl_id))
        return True

    def settlements(self):
        for msgid, body in self.final.items():
            reply = pb.Reply.FromString(body)
            if reply.outcome == DONE:
                yield msgid, reply.settlement


class Till(threading.Thread):
    """One connection with `depth` messages in flight until the daemon goes away or `stop` is set."""

    def __init__(self, daemon, books, seed, depth, institution):
        super().__init__(daemon=True)
        self.books, self.depth, self.institution = books, depth, institution
        self.choice = random.Random(seed)
        self.terminal = Terminal(daemon, institution)
        self.stop = threading.Event()
        self.failure = None
        self.mine = []
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
        if dice < 0.15 and self.mine:
            other = self.new_request()
            other.msgid = self.choice.choice(self.mine).msgid
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
        return self.new_request()

    def hear(self):
        self.books.note(*self.terminal.receive())
        self.owed -= 1

    def run(self):
        try:
            while not self.stop.is_set():
                while self.owed < self.depth:
                    request = self.next_request()
                    if request.msgid not in self.books.sent:
                        self.books.note_sent(request)
                        self.mine.append(request)
                    self.terminal.send(request)
                    self.owed += 1
                self.hear()
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


class Kill(unittest.TestCase):
    def setUp(self):
        self.choice = random.Random(SEED)
        self.daemon = cast.ready_daemon(
            extra="store: {checkpoint_seconds: 1, checkpoint_keys: 1000}")
        self.books = Ledger(self)
        people = {k[4] for k in KINDS}
        with Terminal(self.daemon, cast.CLINIC) as t:
            self.balances = {p: cast.balance(t, p) for p in people}

    def tearDown(self):
        self.daemon.destroy()

    def round(self, number):
        choice, daemon = self.choice, self.daemon
        tills = [Till(daemon, self.books, choice.random(), choice.choice([1, 4, 16, 48]),
                      choice.choice(KINDS)[0]) for _ in range(choice.randrange(1, 9))]
        for till in tills:
            till.start()
        time.sleep(choice.random() * choice.choice([0.02, 0.2, 0.6]))
        how = choice.choice(["kill", "kill", "kill", "stop", "freeze"])
        if how == "freeze":
            daemon.process.send_signal(signal.SIGSTOP)
            time.sleep(0.05)
            daemon.process.send_signal(signal.SIGCONT)
            time.sleep(choice.random() * 0.1)
        if how == "stop":
            self.assertEqual(daemon.stop(), 0)
        else:
            daemon.kill()
        for till in tills:
            till.join(60)
            self.assertFalse(till.is_alive())
            if till.failure:
                raise till.failure
        if choice.random() < 0.2:
            shutil.rmtree(daemon.data / "lmdb")
        for _ in range(choice.choice([0, 0, 1])):  # killed while it recovers
            daemon.start(wait=False)
            time.sleep(choice.random() * 0.1)
            daemon.kill()
        daemon.start()
        return [r.msgid for till in tills for r in till.mine], how

    def ask(self, institution, requests):
        """Many at once on one connection; {msgid: (envelope, reply)}."""
        heard = {}
        with Terminal(self.daemon, institution) as t:
            queue, flying = list(requests), 0
            while queue or flying:
                while queue and flying < 32:
                    t.send(queue.pop())
                    flying += 1
                envelope, reply = t.receive()
                heard[reply.msgid] = envelope, reply
                flying -= 1
        return heard

    def compare(self, msgids):
        """Looks each up, then sends it again: first what is stored, then what comes of it."""
        for institution in {k[0] for k in KINDS}:
            wanted = [m for m in msgids if m.startswith(institution)]
            with Terminal(self.daemon, institution) as t:
                queries = {}
                for number, msgid in enumerate(wanted):
                    # Ten thousand msgids fit in a second.
                    when = datetime.now(ZONE) - timedelta(hours=1, seconds=number // 5000)
                    q = t.request("5203", msgid=make_msgid(institution, when),
                                  settlement_query=pb.SettlementQuery(msgid=msgid))
                    queries[q.msgid] = msgid, q
            found = {queries[m][0]: reply for m, (_, reply) in self.ask(
                institution, [q for _, q in queries.values()]).items()}
            stored = {}
            for msgid in wanted:
                reply = found[msgid]
                if msgid in self.books.final:
                    was = pb.Reply.FromString(self.books.final[msgid])
                    if was.outcome == DONE or reply.outcome == DONE:
                        self.assertEqual(reply.outcome, DONE, msgid)
                        self.assertEqual(reply.found.reply, self.books.final[msgid], msgid)
                elif reply.outcome == DONE:
                    stored[msgid] = reply.found.reply
                else:
                    self.assertEqual(reply.outcome, REFUSED, msgid)
            again = self.ask(institution, [self.books.sent[m] for m in wanted])
            for msgid in wanted:
                envelope, reply = again[msgid]
                if msgid in stored:
                    self.assertEqual(envelope.body, stored[msgid], msgid)
                self.assertTrue(self.books.note(envelope, reply), reply)

    def check_money(self):
        """Accounts and tallies, from the answers alone."""
        balances, count, tickets = dict(self.balances), {}, {}
        for _, s in sorted(self.books.settlements(), key=lambda x: x[1].setl_id[-10:]):
            balances[s.psn_no] -= s.acct_pay
            visit = s.fixmedins_code, s.ipt_otp_no
            tickets[visit] = tickets.get(visit, 0) + (-1 if s.refd_setl_flag else 1)
            self.assertIn(tickets[visit], (0, 1), visit)
            key = s.fixmedins_code, "T1", s.insutype, s.clr_type, s.setl_optins, s.refd_setl_flag
            sums = count.setdefault(key, [0, 0, 0, 0])
            for i, value in enumerate((1, s.medfee_sumamt, s.acct_pay, s.psn_cash_pay)):
                sums[i] += value
        with Terminal(self.daemon, cast.CLINIC) as t:
            for psn_no, fen in balances.items():
                self.assertEqual(cast.balance(t, psn_no), fen, psn_no)
        for key, tally in self.books.tallies.items():
            if tally.sequence == self.newest(key):
                self.assertEqual([tally.setl_cnt, tally.medfee_sumamt, tally.acct_pay,
                                  tally.psn_cash_pay], count[key], key)

    def newest(self, key):
        return max(int(s.setl_id[-10:]) for _, s in self.books.settlements()
                   if (s.fixmedins_code, "T1", s.insutype, s.clr_type, s.setl_optins,
                       s.refd_setl_flag) == key)

    def test_killed_at_random(self):
        kinds = {}
        for number in range(ROUNDS):
            msgids, how = self.round(number)
            kinds[how] = kinds.get(how, 0) + 1
            older = self.choice.sample(sorted(self.books.sent),
                                       min(OLDER_SAMPLE, len(self.books.sent)))
            with self.subTest(round=number, seed=SEED, how=how):
                self.compare(sorted({*msgids, *older}))
                self.check_money()
        self.compare(sorted(self.books.sent))
        self.check_money()
        self.daemon.verify()
        done = sum(1 for _ in self.books.settlements())
        self.assertEqual(len(self.books.final), len(self.books.sent))
        print(f"rounds {ROUNDS} {kinds} messages {len(self.books.sent)} settled {done} "
              f"reuses refused {self.books.reuses}", flush=True)


if __name__ == "__main__":
    unittest.main()
