# SPDX-License-Identifier: MIT
"""Encodings and cryptography of JetStreamProto version 1, written from docs/PROTOCOL.md alone.

It shares no code with the library, so that the two check each other. Run it with the path of
tests/vectors/js1_vectors.txt to compare it with the worked example.
"""
import hashlib
import hmac
import sys
from collections import namedtuple

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

VERSION = 1
AES, CHACHA = 0x1302, 0x1303
X25519 = 0x001D
INITIAL, EARLY, HANDSHAKE, RETRY = range(4)
CH, SH, SP, SV, CV, SF, CF, CLOSE = 1, 2, 8, 15, 16, 20, 21, 24
LONG, SHORT, TAG = 23, 13, 16


class Malformed(Exception):
    """Something the text says to refuse."""


# -- numbers ---------------------------------------------------------------------------------------


def uint(value, size):
    return value.to_bytes(size, "big")


def varint(value):
    for prefix, size in ((0, 1), (1, 2), (2, 4), (3, 8)):
        if value < 1 << (8 * size - 2):
            return uint(value | prefix << (8 * size - 2), size)
    raise ValueError("larger than 62 bits")


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, size):
        if self.at + size > len(self.data):
            raise Malformed("ends too early")
        self.at += size
        return self.data[self.at - size : self.at]

    def uint(self, size):
        return int.from_bytes(self.take(size), "big")

    def varint(self):
        first = self.uint(1)
        size = 1 << (first >> 6)
        return (first & 0x3F) << 8 * (size - 1) | self.uint(size - 1)

    def rest(self):
        return self.take(len(self.data) - self.at)

    def done(self):
        return self.at == len(self.data)


# -- CBOR, the deterministic subset ----------------------------------------------------------------


def cbor_head(major, value):
    if value < 24:
        return bytes([major << 5 | value])
    for code, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if value < 1 << 8 * size:
            return bytes([major << 5 | code]) + uint(value, size)
    raise ValueError("larger than 64 bits")


def cbor_encode(item):
    if isinstance(item, bool):
        return b"\xf5" if item else b"\xf4"
    if isinstance(item, int):
        return cbor_head(0, item)
    if isinstance(item, bytes):
        return cbor_head(2, len(item)) + item
    if isinstance(item, str):
        return cbor_head(3, len(item.encode())) + item.encode()
    if isinstance(item, list):
        return cbor_head(4, len(item)) + b"".join(map(cbor_encode, item))
    pairs = sorted((cbor_encode(key), cbor_encode(value)) for key, value in item.items())
    return cbor_head(5, len(item)) + b"".join(key + value for key, value in pairs)


def cbor_item(reader, depth=1):
    first = reader.uint(1)
    major, value = first >> 5, first & 31
    if first in (0xF4, 0xF5):
        return first == 0xF5
    if major not in (0, 2, 3, 4, 5) or value > 27:
        raise Malformed("a kind of item that has no place here")
    if value >= 24:
        size = 1 << (value - 24)
        value = reader.uint(size)
        if cbor_head(major, value)[0] != first:
            raise Malformed("head is not the shortest")
    if major == 0:
        return value
    if major == 2:
        return reader.take(value)
    if major == 3:
        try:
            return reader.take(value).decode()
        except UnicodeDecodeError as error:
            raise Malformed("text is not UTF-8") from error
    if depth > 4:
        raise Malformed("nested too deep")
    if major == 4:
        return [cbor_item(reader, depth + 1) for _ in range(value)]
    if value > 16:
        raise Malformed("too many keys")
    result, last = {}, b""
    for _ in range(value):
        start = reader.at
        key = cbor_item(reader, depth + 1)
        if not isinstance(key, str) or reader.data[start : reader.at] <= last:
            raise Malformed("keys are not sorted text")
        last = reader.data[start : reader.at]
        result[key] = cbor_item(reader, depth + 1)
    return result


def read_map(reader, shape):
    """A map whose keys have the types or byte sizes in `shape`; unknown ones are left out."""
    found = cbor_item(reader)
    if not isinstance(found, dict):
        raise Malformed("not a map")
    for key, want in shape.items():
        value = found.get(key)
        if isinstance(want, int):
            good = isinstance(value, bytes) and len(value) == want
        else:
            good = type(value) is want
        if not good:
            raise Malformed(f"{key} is missing or of another type")
    if any(key not in shape and len(key.encode()) > 20 for key in found):
        raise Malformed("unknown key with a long name")
    return {key: found[key] for key in shape}


