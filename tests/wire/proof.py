"""Receipts, published heads and the ledger's bytes read by our own hand, from what the headers in
lib/ledger say of their layout, with Debian's python3-cryptography (and openssl's command for SM2),
so that a misreading in the C code cannot hide."""
import hashlib
import re
import struct
import subprocess
import tempfile
import zlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (Encoding, PublicFormat,
                                                          load_pem_public_key)

HEADER_DOMAIN = b"copayd group header\0"
CHANGE_DOMAIN = b"copayd key change\0"
BLOCK, HEAD, HASHED = 4096, 256, 180


class Wrong(Exception):
    """The receipt proves nothing; says which part is wrong."""


def sha256(data):
    return hashlib.sha256(data).digest()


def spki_of(pem):
    """DER of a PEM; text in front of it is skipped."""
    import base64
    body = re.search(r"-----BEGIN PUBLIC KEY-----(.*?)-----END PUBLIC KEY-----", pem, re.S)[1]
    return base64.b64decode(body)


def pem_of(pem):
    return re.search(r"-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----\n", pem, re.S)[0]


def key_id(pem):
    return sha256(spki_of(pem))[:4]


def _der_integer(data):
    data = data.lstrip(b"\0") or b"\0"
    data = b"\0" + data if data[0] & 0x80 else data
    return bytes([2, len(data)]) + data


def _sm2_holds(pem, message, signature):
    body = _der_integer(signature[:32]) + _der_integer(signature[32:])
    with tempfile.TemporaryDirectory(prefix="copayd-sm2-") as folder:
        for name, data in (("key", pem_of(pem).encode()), ("message", message),
                           ("signature", bytes([0x30, len(body)]) + body)):
            with open(f"{folder}/{name}", "wb") as file:
                file.write(data)
        done = subprocess.run(
            ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", f"{folder}/key", "-rawin",
             "-digest", "sm3", "-pkeyopt", "distid:1234567812345678", "-in", f"{folder}/message",
             "-sigfile", f"{folder}/signature"], capture_output=True, check=False, timeout=30)
    return done.returncode == 0


def holds(pem, message, signature):
    if len(spki_of(pem)) != 44:
        return _sm2_holds(pem, message, signature)
    key = load_pem_public_key(pem_of(pem).encode())
    assert isinstance(key, Ed25519PublicKey)
    assert key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) == spki_of(pem)
    try:
        key.verify(signature, message)
        return True
    except InvalidSignature:
        return False


def root_of(leaf, index, count, path):
    """RFC 9162 section 2.1.3.2, which is not how the C code walks."""
    node, last = leaf, count - 1
    for other in path:
        if last == 0:
            raise Wrong("path")
        if index % 2 or index == last:
            node = sha256(b"\1" + other + node)
            while index and not index % 2:
                index, last = index >> 1, last >> 1
        else:
            node = sha256(b"\1" + node + other)
        index, last = index >> 1, last >> 1
    if last:
        raise Wrong("path")
    return node


class Header:
    """Bytes 0..179 of a group's header (group.h)."""

    def __init__(self, data):
        self.bytes = data[:HASHED]
        if data[:8] != b"CPYGROUP":
            raise Wrong("header")
        version, algorithm = struct.unpack_from("<HH", data, 8)
        if (version, algorithm) != (2, 1):
            raise Wrong("header")
        self.region = data[12:18].decode()
        self.count, = struct.unpack_from("<I", data, 20)
        (self.segment, self.epoch, self.number, self.first,
         self.length) = struct.unpack_from("<5Q", data, 24)
        self.root, self.previous = data[64:96], data[96:128]
        self.hash = sha256(self.bytes)
        self.last = self.first + self.count - 1


