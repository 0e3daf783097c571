"""A member's claims in order, of which some take earlier ones back."""
import copy
from dataclasses import replace

from . import settle
from .case import Void
from .texts import half_up


class Course:
    """What each claim comes to on what the ones before it left."""

    def __init__(self, pack, case):
        self.pack, self.claims, self.member = pack, case.claims, case.member
        self.begin = copy.deepcopy(case.member)
        self.outcomes, self.voided = {}, set()
        self.without = None  # the member as if the claim voided last had never been

    def answer(self, claim):
        """The settlement, or the negative of one. Changes nothing; raises Refused."""
        if not isinstance(claim, Void):
            return settle.adjudicate(self.pack, self.member, claim)
        if claim.voids in self.voided:
            raise settle.Refused("SETTLEMENT_VOIDED")
        if claim.voids not in self.outcomes:
            raise settle.Refused("SETTLEMENT_UNKNOWN")
        self.without = self.as_if_never(claim.voids)
        return self.negative(claim)

    def take(self, claim, outcome):
        if not isinstance(claim, Void):
            self.outcomes[claim.number] = outcome
            self.member.take(outcome)
            return
        del self.outcomes[claim.voids]
        self.voided.add(claim.voids)
        self.member.take(outcome)
        self.member.forget(claim.settled)  # what was forgotten was taken back all the same
        self.without.forget(claim.settled)
        self.member.previous = self.without.previous
        assert self.member == self.without, "a void restores everything"

    def as_if_never(self, number):
        """The member without a claim, which no later one may be the worse or the better for."""
        member = copy.deepcopy(self.begin)
        for other, before in sorted(self.outcomes.items()):
            if other == number:
                continue
            try:
                outcome = settle.adjudicate(self.pack, member, self.claims[other - 1])
            except settle.Refused:
                raise settle.Refused("VOID_LATER") from None
            if amounts(outcome) != amounts(before):
                raise settle.Refused("VOID_LATER")
            member.take(outcome)
        return member

    def negative(self, claim):
        original = self.outcomes[claim.voids]
        totals = {name: -amount for name, amount in original.totals.items()}
        totals["balc"] = self.member.balance - totals["acct_pay"]
        return replace(
            original, splits={}, totals=totals, stay=None, settled=claim.settled,
            rows=[replace(row, amount=-row.amount) for row in original.rows],
            steps=[replace(step, amount=-half_up(step.amount)) for step in original.steps],
            moved={key: -amount for key, amount in original.moved.items()})


def amounts(outcome):
    """The balance is no amount of the claim's own."""
    return ({name: amount for name, amount in outcome.totals.items() if name != "balc"},
            [(r.layer, r.field, r.owner, r.amount) for r in outcome.rows], outcome.moved)
