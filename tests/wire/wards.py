"""What the daemon must answer about encounters, from the protocol's words and not from the C: a book
of admissions, visits, bills and settlements that judges a request before it is sent and is moved by
the answer alone. Amounts a policy decides are not its business; which lines a bill has, is."""
import re
import time

from daemon import SOURCE
from terminal import DONE

DAY = 86400000
ZONE = 8 * 3600000
NEW_BILLS_MAX, OPEN_BILLS_MAX, STAY_BILLS_MAX, STAY_LINES_MAX = 8, 24, 48, 30000

CLASSES = {name: kind for name, kind in re.findall(
    r"^REASON\(\d+, (\w+), (\w+)", (SOURCE / "proto" / "reasons.def").read_text(encoding="utf-8"),
    re.M)}

FINE = frozenset()


def day_of(time_ms):
    return (time_ms + ZONE) // DAY


def because(*reasons):
    return frozenset(reasons)


class Bill:
    def __init__(self, begin):
        self.lines, self.begin, self.setl_id = {}, begin, None

    def total(self):
        return sum(x.det_item_fee_sumamt for x in self.lines.values())


class Encounter:
    def __init__(self, mdtrt_id, order, institution, stay):
        self.mdtrt_id, self.institution, self.stay = mdtrt_id, institution, stay
        self.psn_no, self.ticket, self.med_type = order.psn_no, order.ipt_otp_no, order.med_type
        self.begin, self.end, self.stage = order.begntime, None, "open"
        self.bills, self.number, self.settled = {}, 1, 0

    def open_bills(self):
        return [n for n, b in self.bills.items() if b.lines and not b.setl_id]

    def bill(self, batch=""):
        """The one that a message means; a new one is not yet in the book."""
        name = str(self.number) if self.stay else batch
        return name, self.bills.get(name) or Bill(self.begin)


class Settled:
    def __init__(self, setl_id, psn_no, institution, infno, encounter, batch, mid):
        self.setl_id, self.psn_no, self.institution, self.infno = setl_id, psn_no, institution, infno
        self.encounter, self.batch, self.mid, self.void_setl_id = encounter, batch, mid, None

    def sequence(self):
        return int(self.setl_id[14:])


