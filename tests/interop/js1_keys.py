# SPDX-License-Identifier: MIT
"""The keys of short packets and how they change: section 4.6 of docs/PROTOCOL.md."""
import time

import js1_wire as wire


class KeyUpdateError(Exception):
    """The peer changed its keys out of turn."""


class Direction:
    """Secrets of one direction: the header's key stays, the others go from phase to phase."""

    def __init__(self, suite, secret):
        self.suite, self.secret, self.phase = suite, secret, 0
        self.keys = wire.packet_keys(suite, secret)

    def next_keys(self):
        return self.keys._replace(**{name: getattr(wire.packet_keys(
            self.suite, wire.next_secret(self.secret)), name) for name in ("key", "iv")})

    def advance(self):
        self.keys = self.next_keys()
        self.secret = wire.next_secret(self.secret)
        self.phase += 1


class ShortKeys:
    """Both directions of a session."""

    def __init__(self, suite, send_secret, receive_secret):
        self.send, self.receive = Direction(suite, send_secret), Direction(suite, receive_secret)
        self.before, self.before_until = None, 0.0  # receive keys of the phase before
        self.first_in_phase, self.largest_before = 0, -1  # of the packets received
        self.first_sent = 0  # in the phase that is sent in
        self.acked_at = None  # when one of those was acknowledged first
        self.ack_sent = False  # in the current phase

    # -- sending --

    def seal(self, destination, number, frames, has_ack):
        self.ack_sent = self.ack_sent or has_ack
        flags = 0x40 | (wire.PHASE if self.send.phase & 1 else 0)
        return wire.seal(self.send.keys, bytes([flags]) + destination, number, frames)

    def may_start(self, confirmed, pto):
        """[KU-5]"""
        return (confirmed and self.acked_at is not None
                and time.monotonic() >= self.acked_at + 3 * pto)

    def start(self, next_number):
        self.send.advance()
        self.first_sent, self.acked_at, self.ack_sent = next_number, None, False

    def on_acked(self, numbers, phase_of_ack):
        if any(number >= self.first_sent for number in numbers):
            if phase_of_ack < self.send.phase:
                raise KeyUpdateError("acknowledged a new phase without following")  # [KU-7]
            self.acked_at = self.acked_at or time.monotonic()

    # -- receiving --

    def open(self, packet, largest, next_to_send, pto):
        """(number, plaintext, phase) or None; the caller has still to look for repeated numbers."""
        unmasked = wire.unmask(self.receive.keys, packet, largest)
        if unmasked is None:
            return None
        header, number = unmasked
        if self.before and time.monotonic() >= self.before_until:
            self.before = None
        same = bool(header[0] & wire.PHASE) == bool(self.receive.phase & 1)
        is_old = not same and self.before is not None and number < self.first_in_phase  # [KU-2]
        keys = self.receive.keys if same else self.before if is_old else self.receive.next_keys()
        plaintext = wire.open_packet(keys, packet, header, number)
        if plaintext is None:
            return None
        if same:
            self.first_in_phase = min(self.first_in_phase, number)
            return number, plaintext, self.receive.phase
        if is_old:
            self.largest_before = max(self.largest_before, number)
            return number, plaintext, self.receive.phase - 1
        self.follow(number, largest, next_to_send, pto)
        return number, plaintext, self.receive.phase

    def follow(self, number, largest, next_to_send, pto):
        """The peer's first packet of the next phase."""
        if number < largest:
            raise KeyUpdateError("a new phase with an old number")  # [KU-8]
        is_answer = self.send.phase > self.receive.phase
        if not is_answer and not self.ack_sent:
            raise KeyUpdateError("two phases without an ACK between them")  # [KU-6]
        self.before, self.before_until = self.receive.keys, time.monotonic() + 3 * pto
        self.receive.advance()
        self.first_in_phase = number
        if not is_answer:
            self.start(next_to_send)  # [KU-4]
