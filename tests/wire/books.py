"""A terminal's own books: for every msgid what was sent and what is known of its outcome. Compared
per msgid, never by totals, because totals can agree by accident."""
import copay_pb2 as pb
from terminal import DONE, REFUSED, RETRY, Closed, Terminal


class Books:
    def __init__(self):
        self.sent = {}      # msgid -> packed Request
        self.answered = {}  # msgid -> packed Reply, final ones only

    def note_sent(self, request):
        self.sent[request.msgid] = request.SerializeToString()

    def note_answer(self, envelope, reply):
        if reply.outcome == RETRY:
            return
        before = self.answered.setdefault(reply.msgid, envelope.body)
        assert before == envelope.body, f"{reply.msgid}: another answer than before"

    def call(self, terminal, request, **envelope):
        self.note_sent(request)
        answer, reply = terminal.call(request, **envelope)
        self.note_answer(answer, reply)
        return answer, reply

    def compare(self, daemon, case):
        """Every answered message is repeated byte for byte and looked up; an unanswered one is
        either there, complete, or not there at all. Returns the number settled."""
        settled = 0
        for msgid, body in sorted(self.sent.items()):
            request = pb.Request.FromString(body)
            with Terminal(daemon, request.fixmedins_code) as t:
                _, found = t.call(t.request("5203",
                                            settlement_query=pb.SettlementQuery(msgid=msgid)))
                if msgid in self.answered:
                    reply = pb.Reply.FromString(self.answered[msgid])
                    case.assertEqual(found.outcome, DONE, msgid)
                    case.assertEqual(found.found.reply, self.answered[msgid], msgid)
                    again, _ = t.call(body)
                    case.assertEqual(again.body, self.answered[msgid], msgid)
                    settled += reply.outcome == DONE
                elif found.outcome == DONE:
                    again, _ = t.call(body)
                    case.assertEqual(again.body, found.found.reply, msgid)
                    settled += pb.Reply.FromString(again.body).outcome == DONE
                else:
                    case.assertEqual(found.outcome, REFUSED, msgid)
        return settled


__all__ = ["Books", "Closed"]