class Book:
    """judge(): the sets of reasons that the answer may give; FINE is done. Where a void rests on what
    later settlements of the person read, both are possible and the answer decides."""

    def __init__(self):
        self.encounters, self.settled, self.voids = {}, {}, {}
        self.visits, self.stays, self.messages = {}, {}, {}

    # ---- judging ----

    def judge(self, r):
        if r.msgid in self.messages:  # under this msgid only a reversal's tombstone refuses
            return [because("REVERSED")]
        kind = {"2201": self.judge_open, "2401": self.judge_open,
                "2202": self.judge_cancel, "2404": self.judge_cancel,
                "2203": self.judge_change, "2403": self.judge_change, "2402": self.judge_change,
                "2405": self.judge_return, "2204": self.judge_upload, "2301": self.judge_upload,
                "2205": self.judge_fees, "2302": self.judge_fees,
                "2206": self.judge_settle, "2207": self.judge_settle,
                "2303": self.judge_settle, "2304": self.judge_settle,
                "2208": self.judge_void, "2305": self.judge_void,
                "2601": self.judge_reversal}[r.infno]
        judged = kind(r)
        return judged if isinstance(judged, list) else [judged]

    def find(self, r, body):
        e = self.encounters.get(body.mdtrt_id)
        if not e or e.institution != r.fixmedins_code:
            return None, because("ENCOUNTER_UNKNOWN")
        if e.psn_no != body.psn_no or e.stay != (r.infno[1] in "34"):
            return None, because("ENCOUNTER_MISMATCH")
        if e.stage == "cancelled":
            return None, because("ENCOUNTER_STAGE")
        return e, FINE

    def check_times(self, begin, end):
        ahead = time.time() * 1000 + DAY
        return because(*["FEE_AFTER_CARE"] * (
            begin > ahead or (end is not None and (end < begin or end > ahead))))

    @staticmethod
    def check_kind(stay, med_type):
        right = med_type == "" if not stay and not med_type else med_type == ("21" if stay else "11")
        return because(*["MED_TYPE"] * (not right))

    def judge_open(self, r):
        o, stay = r.encounter, r.infno == "2401"
        found = set(self.check_times(o.begntime, None))
        holder = self.visits.get((r.fixmedins_code, o.ipt_otp_no, "1"))
        if holder:
            found.add("ENCOUNTER_REGISTERED" if holder[0] == "M" else "VISIT_SETTLED")
        if stay and o.psn_no in self.stays:
            found.add("IN_HOSPITAL")
        return because(*found) or self.check_kind(stay, o.med_type)

    def judge_cancel(self, r):
        e, found = self.find(r, r.encounter_name)
        return found or self.check_cancel(e)

    @staticmethod
    def check_cancel(e):
        if e.settled:
            return because("ENCOUNTER_BILLED")
        if e.stage == "discharged":
            return because("ENCOUNTER_STAGE")
        return because(*["ENCOUNTER_FEES"] * bool(e.open_bills()))

    def judge_change(self, r):
        o = r.encounter
        e, found = self.find(r, o)
        if found:
            return found
        if e.stage == "settled" or (r.infno == "2402" and e.stage != "open"):
            return because("ENCOUNTER_STAGE")
        return (self.check_times(e.begin, o.endtime if o.HasField("endtime") else e.end) or
                self.check_kind(e.stay, o.med_type if o.HasField("med_type") else e.med_type))

    def judge_return(self, r):
        e, found = self.find(r, r.encounter_name)
        if found:
            return found
        if e.stage != "discharged":
            return because("ENCOUNTER_STAGE")
        return because(*["IN_HOSPITAL"] * (e.psn_no in self.stays))

    def judge_upload(self, r):
        u = r.upload
        e, found = self.find(r, u)
        if found:
            return found
        name, bill = e.bill(u.chrg_bchno)
        if e.stage == "settled":
            return because("ENCOUNTER_STAGE")
        if bill.setl_id:
            return because("VISIT_SETTLED")
        found = set()
        if len(bill.lines) + len(u.lines) > STAY_LINES_MAX:
            found.add("ENCOUNTER_FULL")
        if not e.stay and name not in e.bills and len(e.open_bills()) >= NEW_BILLS_MAX:
            found.add("ENCOUNTER_FULL")
        if not e.med_type:
            found.add("ENCOUNTER_STAGE")
        return because(*found) or self.check_lines(e, bill, u.lines)

    def check_lines(self, e, bill, lines):
        found = set()
        whole = {**{x.feedetl_sn: x for x in lines}, **bill.lines}
        left = {sn: [x.cnt, x.det_item_fee_sumamt] for sn, x in whole.items()}
        for x in bill.lines.values():
            if x.init_feedetl_sn:
                left[x.init_feedetl_sn][0] += x.cnt
                left[x.init_feedetl_sn][1] += x.det_item_fee_sumamt
        for x in lines:
            day = day_of(x.fee_ocur_time)
            if x.feedetl_sn in bill.lines:
                found.add("LINE_UPLOADED")
            if day > day_of(e.end or time.time() * 1000 + DAY):
                found.add("FEE_AFTER_CARE")
            original = whole.get(x.init_feedetl_sn)
            if not x.init_feedetl_sn:
                continue
            if not original or original.init_feedetl_sn or original.med_list_codg != x.med_list_codg:
                found.add("LINE_NOT_UPLOADED")
                continue
            rest = left[x.init_feedetl_sn]
            rest[0] += x.cnt
            rest[1] += x.det_item_fee_sumamt
            if min(rest) < 0:
                found.add("LINE_SPENT")
        if found:
            return because(*found)
        # What the policy says of each line, then.
        for x in lines:
            if day_of(x.fee_ocur_time) < day_of(bill.begin):
                found.add("FEE_BEFORE_CARE")
            if x.med_list_codg.startswith("X9"):
                found.add("ITEM_UNKNOWN")
        return because(*found)

    def judge_fees(self, r):
        c = r.cancel
        e, found = self.find(r, c)
        if found:
            return found
        if c.chrg_bchno == "0000":
            return because(*["NOTHING_UPLOADED"] * (not e.open_bills()))
        if e.stage == "settled":
            return because("ENCOUNTER_STAGE")
        bill = e.bill(c.chrg_bchno)[1]
        if bill.setl_id:
            return because("VISIT_SETTLED")
        if not bill.lines:
            return because("NOTHING_UPLOADED")
        if not e.stay or list(c.feedetl_sn) == ["0000"]:
            return FINE
        named, found = set(c.feedetl_sn), set()
        if not named <= set(bill.lines) or len(named) < len(c.feedetl_sn):
            found.add("LINE_NOT_UPLOADED")
        if any(x.init_feedetl_sn in named and sn not in named for sn, x in bill.lines.items()):
            found.add("ENCOUNTER_FEES")
        return because(*found)

    def judge_settle(self, r):
        s = r.encounter_settle
        e, found = self.find(r, s)
        if found:
            return found
        if (e.stage == "settled" or not e.med_type or
                (s.mid_setl_flag and e.stage != "open")):
            return because("ENCOUNTER_STAGE")
        if s.mid_setl_flag and e.number == STAY_BILLS_MAX:
            return because("ENCOUNTER_FULL")
        bill = e.bill(s.chrg_bchno)[1]
        if bill.setl_id:
            return because("VISIT_SETTLED")
        if not bill.lines:
            return because("NOTHING_UPLOADED")
        given = s.endtime if s.HasField("endtime") else None
        if e.stage == "discharged" and given not in (None, e.end):
            return because("ENCOUNTER_MISMATCH")
        end = self.end_of(e, s)
        if end is None:
            return because("ENCOUNTER_STAGE")
        if end < bill.begin:
            return because("FEE_AFTER_CARE")
        return self.check_bill(s, bill, end)

    @staticmethod
    def end_of(e, s):
        """Where a settlement ends; None: it does not say."""
        if s.HasField("endtime"):
            return s.endtime
        bill = e.bill(s.chrg_bchno)[1]
        if s.mid_setl_flag:
            return int(time.time() * 1000)
        if not e.stay:
            return max([bill.begin] + [x.fee_ocur_time for x in bill.lines.values()])
        return e.end if e.stage == "discharged" else None

    @staticmethod
    def taken(bill, s, end):
        """A mid-stay settlement's lines: of days up to its end, refunds with what they take back."""
        def day(x):
            return day_of(bill.lines.get(x.init_feedetl_sn, x).fee_ocur_time)
        return [x for x in bill.lines.values() if not s.mid_setl_flag or day(x) <= day_of(end)]

    def check_bill(self, s, bill, end):
        lines = self.taken(bill, s, end)
        total, found = sum(x.det_item_fee_sumamt for x in lines), set()
        if not lines:
            return because("NOTHING_UPLOADED")
        if not s.mid_setl_flag and any(day_of(x.fee_ocur_time) > day_of(end) for x in lines):
            found.add("FEE_AFTER_CARE")
        if total != s.medfee_sumamt:
            found.add("UPLOADED_SUM")
        elif total <= 0:
            found.add("NOTHING_UPLOADED")
        if not found and end > time.time() * 1000 + DAY:
            found.add("DATES")
        return because(*found)

    def judge_void(self, r):
        v = r.void_order
        s = self.settled.get(v.setl_id)
        if v.setl_id in self.voids:
            return because("VOID_OF_VOID" if self.voids[v.setl_id] == r.fixmedins_code
                           else "VOID_NOT_OWNER")
        if not s:
            return because("SETTLEMENT_UNKNOWN")
        if s.institution != r.fixmedins_code:
            return because("VOID_NOT_OWNER")
        if s.psn_no != v.psn_no or s.infno[:2] != r.infno[:2]:
            return because("VOID_MISMATCH")
        if s.void_setl_id:
            return because("SETTLEMENT_VOIDED")
        return self.check_void(s)

    def check_void(self, s):
        e = self.encounters[s.encounter]
        if e.stay and self.live_of(e)[-1] is not s:
            return because("VOID_LATER")
        if not e.stay and len(e.open_bills()) == OPEN_BILLS_MAX:
            return because("ENCOUNTER_FULL")
        if s.mid and set(e.bills[s.batch].lines) & set(e.bills[str(e.number)].lines):
            return because("LINE_UPLOADED")
        return [FINE, because("VOID_LATER")] if self.later(s) else FINE

    def live_of(self, e):
        return [s for s in self.live() if s.encounter == e.mdtrt_id]

    def live(self):
        """In the order in which they were made."""
        return sorted((s for s in self.settled.values() if not s.void_setl_id),
                      key=Settled.sequence)

    def later(self, s):
        return [x.setl_id for x in self.live()
                if x.psn_no == s.psn_no and x.sequence() > s.sequence()]

    def judge_reversal(self, r):
        o = r.reversal
        original, reply = self.messages.get(o.omsgid, (None, None))
        if not original or not reply:  # nothing under that msgid, or a tombstone
            return FINE
        body = {"2201": "encounter", "2401": "encounter", "2207": "encounter_settle",
                "2304": "encounter_settle", "2208": "void_order", "2305": "void_order"}[o.oinfno] \
            if o.oinfno == original.infno else None
        if not body or getattr(original, body).psn_no != o.psn_no:
            return because("REVERSAL_MISMATCH")
        if reply.outcome != DONE:
            return FINE
        if body == "void_order":
            return because("REVERSAL_OF_VOID")
        if body == "encounter":
            e = self.encounters[reply.mdtrt_id]
            return FINE if e.stage == "cancelled" else self.check_cancel(e)
        s = self.settled[reply.settlement.setl_id]
        return FINE if s.void_setl_id else self.check_void(s)

    # ---- what an answer changed ----

    def take(self, r, reply):
        """A request that was answered for the first time. False: no record was made of it."""
        writes = r.infno not in ("2206", "2303")
        names = [problem_name(x) for x in reply.errors]
        recorded = writes and (reply.outcome == DONE or
                               all(CLASSES[n] != "MESSAGE" for n in names))
        if recorded:
            self.messages[r.msgid] = (r, reply)
        if reply.outcome != DONE or not writes:
            return recorded
        getattr(self, "take_" + {"2201": "open", "2401": "open", "2202": "cancel", "2404": "cancel",
                                 "2203": "change", "2403": "change", "2402": "change",
                                 "2405": "return", "2204": "upload", "2301": "upload",
                                 "2205": "fees", "2302": "fees", "2207": "settle",
                                 "2304": "settle", "2208": "void", "2305": "void",
                                 "2601": "reversal"}[r.infno])(r, reply)
        return True

    def take_open(self, r, reply):
        o = r.encounter
        e = Encounter(reply.mdtrt_id, o, r.fixmedins_code, r.infno == "2401")
        self.encounters[e.mdtrt_id] = e
        self.visits[e.institution, e.ticket, "1"] = e.mdtrt_id
        if e.stay:
            self.stays[e.psn_no] = e.mdtrt_id

    def take_cancel(self, r, _):
        self.cancelled(self.encounters[r.encounter_name.mdtrt_id])

    def cancelled(self, e):
        e.stage = "cancelled"
        del self.visits[e.institution, e.ticket, "1"]
        if e.stay:
            del self.stays[e.psn_no]

    def take_change(self, r, _):
        o = r.encounter
        e = self.encounters[o.mdtrt_id]
        if o.HasField("med_type"):
            e.med_type = o.med_type
        if r.infno == "2402":
            e.end, e.stage = o.endtime, "discharged"
            del self.stays[e.psn_no]

    def take_return(self, r, _):
        e = self.encounters[r.encounter_name.mdtrt_id]
        e.end, e.stage = None, "open"
        self.stays[e.psn_no] = e.mdtrt_id

    def take_upload(self, r, _):
        e = self.encounters[r.upload.mdtrt_id]
        name, bill = e.bill(r.upload.chrg_bchno)
        e.bills[name] = bill
        bill.lines.update((x.feedetl_sn, x) for x in r.upload.lines)

    def take_fees(self, r, _):
        c = r.cancel
        e = self.encounters[c.mdtrt_id]
        if c.chrg_bchno == "0000":
            for name in e.open_bills():
                del e.bills[name]
        elif not e.stay:
            del e.bills[c.chrg_bchno]
        else:
            lines = e.bill()[1].lines
            for sn in list(lines) if list(c.feedetl_sn) == ["0000"] else c.feedetl_sn:
                del lines[sn]

    def take_settle(self, r, reply):
        s, setl_id = r.encounter_settle, reply.settlement.setl_id
        e = self.encounters[s.mdtrt_id]
        name, bill = e.bill(s.chrg_bchno)
        end = self.end_of(e, s)
        if s.mid_setl_flag:
            end = reply.settlement.endtime
            following = Bill(end)
            kept = {x.feedetl_sn: x for x in self.taken(bill, s, end)}
            following.lines = {sn: x for sn, x in bill.lines.items() if sn not in kept}
            bill.lines = kept
            e.number += 1
            e.bills[str(e.number)] = following
        elif e.stay:
            if e.stage == "open":
                del self.stays[e.psn_no]
            e.stage, e.end = "settled", end
        e.settled += 1
        bill.setl_id = setl_id
        self.visits[e.institution, e.ticket, name] = setl_id
        self.settled[setl_id] = Settled(setl_id, e.psn_no, e.institution, r.infno, e.mdtrt_id, name,
                                        s.mid_setl_flag)

    def take_void(self, r, reply):
        self.voided(self.settled[r.void_order.setl_id], reply)

    def voided(self, s, reply):
        e = self.encounters[s.encounter]
        bill = e.bills[s.batch]
        s.void_setl_id = reply.settlement.setl_id
        self.voids[s.void_setl_id] = s.institution
        bill.setl_id = None
        e.settled -= 1
        if s.mid:
            bill.lines.update(e.bills.pop(str(e.number)).lines)
            e.number -= 1
        elif e.stay:
            e.stage = "discharged"
        del self.visits[e.institution, e.ticket, s.batch]
        if s.batch == "1":
            self.visits[e.institution, e.ticket, "1"] = e.mdtrt_id

    def take_reversal(self, r, reply):
        original, found = self.messages.get(r.reversal.omsgid, (None, None))
        if not original:
            self.messages[r.reversal.omsgid] = (r, None)
        elif found and found.outcome == DONE and original.infno in ("2201", "2401"):
            e = self.encounters[found.mdtrt_id]
            if e.stage != "cancelled":
                self.cancelled(e)
        elif found and found.outcome == DONE:
            s = self.settled[found.settlement.setl_id]
            if not s.void_setl_id:
                self.voided(s, reply)


def problem_name(problem):
    return NAMES[problem.code]


NAMES = {int(number): name for number, name in re.findall(
    r"^REASON\((\d+), (\w+)", (SOURCE / "proto" / "reasons.def").read_text(encoding="utf-8"), re.M)}
