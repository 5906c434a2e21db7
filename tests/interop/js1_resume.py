# SPDX-License-Identifier: MIT
"""Coming back: sections 5.9 and 5.10 of docs/PROTOCOL.md.

A ticket with all that belongs to it is kept in a file of its own, as JSON; a client uses it once.
"""
import json
import os
import time

import js1_wire as wire
from js1_wire import varint

LIMITS = ("max_data", "max_stream_data", "max_streams", "message_bytes_max")
EARLY_PACKETS_MAX = 10
DATAGRAM = 1200
FIRST_ROOM = 300  # beside a hello with a ticket and a cookie


class Ticket:
    """What one NEW_TICKET gave, and what the session knew that it came in."""

    def __init__(self, facts):
        self.facts = facts
        self.psk, self.identity, self.ticket = (
            bytes.fromhex(facts[name]) for name in ("psk", "identity", "ticket"))
        self.suite, self.params = facts["suite"], facts["params"]
        self.early_data_max = facts["early_data_max"]

    @staticmethod
    def of(frame, master, transcript, suite, server):
        """`frame`: the fields of NEW_TICKET; `transcript`: CH to CF; `server`: its ServerParams."""
        psk = wire.resumption_psk(master, transcript, frame["nonce"])
        return Ticket({
            "ticket": frame["ticket"].hex(), "psk": psk.hex(), "age_add": frame["age_add"],
            "lifetime_s": frame["lifetime_s"], "early_data_max": frame["early_data_max"],
            "came_ms": int(time.time() * 1000), "suite": suite,
            "identity": server["identity"].hex(), "params": server["params"],
        })

    def age_ms(self):
        return int(time.time() * 1000) - self.facts["came_ms"]

    def usable(self):
        return 0 <= self.age_ms() < self.facts["lifetime_s"] * 1000

    def obfuscated_age(self):
        return (self.age_ms() + self.facts["age_add"]) % 2**32

    def offer(self):
        """The keys of a ClientHello with this ticket; bind() completes it."""
        return {"ticket": self.ticket, "ticket_age": self.obfuscated_age(),
                "pre_shared_key_binder": bytes(32)}

    def bind(self, framed):
        return framed[:-32] + wire.binder(self.psk, framed)

    def allows(self, server, suite):
        """Whether early data may have been accepted by a server that says so."""
        return suite == self.suite and all(server["params"][name] >= self.params[name]
                                           for name in LIMITS)

    @staticmethod
    def take(path):
        """Out of a file, which is gone afterwards; None if there is none of use."""
        try:
            with open(path, encoding="ascii") as file:
                ticket = Ticket(json.load(file))
            os.unlink(path)
        except FileNotFoundError:
            return None
        return ticket if ticket.usable() else None

    def keep(self, path):
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w",
                  encoding="ascii") as file:
            json.dump(self.facts, file)


class EarlyFlight:
    """A stream's OPEN and the beginning of its data, as 0-RTT packets that go with a hello."""

    def __init__(self, ticket, opening_frame, stream_frame, size):
        self.ticket, self.payloads, self.flights = ticket, [], []
        self.next_number, self.data_sent, self.fin_sent = 0, 0, False
        left = ticket.early_data_max
        most = min(size, ticket.params["max_data"], ticket.params["max_stream_data"])
        frames, again, room = opening_frame, [("control", opening_frame)], FIRST_ROOM
        while len(self.payloads) < EARLY_PACKETS_MAX:
            # The head of a STREAM frame takes less than 16 bytes.
            part = min(min(room, left) - len(frames) - 16, most - self.data_sent)
            if part > 0 or (size == 0 and not self.fin_sent):
                item = ("stream", self.data_sent, max(part, 0), self.data_sent + part == size)
                frames += stream_frame(*item[1:])
                again.append(item)
                self.data_sent += max(part, 0)
                self.fin_sent = item[3]
            if not frames:
                break
            self.payloads.append((frames, again))
            left -= len(frames)
            frames, again, room = b"", [], DATAGRAM - wire.LONG - 4 - wire.TAG

    def go_with(self, packet, hello, ids):
        """(the datagram that begins with the hello's packet, those behind it). With each hello
        after a Retry the same frames go again, under its key and with new numbers [RES-20]."""
        keys = wire.packet_keys(self.ticket.suite, wire.early_traffic(self.ticket.psk, hello))
        packets, numbers = [], {}
        for frames, again in self.payloads:
            header = wire.long_header(wire.EARLY, *ids, 4 + len(frames) + wire.TAG)
            packets.append(wire.seal(keys, header, self.next_number, frames))
            numbers[self.next_number] = again
            self.next_number += 1
        self.flights.append(numbers)
        fits = len(packet) + len(packets[0]) <= DATAGRAM
        return (packet + packets[0], packets[1:]) if fits else (packet, packets)


def opening(service, framing):
    """OPEN of stream 1."""
    name = service.encode()
    return bytes([0x18]) + varint(1) + bytes([3, 16, 0, framing, len(name)]) + name
