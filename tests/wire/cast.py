"""The invented people, institutions and items that the suites share, read from the same files that
quickstart loads, and the short-cuts for asking about them."""
import csv
import itertools
import re

import copay_pb2 as pb
from daemon import PACK, SOURCE, Daemon
from terminal import DONE, Terminal

STORY = SOURCE / "tools" / "story"

HOSPITAL3 = "H43100299001"  # level 3
CLINIC = "H43102299002"     # township
PHARMACY = "P43100299001"

DRUG_A = "XA07BCA05D0010071290096"   # 甲类, essential, no price cap
DRUG_B = "XA02BCA02A0010851790084"   # 乙类, not essential, no price cap
DRUG_C = "XA11BAA01A0010330990212"   # 丙类
CONSULTATION = "001102000060000"     # 一般诊疗费, 10 yuan at a township

EMPLOYEE = "43100000000000099001"
RESIDENT = "43100000000000099002"
POOR = "43100000000000099003"  # 低保
RETIRED = "43100000000000099004"
DEAD = "43100000000000099005"
IN_ARREARS = "43100000000000099006"
STUDENT_ENDED = "43100000000000099007"
EVERYONE = [f"431000000000000990{n:02d}" for n in range(1, 11)]

NAMES = {int(number): name for number, name in re.findall(
    r"^REASON\((\d+), (\w+)", (SOURCE / "proto" / "reasons.def").read_text(encoding="utf-8"),
    re.M)}

with open(PACK / "catalogue.csv", encoding="utf-8") as file:
    CATALOGUE = {row["med_list_codg"]: row for row in csv.DictReader(file)}
with open(PACK / "institutions.csv", encoding="utf-8") as file:
    INSTITUTIONS = {row["fixmedins_code"]: row for row in csv.DictReader(file)}

_tickets = itertools.count(1)


def ticket():
    return f"TK{next(_tickets):06d}"


def item(code):
    return CATALOGUE[code]


def share(amount_fen, ratio):
    """amount x ratio (decimal text), half-up, in whole numbers."""
    whole, _, part = ratio.partition(".")
    scaled = int(whole + (part + "0000")[:4])
    return (amount_fen * scaled * 2 + 10000) // 20000


def ready_daemon(**more):
    """A started daemon with members and pack loaded."""
    daemon = Daemon(institutions=[HOSPITAL3, CLINIC, PHARMACY], **more)
    daemon.start()
    load(daemon)
    return daemon


def load(daemon):
    daemon.publish(PACK)
    load_members(daemon)


def load_members(daemon):
    daemon.ctl("import", "members", STORY / "members.csv", "--insurances",
               STORY / "insurances.csv", "--identities", STORY / "identities.csv")


def person(terminal, psn_no):
    _, reply = terminal.call(terminal.request(
        "1101", person_query=pb.PersonQuery(psn_no=psn_no)))
    return reply


def balance(terminal, psn_no):
    reply = person(terminal, psn_no)
    assert reply.outcome == DONE, reply.errors
    return next((i.balc for i in reply.person.insuinfo if i.HasField("balc")), 0)


def everyone(daemon):
    """What is stored of each of the cast: facts, accumulators, balance."""
    with Terminal(daemon, CLINIC) as t:
        return {psn_no: person(t, psn_no).person.SerializeToString() for psn_no in EVERYONE}