PARAM_RANGES = {
    "datagram_bytes_max": (1200, 65507),
    "heartbeat_interval_ms": (100, 600000),
    "max_data": (65536, 67108864),
    "max_stream_data": (16384, 16777216),
    "max_streams": (1, 65535),
    "message_bytes_max": (1024, 16777216),
    "timeout_ms": (1000, 600000),
}
RETRY_MAP = {"echo": 16, "cookie": 22}
SERVER_HELLO = {
    "version": int, "random": 32, "connection_id": 8, "public_key": 32, "cipher_suite": int,
    "group": int, "psk": bool,
}
SERVER_PARAMS = {
    "identity": 32, "params": dict, "retried": bool, "early_accepted": bool, "client_auth": bool,
    "session_id": int, "reset_token": 16,
}


def whole_map(body, shape):
    reader = Reader(body)
    found = read_map(reader, shape)
    if not reader.done() or len(body) > 2048:
        raise Malformed("bytes behind the map, or too many")
    for key, (least, most) in PARAM_RANGES.items():
        if "params" in shape and not (
            type(found["params"].get(key)) is int and least <= found["params"][key] <= most
        ):
            raise Malformed(f"{key} is missing or out of range")
    return found


# -- handshake messages ----------------------------------------------------------------------------


def message(kind, body):
    return uint(kind, 1) + uint(len(body), 3) + body


def messages(payload):
    """[(type, body, frame)] of everything in a packet."""
    reader, found = Reader(payload), []
    while not reader.done():
        start = reader.at
        kind, size = reader.uint(1), reader.uint(3)
        body = reader.take(size)
        found.append((kind, body, payload[start : reader.at]))
    return found


# -- key schedule ----------------------------------------------------------------------------------


def sha256(data):
    return hashlib.sha256(data).digest()


