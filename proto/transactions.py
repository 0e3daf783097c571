"""Writes the manual page of the terminals' protocol, copay-wire(7), from transactions.def.

usage: transactions.py transactions.def > copay-wire.7
"""
import re
import sys

with open(sys.argv[1], encoding="utf-8") as source:
    rows = re.findall(r'^(SERVED|ELSEWHERE|DECLINED)\((.*)\)$', source.read(), re.M)
rows = [(fate, re.findall(r'"([^"]*)"', fields)) for fate, fields in rows]
numbers = [fields[0] for _, fields in rows]
assert len(rows) > 80 and numbers == sorted(set(numbers))


def describe(fate, fields):
    if fate == "SERVED":
        return f"{fields[1]}: done; tests/wire: {', '.join(fields[2].split())}"
    if fate == "ELSEWHERE":
        return f"{fields[1]}: by {fields[2]}"
    return f"{fields[2]}: refused by name"


print(r""".\" Made from proto/transactions.def.
.Dd November 30, 2026
.Dt COPAY-WIRE 7
.Os copayd
.Sh NAME
.Nm copay-wire
.Nd what terminals say to copayd
.Sh DESCRIPTION
A terminal speaks over mutual TLS 1.3.
A frame is a length of four bytes, big-endian, one byte for the schema, one for its version, and an
envelope; the messages are those of
.Pa proto/copay.proto ,
whose comments say which transaction has which body.
The certificate says which institution it is.
.Pp
.Em msgid
is the institution's code, the time and a sequence of four digits.
The same msgid with the same content gets the same answer, byte for byte, for ever; with other content
it is refused.
An answer is
.Em done ,
.Em refused
or
.Em retry ,
and nothing happened in the last case.
Every refusal has a reason of
.Xr copay-reasons 7 ;
where another transaction has to come first, its number stands in the refusal.
.Pp
.Em sign_no
may stand in every message.
It is the number of the operator's shift, from 9001; the shift must be running, and what the message
settles or voids counts in its totals.
An operator has one shift at an institution, whatever the terminal.
9001 of the same day answers it again; 9001 of a later day closes it, with its totals in the answer,
and until then it goes on over midnight.
9002 ends it and answers its totals.
A message without
.Em sign_no
is taken all the same and counts in no shift.
.Pp
5201, 5202, 5204 and 5303 tell an institution of its own visits and nothing of another's, under no
name; 1101 and 5206 tell everyone what a settlement needs, which is the year's sums and not where
they come from.
A page that is not the last has
.Em next ,
for the query of the page behind it.""")
print(r""".Sh TRANSACTIONS
By the national interface's numbers.
A number with an A behind it is the same transaction with a newer body.
.Bl -tag -width Ds -compact""")
for fate, fields in rows:
    last = fields[1] if fate == "DECLINED" else fields[0]
    span = fields[0] if last == fields[0] else f"{fields[0]} to {last}"
    print(f".It {span}\n{describe(fate, fields)}")
print(".El\n.Sh SEE ALSO\n.Xr copay 1 ,\n.Xr copay-reasons 7 ,\n.Xr copayd 8")
