#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A JetStreamProto client written from docs/PROTOCOL.md alone; shares no code with the library.

Connects, opens one stream to a service, sends messages (or bytes), compares the echo, exchanges
heartbeats and closes. Exit code: 0 everything came back, 1 something differed or timed out,
2 usage, 3 the handshake failed, 4 the server closed the session, 5 it refused the stream, 6 it has
started again and knows nothing of the session.

    js1_client.py --port 8080 --pin sha256:... --message hello --heartbeats 2
    js1_client.py --port 8080 --pin sha256:... --ticket file --early    # and once more: comes back
"""
import argparse
import base64
import os
import random
import select
import socket
import sys
import time

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

import js1_wire as wire
from js1_keys import ShortKeys
from js1_resume import EarlyFlight, Ticket, opening
from js1_session import PARAMS, Failure, Session, close_fields, describe_close, stream_frame
from js1_wire import Malformed, Reader, varint

HELLO_TIMES = (0.0, 0.3, 0.9, 2.1, 4.5)
HANDSHAKE_TIMEOUT = 10.0


def parse_pin(text):
    def decode(part):
        return base64.b64decode(part + "=" * (-len(part) % 4), validate=True)

    if text.startswith("sha256:"):
        return decode(text[7:])
    key = text.split()[1] if text.startswith("ed25519 ") else text.split()[0]
    return wire.sha256(decode(key))


class Link:
    """The socket, with losses of our own making."""

    def __init__(self, host, port, loss, seed):
        self.socket = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET,
                                    socket.SOCK_DGRAM)
        self.socket.connect((host, port))
        self.loss, self.random = loss, random.Random(seed)

    def send(self, datagram):
        if self.random.random() >= self.loss:
            self.socket.send(datagram)

    def receive(self, until):
        """One datagram, or None at `until`."""
        wait = max(0.0, until - time.monotonic())
        if not select.select([self.socket], [], [], wait)[0]:
            return None
        try:
            datagram = self.socket.recv(65536)
        except ConnectionRefusedError:  # ICMP proves nothing; the timers decide
            return b""
        return datagram if self.random.random() >= self.loss else b""


class Handshake:
    """Sections 5.3 to 5.5, 5.9 and 5.10. `data`: what stream 1 has to say."""

    def __init__(self, link, args, data):
        self.link, self.args = link, args
        self.ticket = Ticket.take(args.ticket) if args.ticket else None
        if self.ticket and wire.sha256(self.ticket.identity) != args.pin:
            self.ticket = None
        self.share = X25519PrivateKey.generate()
        self.random, self.local_id, self.first_id = os.urandom(32), os.urandom(8), os.urandom(8)
        self.suites = [wire.AES, wire.CHACHA] if args.suite == "aes" else [wire.CHACHA, wire.AES]
        self.fields = {
            "version": wire.VERSION, "random": self.random, "groups": [wire.X25519],
            "cipher_suites": self.suites + [0x2A2A], "public_key": wire.raw(self.share),
            "connection_id": self.local_id, "params": PARAMS,
            "grease" + os.urandom(4).hex(): 0,
        }
        if args.token:
            self.fields["cookie"] = args.token
        self.resumed, self.early_taken, self.early = False, False, None
        if self.ticket:
            self.fields |= self.ticket.offer()
        if self.ticket and self.ticket.early_data_max and args.early:
            self.early = EarlyFlight(
                self.ticket, opening(args.service, 0 if args.framing == "bytes" else 1),
                lambda *part: stream_frame(data, *part), len(data))
        self.hellos = []  # the first one, and one for each Retry that was followed
        self.write_hello()
        self.seen = "nothing"

    def write_hello(self):
        hello = wire.message(wire.CH, wire.cbor_encode(self.fields))
        if self.ticket:
            hello = self.ticket.bind(hello)
        packet = wire.long_header(wire.INITIAL, self.first_id, self.local_id, len(hello)) + hello
        self.following = []  # what goes behind it once; copies of the hello go alone
        if self.early:
            packet, self.following = self.early.go_with(packet, hello,
                                                        (self.first_id, self.local_id))
        self.datagram = packet.ljust(1200, b"\0")
        self.hellos.append(hello)

    def send_hello(self):
        self.link.send(self.datagram)
        for datagram in self.following:
            self.link.send(datagram)
        self.following = []

    def follow_retry(self, packet):
        """Section 5.8; True if there is another hello to send."""
        retry = wire.whole_map(packet.payload, wire.RETRY_MAP)
        if (packet.version, packet.destination, packet.source, retry["echo"]) != (
                wire.VERSION, self.local_id, self.first_id, self.random[:16]):
            raise Malformed("Retry for somebody else")
        if self.fields.get("cookie") == retry["cookie"] or len(self.hellos) > 2:
            return False
        self.fields["cookie"] = retry["cookie"]
        self.write_hello()
        return True

    def run(self):
        start = time.monotonic()
        times = [start + t * self.link.random.uniform(0.9, 1.1) for t in HELLO_TIMES]
        copies = 0
        while time.monotonic() < start + HANDSHAKE_TIMEOUT:
            if times and time.monotonic() >= times[0]:
                times.pop(0)
                sent_at = time.monotonic()
                self.send_hello()
                copies += 1
                continue
            datagram = self.link.receive(min(times[:1] + [start + HANDSHAKE_TIMEOUT]))
            if not datagram:
                continue
            try:
                answered = wire.packets(datagram)
                if answered and answered[0].version and answered[0].kind == wire.RETRY:
                    if self.follow_retry(answered[0]):
                        self.send_hello()
                        copies += 1
                    continue
                session = self.accept(datagram)
            except Malformed as error:
                self.seen = str(error)
                continue
            if self.early:
                session.adopt(self.early, self.answered if self.early_taken else None, sent_at)
            if copies == 1:  # otherwise nobody knows which copy was answered
                session.first_rtt(time.monotonic() - sent_at)
            return session
        raise Failure(3, f"no valid answer within 10 s; last seen: {self.seen}")

    def accept(self, datagram):
        packets = wire.packets(datagram)
        if packets and packets[0].version == 0:
            raise Malformed("Version Negotiation")
        kinds = [packet.kind for packet in packets]
        if kinds != [wire.INITIAL, wire.HANDSHAKE]:
            raise Malformed("not Initial and Handshake")
        first, second = packets
        parts = wire.messages(first.payload)
        if [kind for kind, _, _ in parts] != [wire.SH]:
            raise Malformed("not one ServerHello")
        hello = wire.whole_map(parts[0][1], wire.SERVER_HELLO)
        peer_id = hello["connection_id"]
        if any((p.destination, p.source, p.version) != (self.local_id, peer_id, hello["version"])
               for p in packets) or hello["version"] != wire.VERSION:
            raise Malformed("ids or versions differ")
        if (hello["cipher_suite"] not in self.suites or hello["group"] != wire.X25519
                or (hello["psk"] and not self.ticket)):
            raise Malformed("not what was offered")
        try:
            shared = self.share.exchange(X25519PublicKey.from_public_bytes(hello["public_key"]))
        except ValueError as error:
            raise Malformed("weak share") from error
        suite, psk = hello["cipher_suite"], self.ticket.psk if hello["psk"] else wire.NO_PSK
        for number, sent in reversed(list(enumerate(self.hellos))):
            transcript = sent + parts[0][2]
            c_hs, s_hs, master = wire.handshake_secrets(shared, transcript, psk)
            opened = wire.unseal(wire.packet_keys(suite, s_hs), second.bytes, -1)
            if opened is not None and opened[0] == 0:
                self.retried, self.answered = number > 0, number
                break
        else:
            raise Malformed("flight does not open")
        seal = self.sealer(wire.packet_keys(suite, c_hs), peer_id)
        params, transcript = self.check_flight(opened[1], transcript, s_hs, seal)
        self.check_resumption(hello, params)
        th = wire.sha256(transcript)
        answer = self.client_auth(params, transcript)
        answer += wire.message(wire.CF, wire.finished(c_hs, transcript + answer))
        keys = ShortKeys(suite, wire.derive(master, "c ap traffic", th),
                         wire.derive(master, "s ap traffic", th))
        session = Session(self.link, self.local_id, peer_id, params, seal(answer), keys,
                          wire.packet_keys(suite, s_hs))
        session.issuer = (master, transcript + answer, suite)
        return session

    def check_resumption(self, hello, params):
        """[RES-9]"""
        resumed, early = hello["psk"], params["early_accepted"]
        if resumed and params["identity"] != self.ticket.identity:
            raise Malformed("another server than the one that gave the ticket")
        if early and not (resumed and self.ticket.early_data_max
                          and self.ticket.allows(params, hello["cipher_suite"])):
            raise Malformed("early data is taken that was not offered so")
        self.resumed, self.early_taken = resumed, early

    def sealer(self, keys, peer_id):
        def seal(payload):
            header = wire.long_header(wire.HANDSHAKE, peer_id, self.local_id,
                                      4 + len(payload) + wire.TAG)
            return wire.seal(keys, header, 0, payload)
        return seal

    def check_flight(self, payload, transcript, s_hs, seal):
        parts = wire.messages(payload)
        kinds = [kind for kind, _, _ in parts]
        if kinds == [wire.CLOSE]:
            raise Failure(3, "server closed: " + describe_close(Reader(parts[0][1])))
        if kinds != [wire.SP, wire.SV, wire.SF]:
            raise Malformed("not the server's flight")
        params = wire.whole_map(parts[0][1], wire.SERVER_PARAMS)
        transcript += parts[0][2]
        to_sign = wire.signed("server", transcript)
        transcript += parts[1][2]
        if wire.finished(s_hs, transcript) != parts[2][1]:
            raise Malformed("ServerFinished is wrong")
        if wire.weak(params["identity"]) or not wire.verifies(params["identity"], parts[1][1],
                                                              to_sign):
            raise Malformed("signature is wrong")
        if self.args.pin != wire.sha256(params["identity"]):
            self.link.send(seal(wire.message(wire.CLOSE, close_fields(2, 0x20, b"untrusted"))))
            raise Failure(3, "the server has another identity than the pinned one")
        if params["retried"] != self.retried:  # to start over is left to who calls this program
            raise Failure(3, "the server does not know about the Retry")
        return params, transcript + parts[2][2]

    def client_auth(self, params, transcript):
        if not params["client_auth"] or self.args.identity is None:
            return b""
        identity = self.args.identity
        signature = identity.sign(wire.signed("client", transcript))
        body = wire.cbor_encode({"identity": wire.raw(identity)}) + signature
        return wire.message(wire.CV, body)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--pin", required=True, type=parse_pin,
                        help='"sha256:..." or the line of identity.pub')
    parser.add_argument("--service", default="echo")
    parser.add_argument("--framing", choices=("bytes", "messages"), default="messages")
    parser.add_argument("--message", default="Hello from client!")
    parser.add_argument("--size", type=int, help="a message of that many bytes instead")
    parser.add_argument("--count", type=int, default=1, help="how many messages")
    parser.add_argument("--heartbeats", type=int, default=1)
    parser.add_argument("--key-updates", type=int, default=0, help="changes of keys, one by one")
    parser.add_argument("--ticket", help="file: comes back with the ticket in it, keeps a new one")
    parser.add_argument("--early", action="store_true", help="says it along with the hello")
    parser.add_argument("--suite", choices=("aes", "chacha"), default="aes")
    parser.add_argument("--identity", help="file with the 32-byte seed of the client's key",
                        type=lambda path: Ed25519PrivateKey.from_private_bytes(
                            open(path, "rb").read()))
    parser.add_argument("--misbehave", action="store_true", help="breaks a rule instead of talking")
    parser.add_argument("--loss", type=float, default=0.0, help="drop this share of datagrams")
    parser.add_argument("--seed", type=int, default=1, help="of the losses")
    parser.add_argument("--token", type=bytes.fromhex, help="address token to show, in hex")
    parser.add_argument("--timeout", type=float, default=20.0, help="seconds for the exchange")
    return parser.parse_args()


def what_to_say(args):
    one = os.urandom(args.size) if args.size is not None else args.message.encode()
    return (one if args.framing == "bytes" else varint(len(one)) + one) * args.count


def talk(session, args, data):
    if args.misbehave:
        session.emit(b"\x3f", [], eliciting=True)  # a frame of no known type
        session.turn(time.monotonic() + args.timeout, lambda: False)
        raise Failure(1, "the server takes it")
    session.open(args.service, 0 if args.framing == "bytes" else 1)
    session.write(data)
    session.finish()
    session.turn(time.monotonic() + args.timeout,
                 lambda: session.finished_receiving() or session.refused is not None)
    if session.refused is not None:
        session.close()
        raise Failure(5, f"the server refused the stream with code {session.refused}")
    expected = b"" if args.service == "sink" else data
    if not session.finished_receiving() or bytes(session.received) != expected:
        session.close()
        raise Failure(1, f"{len(session.received)} bytes came back, not the same {len(expected)}")
    for _ in range(args.key_updates):
        session.update_keys(args.timeout)
    for sequence in range(1, args.heartbeats + 1):
        session.heartbeat(sequence, args.timeout)
    if args.ticket:
        session.turn(time.monotonic() + args.timeout, lambda: session.tickets)
        for ticket in session.tickets_of()[:1]:
            ticket.keep(args.ticket)
    session.close()


def main():
    args = arguments()
    try:
        link = Link(args.host, args.port, args.loss, args.seed)
        data = what_to_say(args)
        handshake = Handshake(link, args, data)
        session = handshake.run()
        print(f"connected, session {session.server['session_id']}, "
              f"server sha256:{wire.sha256(session.server['identity']).hex()}, "
              f"{len(handshake.hellos) - 1} retries"
              f"{', resumed' if handshake.resumed else ''}")
        if handshake.early:
            print("early data " + ("taken" if handshake.early_taken else "refused, sent again"))
        talk(session, args, data)
    except Failure as failure:
        print(f"js1_client: {failure}", file=sys.stderr)
        return failure.code
    if session.address_token:
        print(f"address token {session.address_token.hex()}")
    print(f"{args.count} x {'message' if args.framing == 'messages' else 'bytes'} came back, "
          f"{args.heartbeats} heartbeats answered, closed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