def mac(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()


def xlabel(secret, label, context, size):
    label = b"js1 " + label.encode()
    info = uint(size, 2) + uint(len(label), 1) + label + uint(len(context), 1) + context
    assert size <= 32  # one block of HKDF-Expand is all this protocol needs
    return mac(secret, info + b"\x01")[:size]


def derive(secret, label, transcript):
    return xlabel(secret, label, transcript, 32)


NO_PSK = bytes(32)


def early_secret(psk):
    return mac(bytes(32), psk)


def early_traffic(psk, hello):
    """Of 0-RTT packets that go with this ClientHello."""
    return derive(early_secret(psk), "c e traffic", sha256(hello))


def handshake_secrets(shared, hellos, psk=NO_PSK):
    """(client traffic, server traffic, master)"""
    handshake = mac(derive(early_secret(psk), "derived", sha256(b"")), shared)
    master = mac(derive(handshake, "derived", sha256(b"")), bytes(32))
    th = sha256(hellos)
    return derive(handshake, "c hs traffic", th), derive(handshake, "s hs traffic", th), master


def finished(traffic, transcript):
    return mac(xlabel(traffic, "finished", b"", 32), sha256(transcript))


def binder(psk, hello):
    """Of a framed ClientHello whose last 32 bytes are yet to be filled in with it."""
    return finished(derive(early_secret(psk), "res binder", sha256(b"")), hello[:-32])


def resumption_psk(master, transcript, nonce):
    """Of the ticket with that nonce; `transcript` is that of the session, CH to CF."""
    return xlabel(derive(master, "res master", sha256(transcript)), "resumption", nonce, 32)


def signed(role, transcript):
    return b" " * 64 + f"JS1 {role} handshake signature\0".encode() + sha256(transcript)


def raw(key):
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def verifies(identity, signature, data):
    try:
        Ed25519PublicKey.from_public_bytes(identity).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


P = 2**255 - 19
WEAK_Y = {
    int.from_bytes(bytes.fromhex(text), "little") & (2**255 - 1)
    for text in (
        "00" * 32,
        "01" + "00" * 31,
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ec" + "ff" * 30 + "7f",
    )
}


def weak(identity):
    y = int.from_bytes(identity, "little") & (2**255 - 1)
    return y >= P or y in WEAK_Y


# -- packets ---------------------------------------------------------------------------------------

Keys = namedtuple("Keys", "suite key iv hp")


def packet_keys(suite, secret):
    return Keys(suite, xlabel(secret, "key", b"", 32), xlabel(secret, "iv", b"", 12),
                xlabel(secret, "hp", b"", 32))


def next_secret(secret):
    """The traffic secret of the phase that follows."""
    return xlabel(secret, "ku", b"", 32)


def aead(keys):
    return (AESGCM if keys.suite == AES else ChaCha20Poly1305)(keys.key)


def nonce(keys, number):
    return bytes(a ^ b for a, b in zip(keys.iv, bytes(4) + uint(number, 8)))


def mask(keys, sample):
    if keys.suite == AES:
        return Cipher(algorithms.AES(keys.hp), modes.ECB()).encryptor().update(sample)[:5]
    # This interface takes counter and nonce as one: the 16 bytes of the sample as they are.
    return Cipher(algorithms.ChaCha20(keys.hp, sample), None).encryptor().update(bytes(5))


def masked(header, bits):
    keep = 0x0F if header[0] & 0x80 else 0x3F
    number = bytes(a ^ b for a, b in zip(header[-4:], bits[1:]))
    return bytes([header[0] ^ bits[0] & keep]) + header[1:-4] + number


def long_header(kind, destination, source, length, version=VERSION):
    return (bytes([0xC0 | kind << 4]) + destination + uint(version, 4) + source + uint(length, 2))


def seal(keys, header, number, plaintext):
    header += uint(number & 0xFFFFFFFF, 4)
    ciphertext = aead(keys).encrypt(nonce(keys, number), plaintext, header)
    return masked(header, mask(keys, ciphertext[:16])) + ciphertext


def full_number(low, largest):
    near = ((largest + 1) >> 32 << 32 | low) + 2**32
    fit = [c for c in (near, near - 2**32, near - 2**33) if 0 <= c < 2**62]
    return min(fit, key=lambda c: abs(c - largest - 1))


PHASE = 0x20


def unmask(keys, packet, largest):
    """(header, number), or None for a packet that is too short."""
    size = (LONG if packet[0] & 0x80 else SHORT) + 4 * bool(packet[0] & 0x80)
    if len(packet) < size + 1 + TAG:
        return None
    header = masked(packet[:size], mask(keys, packet[size : size + 16]))
    return header, full_number(int.from_bytes(header[-4:], "big"), largest)


def open_packet(keys, packet, header, number):
    """The plaintext of a packet that was unmasked; None if it has to be discarded."""
    try:
        plaintext = aead(keys).decrypt(nonce(keys, number), packet[len(header):], header)
    except InvalidTag:
        return None
    return None if header[0] & (0x0F if packet[0] & 0x80 else 0x1F) else plaintext


def unseal(keys, packet, largest):
    """(number, plaintext) of a packet in phase 0, or None if it has to be discarded."""
    unmasked = unmask(keys, packet, largest)
    if unmasked is None:
        return None
    header, number = unmasked
    plaintext = open_packet(keys, packet, header, number)
    return None if plaintext is None else (number, plaintext)


Packet = namedtuple("Packet", "kind destination version source payload bytes")  # kind None: short


def packets(datagram):
    """The packets of a datagram; stops where the text says that the rest is not read."""
    found = []
    while datagram and datagram[0] & 0x40:
        if not datagram[0] & 0x80:
            if len(datagram) >= 30:
                found.append(Packet(None, datagram[1:9], None, None, b"", datagram))
            break
        if len(datagram) < LONG:
            break
        end = LONG + int.from_bytes(datagram[21:23], "big")
        if end > len(datagram):
            break
        version = int.from_bytes(datagram[9:13], "big")
        found.append(Packet(datagram[0] >> 4 & 3, datagram[1:9], version, datagram[13:21],
                            datagram[LONG:end], datagram[:end]))
        datagram = datagram[end:]
    return [packet for packet in found if packet.destination == found[0].destination]


# -- the worked example ----------------------------------------------------------------------------


def read_vectors(path):
    sections, current = {}, {}
    with open(path, encoding="ascii") as lines:
        for line in lines:
            if line.startswith("["):
                current = sections.setdefault(line.strip()[1:-1], {})
            elif len(line.split()) == 2:
                name, value = line.split()
                current[name] = bytes.fromhex(value)
    return sections


def check_example(vectors, suite):
    """Computes the example from its private keys and both hellos, and compares every step."""
    v = vectors
    share = X25519PrivateKey.from_private_bytes(v["client_share_private"])
    server = X25519PrivateKey.from_private_bytes(v["server_share_private"])
    identity = Ed25519PrivateKey.from_private_bytes(v["server_identity_private"])
    transcript = v["client_hello"] + v["server_hello"]
    for hello in (v["client_hello"], v["server_hello"], v["server_params"]):
        assert cbor_encode(cbor_item(Reader(hello[4:]))) == hello[4:]
    shared = share.exchange(X25519PublicKey.from_public_bytes(raw(server)))
    c_hs, s_hs, master = handshake_secrets(shared, transcript)
    assert (c_hs, s_hs, master) == (v["c_hs.secret"], v["s_hs.secret"], v["master_secret"])
    transcript += v["server_params"]
    signature = identity.sign(signed("server", transcript))
    assert signature == v["server_signature"]
    assert verifies(raw(identity), signature, signed("server", transcript))
    transcript += message(SV, signature)
    assert finished(s_hs, transcript) == v["server_finished"]
    transcript += message(SF, v["server_finished"])
    packet = packets(v["server_datagram"])[1]
    flight = v["server_params"] + message(SV, signature) + message(SF, v["server_finished"])
    assert unseal(packet_keys(suite, s_hs), packet.bytes, -1) == (0, flight)
    th = sha256(transcript)
    application = packet_keys(suite, derive(master, "c ap traffic", th))
    assert finished(c_hs, transcript) == v["client_finished"]
    answer = message(CF, v["client_finished"])
    ids = packet.source, packet.destination
    header = long_header(HANDSHAKE, *ids, 4 + len(answer) + TAG)
    assert seal(packet_keys(suite, c_hs), header, 0, answer) == v["client_handshake.packet"]
    short = seal(application, b"\x40" + ids[0], 0, v["client_short.plaintext"])
    assert short == v["client_short.packet"]


def check_resumption(vectors, suite):
    """The example of a session that begins with a ticket and early data."""
    v = vectors
    hello, psk = v["client_hello"], v["psk"]
    assert early_secret(psk) == v["early_secret"]
    assert binder(psk, hello) == v["binder"] == hello[-32:]
    traffic = early_traffic(psk, hello)
    assert traffic == v["c_early.secret"]
    ids = v["early.header"][1:9], v["early.header"][13:21]
    header = long_header(EARLY, *ids, 4 + len(v["early.plaintext"]) + TAG)
    early = seal(packet_keys(suite, traffic), header, 0, v["early.plaintext"])
    assert early == v["early.packet"]
    kinds = [packet.kind for packet in packets(v["client_datagram"])]
    assert kinds == [INITIAL, EARLY]
    c_hs, s_hs, master = handshake_secrets(v["x25519"], hello + v["server_hello"], psk)
    assert (c_hs, s_hs, master) == (v["c_hs.secret"], v["s_hs.secret"], v["master_secret"])
    for side in ("c", "s"):  # the first key update
        secret = next_secret(v[f"{side}_ap0.secret"])
        keys, before = packet_keys(suite, secret), packet_keys(suite, v[f"{side}_ap0.secret"])
        assert (secret, keys.key, keys.iv) == (v[f"{side}_ap1.secret"], v[f"{side}_ap1.key"],
                                               v[f"{side}_ap1.iv"])
        assert before.hp == v[f"{side}_ap1.hp"]


def main():
    sections = read_vectors(sys.argv[1])
    check_example(sections["full 1303"], CHACHA)
    check_example(sections["full 1302"], AES)
    for suite, name in ((CHACHA, "1303"), (AES, "1302")):
        ticket = sections[f"ticket first {name}"]
        assert xlabel(ticket["res_master"], "resumption", ticket["ticket_nonce"],
                      32) == ticket["psk"]
        check_resumption(sections[f"resumption early {name}"] | {"psk": ticket["psk"]}, suite)
    for suite in (CHACHA, AES):
        v = sections[f"packet number {suite:04x}"]
        keys = packet_keys(suite, v["secret"])
        largest = int.from_bytes(v["largest_seen"], "big")
        assert unseal(keys, v["short.packet"], largest) == (2**32 + 7, b"\0")
    print("the worked example agrees")


if __name__ == "__main__":
    main()
