"""Writes the manual page of the reason codes, copay-reasons(7), from reasons.def.

usage: reasons.py reasons.def > copay-reasons.7
"""
import re
import sys

CLASSES = [
    ("MESSAGE", "Refused because of the message alone", "It is not recorded: corrected, the "
     "message may be sent again under the same msgid."),
    ("STATE", "Refused because of what is stored", "For a transaction that writes, the refusal is "
     "recorded under its msgid and repeated for ever; another attempt needs a new msgid."),
    ("RETRY", "Not done, safe to send again", "Nothing happened; the same message may be sent "
     "again under the same msgid, after retry_after_ms."),
    ("INTERNAL", "Our own fault", "The claim is refused and its evidence kept; the daemon lives."),
]
ROW = re.compile(r'REASON\((\d+), (\w+), (\w+),\s*"((?:[^"\\]|\\.)*)",\s*"((?:[^"\\]|\\.)*)"\)')

with open(sys.argv[1], encoding="utf-8") as source:
    rows = ROW.findall(re.sub(r"/\*.*?\*/", "", source.read(), flags=re.S))
assert rows and {row[2] for row in rows} == {name for name, _, _ in CLASSES}

print(r""".\" Made from proto/reasons.def.
.Dd November 22, 2026
.Dt COPAY-REASONS 7
.Os copayd
.Sh NAME
.Nm copay-reasons
.Nd why copayd refuses a message or asks for it again
.Sh DESCRIPTION
Every error of an answer carries a number, a name, a Chinese and an English text, and the field or
line to blame.
Numbers are never reused.""")
for name, title, text in CLASSES:
    print(f".Sh {title.upper()}\n{text}\n.Bl -tag -width Ds")
    for number, reason, kind, zh, en in rows:
        if kind == name:
            print(f".It {number} Sy {reason}\n{zh}\n.br\n{en}")
    print(".El")
print(".Sh SEE ALSO\n.Xr copay 1 ,\n.Xr copayctl 1 ,\n.Xr copayd 8")