class Receipt:
    """receipt.h; checked while it is read."""

    def __init__(self, data, pem):
        self.data, self.at = data, 28
        if (len(data) < 28 or data[:8] != b"CPYRECPT" or
                zlib.crc32(data[:24]) != struct.unpack_from("<I", data, 24)[0]):
            raise Wrong("layout")
        version, headers, size, self.count, self.index = struct.unpack_from("<HHIII", data, 8)
        if version != 1 or headers == 0 or self.index >= self.count:
            raise Wrong("layout")
        self.record = self.part(size, "record")
        self.path = self.read_path()
        self.headers = [Header(self.part(HASHED, "header")) for _ in range(headers)]
        slot = self.part(68, "seal")
        self.key_id, self.signature = slot[:4], slot[4:]
        if self.at != len(data):
            raise Wrong("trailing")
        self.check(pem)

    def part(self, size, what):
        data, crc = self.data[self.at:self.at + size], self.data[self.at + size:self.at + size + 4]
        if len(crc) != 4 or zlib.crc32(data) != struct.unpack("<I", crc)[0]:
            raise Wrong(what)
        self.at += size + 4
        return data

    def read_path(self):
        # One hash for each level on which the way up has a neighbour.
        index, last, length = self.index, self.count - 1, 0
        while last:
            length += index % 2 == 1 or index < last
            index, last = index >> 1, last >> 1
        data = self.part(32 * length, "path")
        return [data[i:i + 32] for i in range(0, len(data), 32)]

    def check(self, pem):
        first = self.headers[0]
        if first.count != self.count:
            raise Wrong("header")
        if root_of(sha256(b"\0" + self.record), self.index, self.count, self.path) != first.root:
            raise Wrong("root")
        for before, header in zip(self.headers, self.headers[1:]):
            if (header.previous != before.hash or header.number != before.number + 1 or
                    header.first != before.last + 1 or header.region != before.region):
                raise Wrong("chain")
        if self.key_id != key_id(pem):
            raise Wrong("key")
        if not holds(pem, HEADER_DOMAIN + self.headers[-1].bytes, self.signature):
            raise Wrong("seal")
        self.sequence = first.first + self.index


def read_head(text):
    """A published head (head.h): its lines."""
    lines = dict(line.split(" ", 1) for line in text.splitlines())
    assert lines["copayd-head"] == "1"
    return lines


def head_holds(text, pem):
    lines = read_head(text)
    header = Header(bytes.fromhex(lines["header"]))
    return (header.hash.hex() == lines["hash"] and header.region == lines["region"] and
            header.number == int(lines["group"]) and header.last == int(lines["sequence"]) and
            lines["key"] == key_id(pem).hex() and
            holds(pem, HEADER_DOMAIN + header.bytes, bytes.fromhex(lines["signature"])))


def groups(segment):
    """(offset, Header) of every group in a segment file's bytes."""
    at = BLOCK
    while at + HEAD <= len(segment) and segment[at:at + 8] == b"CPYGROUP":
        header = Header(segment[at:at + HEAD])
        yield at, header
        at += HEAD + header.length


# ---- admin.proto by hand: as much of protobuf as a key change needs ----

def varint(value):
    out = b""
    while value > 0x7f:
        out, value = out + bytes([value & 0x7f | 0x80]), value >> 7
    return out + bytes([value])


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def fields(data):
    """{number: [values]} of a message's varints and bytes."""
    def number():
        nonlocal data
        value = shift = 0
        while True:
            byte, data = data[0], data[1:]
            value, shift = value | (byte & 0x7f) << shift, shift + 7
            if byte < 0x80:
                return value
    out = {}
    while data:
        tag = number()
        if tag & 7 == 0:
            value = number()
        else:
            assert tag & 7 == 2
            size = number()
            value, data = data[:size], data[size:]
        out.setdefault(tag >> 3, []).append(value)
    return out


def statement(region, key, previous):
    """What the key before signs (model/signer.h), from a Key message of admin.proto."""
    algorithm = {b"ed25519": 1, b"sm2": 2}[key[2][0]]
    return (CHANGE_DOMAIN + region.encode() + struct.pack("<Q", previous) + key[5][0] +
            bytes([algorithm, len(key[3][0])]) + key[3][0])
