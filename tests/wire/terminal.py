"""A terminal of our own: its own TLS, its own framing, its own books, so that a misreading in the C
client cannot hide. Speaks the messages generated from proto/copay.proto by Debian's protoc."""
import datetime
import itertools
import socket
import ssl
import struct
import time

import copay_pb2 as pb

ZONE = datetime.timezone(datetime.timedelta(hours=8))
REGION = "431000"
TERMINAL, OPERATOR, VERSION = 0, 1, 1
DONE, REFUSED, RETRY = pb.OUTCOME_DONE, pb.OUTCOME_REFUSED, pb.OUTCOME_RETRY
_counter = itertools.count(1)


def ms(moment):
    return int(moment.timestamp() * 1000)


def day(offset, hour=9, minute=0):
    """The time of day on the date `offset` days from today, +08:00."""
    today = datetime.datetime.now(ZONE).replace(hour=hour, minute=minute, second=0, microsecond=0)
    return today + datetime.timedelta(days=offset)


def make_msgid(institution, when=None):
    when = when or datetime.datetime.now(ZONE)
    return f"{institution}{when:%Y%m%d%H%M%S}{next(_counter) % 10000:04d}"


def fen(yuan):
    """Exact fen of a decimal text."""
    sign, digits = (-1, yuan[1:]) if yuan.startswith("-") else (1, yuan)
    whole, _, part = digits.partition(".")
    assert len(part) <= 2
    return sign * (int(whole) * 100 + int((part + "00")[:2]))


class Closed(Exception):
    """The daemon closed the connection."""


class Terminal:
    """One connection of one institution."""

    def __init__(self, daemon, institution, certificate=None, timeout=20):
        self.institution = institution
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_verify_locations(daemon.pki / "ca.pem")
        name = certificate or institution
        if name != "none":
            context.load_cert_chain(daemon.pki / f"{name}.pem", daemon.pki / f"{name}.key")
        raw = socket.create_connection(("127.0.0.1", daemon.port), timeout=timeout)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = context.wrap_socket(raw, server_hostname="localhost")

    def close(self):
        self.sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def send_bytes(self, data):
        self.sock.sendall(data)

    @staticmethod
    def frame(envelope, schema=TERMINAL):
        data = envelope.SerializeToString()
        return struct.pack(">IBB", len(data) + 2, schema, VERSION) + data

    def send_envelope(self, envelope, schema=TERMINAL):
        self.send_bytes(self.frame(envelope, schema))

    def _read(self, size):
        data = b""
        while len(data) < size:
            try:
                piece = self.sock.recv(size - len(data))
            except (ConnectionError, ssl.SSLError) as error:
                raise Closed(str(error)) from error
            if not piece:
                raise Closed(f"closed after {len(data)} of {size} bytes")
            data += piece
        return data

    def receive(self):
        """(ReplyEnvelope, Reply)"""
        length, schema, version = struct.unpack(">IBB", self._read(6))
        assert schema == TERMINAL and version == VERSION
        envelope = pb.ReplyEnvelope.FromString(self._read(length - 2))
        return envelope, pb.Reply.FromString(envelope.body)

    def request(self, infno, msgid=None, **fields):
        """A Request with its head filled in."""
        head = dict(infno=infno, msgid=msgid or make_msgid(self.institution),
                    fixmedins_code=self.institution, insuplc_admdvs=REGION,
                    mdtrtarea_admvs=REGION, opter="99001", dev_no="T1",
                    inf_time=int(time.time() * 1000))
        head.update(fields)
        return pb.Request(**head)

    def send(self, request, **envelope):
        self.send_envelope(pb.RequestEnvelope(
            body=request if isinstance(request, bytes) else request.SerializeToString(),
            **envelope))

    def call(self, request, **envelope):
        self.send(request, **envelope)
        answer, reply = self.receive()
        if isinstance(request, pb.Request):
            assert reply.msgid == request.msgid, "the reply is another request's"
        return answer, reply


def line(number, code, amount, pric=None, cnt=1, when=None, **more):
    """A fee line of `amount` yuan (text); the price follows from amount / cnt when not given."""
    total = fen(amount)
    pric6 = total * 10000 // cnt if pric is None else fen(pric) * 10000
    return pb.Line(feedetl_sn=str(number), med_list_codg=code, det_item_fee_sumamt=total,
                   cnt=cnt * 10000, pric=pric6, fee_ocur_time=ms(when or day(-1, 10)), **more)


def settle(psn_no, med_type, lines, ticket, begin=None, end=None, account=False, **more):
    begin, end = begin or day(-1, 9), end or day(-1, 11)
    fields = dict(psn_no=psn_no, mdtrt_cert_type="99", med_type=med_type, begntime=ms(begin),
                  endtime=ms(end), ipt_otp_no=ticket,
                  medfee_sumamt=sum(x.det_item_fee_sumamt for x in lines),
                  acct_used_flag=account, lines=lines)
    fields.update(more)
    return pb.Settle(**fields)


FUNDS = ("hifp_pay cvlserv_pay hifes_pay hifmi_pay hifob_pay hifdm_pay maf_pay oth_pay").split()


def check_identities(case, s):
    """Every identity of an answer, computed here from the message alone."""
    case.assertEqual(s.medfee_sumamt, s.fulamt_ownpay_amt + s.overlmt_selfpay +
                     s.preselfpay_amt + s.inscp_scp_amt)
    case.assertEqual(s.fund_pay_sumamt, sum(getattr(s, f) for f in FUNDS))
    case.assertEqual(s.medfee_sumamt, s.fund_pay_sumamt + s.psn_part_amt + s.hosp_part_amt)
    case.assertEqual(s.psn_part_amt, s.acct_pay + s.acct_mulaid_pay + s.psn_cash_pay)
    case.assertEqual(s.psn_part_amt, s.psn_selfpay_amt + s.psn_ownpay_amt)
    for field in FUNDS + ["acct_pay", "acct_mulaid_pay", "hosp_part_amt"]:
        rows = sum(r.fund_payamt for r in s.setldetail if r.field == field)
        case.assertEqual(rows, getattr(s, field), field)
    for x in s.lines:
        case.assertEqual(x.det_item_fee_sumamt, x.fulamt_ownpay_amt + x.overlmt_amt +
                         x.preselfpay_amt + x.inscp_scp_amt)
    if s.lines:
        for total, part in (("medfee_sumamt", "det_item_fee_sumamt"),
                            ("fulamt_ownpay_amt",) * 2, ("overlmt_selfpay", "overlmt_amt"),
                            ("preselfpay_amt",) * 2, ("inscp_scp_amt",) * 2):
            case.assertEqual(getattr(s, total), sum(getattr(x, part) for x in s.lines), total)
    sign = -1 if s.refd_setl_flag else 1
    for field in FUNDS + ["medfee_sumamt", "psn_part_amt", "acct_pay", "psn_cash_pay"]:
        case.assertGreaterEqual(sign * getattr(s, field), 0, field)
