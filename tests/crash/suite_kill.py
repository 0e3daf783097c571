"""Killed at random under load, again and again: many connections with many claims in flight, voids,
reversals, repeats, and msgids used twice; after every start the books are compared per msgid, then
money.

COPAY_KILL_ROUNDS and COPAY_KILL_SEED make a long run of it; COPAY_KILL_TILLS is how many
connections a round has at most."""
import os
import random
import shutil
import signal
import time
import unittest

import cast
from tills import KINDS, Till, TillBooks, balances, check_money, compare

ROUNDS = int(os.environ.get("COPAY_KILL_ROUNDS", "8"))
SEED = int(os.environ.get("COPAY_KILL_SEED", "1"))
TILLS = int(os.environ.get("COPAY_KILL_TILLS", "12"))
# What every round asks again, besides its own messages.
OLDER_SAMPLE = 40


class Kill(unittest.TestCase):
    def setUp(self):
        self.choice = random.Random(SEED)
        self.daemon = cast.ready_daemon(
            extra="store: {checkpoint_seconds: 1, checkpoint_keys: 1000}")
        self.books = TillBooks(self)
        self.opening = balances(self.daemon)

    def tearDown(self):
        self.daemon.destroy()

    def round(self):
        choice, daemon = self.choice, self.daemon
        tills = [Till(daemon, self.books, choice.random(), choice.choice([1, 4, 16, 48]),
                      choice.choice(KINDS)[0]) for _ in range(choice.randrange(1, TILLS + 1))]
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
            till.finish()
        if choice.random() < 0.2:
            shutil.rmtree(daemon.data / "lmdb")
        for _ in range(choice.choice([0, 0, 1])):  # killed while it recovers
            daemon.start(wait=False)
            time.sleep(choice.random() * 0.1)
            daemon.kill()
        daemon.start()
        return [r.msgid for till in tills for r in till.mine], how

    def test_killed_at_random(self):
        kinds = {}
        for number in range(ROUNDS):
            msgids, how = self.round()
            kinds[how] = kinds.get(how, 0) + 1
            older = self.choice.sample(sorted(self.books.sent),
                                       min(OLDER_SAMPLE, len(self.books.sent)))
            with self.subTest(round=number, seed=SEED, how=how):
                compare(self.daemon, self.books, sorted({*msgids, *older}))
                check_money(self.daemon, self.books, self.opening)
        compare(self.daemon, self.books, sorted(self.books.sent))
        check_money(self.daemon, self.books, self.opening)
        self.daemon.verify()
        done = len(self.books.settlements())
        self.assertEqual(len(self.books.final), len(self.books.sent))
        print(f"rounds {ROUNDS} {kinds} messages {len(self.books.sent)} settled {done} "
              f"reuses refused {self.books.reuses} reversals {self.books.fates()}", flush=True)


if __name__ == "__main__":
    unittest.main()
