# SPDX-License-Identifier: MIT
"""An established session with one stream of our own: sections 7 to 15 of docs/PROTOCOL.md.

Sends at most ten packets at a time instead of growing a congestion window, and finds losses by
packet numbers and the probe timeout only: less than a sender may do, never more.
"""
import hmac
import time

import js1_wire as wire
from js1_keys import KeyUpdateError
from js1_resume import Ticket, opening
from js1_wire import Reader, uint, varint

MAX_ACK_DELAY = 0.025
WINDOW_PACKETS = 10
DATAGRAM = 1200
PARAMS = {
    "datagram_bytes_max": 65507, "heartbeat_interval_ms": 5000, "max_data": 1048576,
    "max_stream_data": 262144, "max_streams": 100, "message_bytes_max": 262144,
    "timeout_ms": 30000,
}
PING, ACK, RESET, STOP, STREAM, MAX_DATA, MAX_STREAM_DATA, MAX_STREAMS = (
    0x01, 0x02, 0x04, 0x05, 0x08, 0x10, 0x11, 0x12)
DATA_BLOCKED, STREAM_DATA_BLOCKED = 0x14, 0x15
OPEN, CLOSE, GOAWAY, DONE = 0x18, 0x1C, 0x1D, 0x1E
BEAT_PING, BEAT_PONG, NEW_TICKET = 0x20, 0x21, 0x22
CHALLENGE, RESPONSE, NEW_ID, RETIRE_ID = 0x1A, 0x1B, 0x25, 0x26
ADDRESS_TOKEN = 0x24


class Failure(Exception):
    def __init__(self, code, text):
        super().__init__(text)
        self.code = code


def close_fields(reason, code, text):
    return uint(reason, 1) + varint(code) + varint(0) + varint(0) + b"\0" + varint(len(text)) + text


def describe_close(reader):
    reason, code = reader.uint(1), reader.varint()
    reader.varint(), reader.varint()
    reader.take(reader.uint(1))
    text = reader.take(reader.varint())
    return f"reason {reason}, code {code:#x}, {text!r}"


def stream_frame(whole, offset, size, fin):
    """A part of `whole` on stream 1."""
    data = whole[offset : offset + size]
    head = bytes([STREAM | 4 | 2 | fin]) + varint(1) + varint(offset)
    return head + varint(len(data)) + data


class Session:
    """An established session with one stream of our own; sections 7 to 15."""

    def __init__(self, link, local_id, peer_id, params, finished, keys, handshake_keys):
        self.link, self.local_id, self.peer_id = link, local_id, peer_id
        self.server, self.limits = params, params["params"]
        self.finished, self.confirmed = finished, False
        self.keys = keys
        self.handshake_keys, self.handshake_largest = handshake_keys, 0
        self.first_short = 0  # packet numbers below it were those of early data
        self.issuer = None  # (master, transcript CH to CF, suite)
        self.number, self.largest, self.seen = 0, -1, set()
        self.ack_pending, self.ack_due, self.largest_at = 0, None, 0.0
        self.in_flight = {}  # packet number: (sent at, [what to send again])
        self.lost = []
        now = time.monotonic()
        self.last_activity = self.last_sent = now
        self.timeout = min(PARAMS["timeout_ms"], self.limits["timeout_ms"]) / 1000
        self.backoff = 1
        self.first_rtt(0.333)
        self.peer_max_data = self.limits["max_data"]
        self.peer_max_stream = self.limits["max_stream_data"]
        self.out, self.out_sent, self.fin_wanted, self.fin_sent = b"", 0, False, False
        self.opened, self.open_frame = False, b""
        self.received, self.chunks, self.final_size = bytearray(), {}, None
        self.my_max = PARAMS["max_stream_data"]
        self.control, self.pongs = [], set()
        self.spares = {}  # number: (connection id, reset token)
        self.refused = None
        self.tickets = []  # fields of NEW_TICKET
        self.address_token = None

    def first_rtt(self, sample):
        self.srtt, self.rttvar = sample, sample / 2

    # -- what the application does --

    def open(self, service, framing):
        self.open_frame = opening(service, framing)

    def adopt(self, flight, answered, sent_at):
        """The numbers of early data are used up in any case; what it said only if the server took
        it with the hello that it answered."""
        self.number = self.first_short = flight.next_number
        if answered is None:
            return
        self.opened, self.out_sent, self.fin_sent = True, flight.data_sent, flight.fin_sent
        self.in_flight = {number: (sent_at, again)
                          for number, again in flight.flights[answered].items()}

    def tickets_of(self):
        return [Ticket.of(frame, self.issuer[0], self.issuer[1], self.issuer[2], self.server)
                for frame in self.tickets]

    def update_keys(self, limit):
        """Starts a key update as soon as it may, and waits until the server has followed."""
        until = time.monotonic() + limit
        self.control.append(bytes([PING]))
        self.turn(until, lambda: self.keys.may_start(self.confirmed, self.pto()))
        phase = self.keys.send.phase + 1
        self.keys.start(self.number)
        self.control.append(bytes([PING]))
        self.turn(until, lambda: self.keys.receive.phase == phase)
        if self.keys.receive.phase != phase:
            raise Failure(1, "the server did not follow a key update")

    def write(self, data):
        self.out += data

    def finish(self):
        self.fin_wanted = True

    def pto(self):
        return (self.srtt + max(4 * self.rttvar, 0.001) + MAX_ACK_DELAY) * self.backoff

    def heartbeat(self, sequence, limit):
        sent = time.monotonic()
        while sequence not in self.pongs:
            if time.monotonic() > sent + limit:
                raise Failure(1, "heartbeat was not answered")
            self.emit(bytes([BEAT_PING]) + varint(sequence), [])
            self.turn(time.monotonic() + 1.0, lambda: sequence in self.pongs)

    def close(self, text=b"done"):
        self.emit(bytes([CLOSE]) + close_fields(0, 0, text), [])

    def turn(self, until, done):
        """Sends and receives until `done()` or the time has come."""
        while not done() and time.monotonic() < until:
            self.send_all()
            datagram = self.link.receive(min(until, self.deadline()))
            if datagram:
                self.on_datagram(datagram)
            self.on_timers()

    # -- sending --

    def emit(self, frames, again, eliciting=False):
        """One datagram with `frames`; `again` describes what a loss of it means."""
        has_ack = self.ack_pending > 0
        if has_ack:
            frames = self.ack_frame() + frames
        packet = self.keys.seal(self.peer_id, self.number, frames, has_ack)
        now = time.monotonic()
        if eliciting:
            self.in_flight[self.number] = (now, again)
        self.number += 1
        self.last_sent = now
        self.link.send((b"" if self.confirmed else self.finished) + packet)

    def ack_frame(self):
        """The newest 32 runs of seen numbers, RFC 9000 section 19.3."""
        numbers, ranges = sorted(self.seen, reverse=True), []
        for number in numbers:
            if ranges and ranges[-1][0] == number + 1:
                ranges[-1][0] = number
            elif len(ranges) == 32:
                break
            else:
                ranges.append([number, number])
        delay = int((time.monotonic() - self.largest_at) * 1e6)
        frame = bytes([ACK]) + varint(ranges[0][1]) + varint(delay) + varint(len(ranges) - 1)
        frame += varint(ranges[0][1] - ranges[0][0])
        for newer, older in zip(ranges, ranges[1:]):
            frame += varint(newer[0] - older[1] - 2) + varint(older[1] - older[0])
        self.ack_pending, self.ack_due = 0, None
        return frame

    def room(self):
        return DATAGRAM - len(self.finished) * (not self.confirmed) - 13 - 16 - 320

    def stream_frame(self, offset, size, fin):
        return stream_frame(self.out, offset, size, fin)

    def next_item(self):
        """(frame, how to make it again) of what is due, or None."""
        if self.control:
            frame = self.control.pop(0)
            return frame, [("control", frame)]
        if self.lost:
            item = self.lost.pop(0)
            return (item[1] if item[0] == "control" else self.stream_frame(*item[1:])), [item]
        credit = min(self.peer_max_stream, self.peer_max_data) - self.out_sent
        size = min(self.room(), credit, len(self.out) - self.out_sent)
        fin = self.fin_wanted and self.out_sent + max(size, 0) == len(self.out)
        if size <= 0 and (not fin or self.fin_sent):
            return None
        item = ("stream", self.out_sent, max(size, 0), fin)
        self.out_sent += max(size, 0)
        self.fin_sent = self.fin_sent or fin
        return self.stream_frame(*item[1:]), [item]

    def send_all(self):
        if self.refused is not None:
            self.lost.clear()
        while len(self.in_flight) < WINDOW_PACKETS:
            if self.open_frame and not self.opened:
                self.opened = True
                self.control.insert(0, self.open_frame)
            item = self.next_item() if self.refused is None else None
            if item is None:
                break
            frames, again = item
            if again[0][0] == "control":  # may share its packet with what comes next
                following = self.next_item()
                if following:
                    frames, again = frames + following[0], again + following[1]
            self.emit(frames, again, eliciting=True)
        if self.ack_due is not None and time.monotonic() >= self.ack_due:
            self.emit(b"", [])

    # -- timers --

    def deadline(self):
        times = [self.last_activity + self.timeout]
        update_at = (self.keys.acked_at or 0.0) + 3 * self.pto()
        if update_at > time.monotonic():
            times.append(update_at)
        if self.ack_due is not None:
            times.append(self.ack_due)
        if self.in_flight or not self.confirmed:
            times.append(self.last_sent + self.pto())
        return min(times)

    def on_timers(self):
        now = time.monotonic()
        if now - self.last_activity >= self.timeout:
            raise Failure(1, "the session expired")
        if now < self.last_sent + self.pto():
            return
        if self.in_flight:
            oldest = min(self.in_flight)
            again = self.in_flight[oldest][1]
            frames = [i[1] if i[0] == "control" else self.stream_frame(*i[1:]) for i in again]
            self.emit(b"".join(frames) or bytes([PING]), again, eliciting=True)
        elif not self.confirmed:
            self.link.send(self.finished)
            self.last_sent = now
        else:
            return
        self.backoff = min(self.backoff * 2, 64)

    # -- receiving --

    def on_datagram(self, datagram):
        packets = wire.packets(datagram)
        if not packets or packets[0].destination != self.local_id:
            self.check_reset(datagram)
        for packet in packets:
            if packet.destination != self.local_id:
                continue
            if packet.kind == wire.HANDSHAKE and not self.confirmed:
                self.on_handshake_packet(packet)
            if packet.kind is not None:
                continue
            try:
                opened = self.keys.open(packet.bytes, self.largest, self.number, self.pto())
                if opened is None or opened[0] in self.seen or opened[0] <= self.largest - 4096:
                    continue
                self.on_packet(*opened)
            except KeyUpdateError as error:
                self.emit(bytes([CLOSE]) + close_fields(2, 0x0E, b"key update"), [])
                raise Failure(1, str(error)) from error

    def check_reset(self, datagram):
        """[RST-5, RST-6]"""
        tokens = [self.server["reset_token"]] + [token for _, token in self.spares.values()]
        matches = [hmac.compare_digest(datagram[-16:], token) for token in tokens]
        if len(datagram) >= 30 and any(matches):
            raise Failure(6, "the server knows nothing of this session any more (internal_error)")

    def on_handshake_packet(self, packet):
        opened = wire.unseal(self.handshake_keys, packet.bytes, self.handshake_largest)
        if opened is None or opened[0] == 0:
            return
        for kind, body, _ in wire.messages(opened[1]):
            if kind == wire.CLOSE:
                raise Failure(4, "server closed: " + describe_close(Reader(body)))

    def on_packet(self, number, payload, phase):
        now = time.monotonic()
        gap = number != self.largest + 1
        self.seen.add(number)
        self.last_activity = now
        if number > self.largest:
            self.largest, self.largest_at = number, now
        reader, eliciting, fin = Reader(payload), False, False
        if reader.done():
            raise Failure(1, "server sent a packet without frames")
        while not reader.done():
            kind = reader.uint(1)
            eliciting |= kind not in (0, ACK, CLOSE, BEAT_PING, BEAT_PONG)
            fin |= STREAM <= kind <= STREAM + 7 and kind & 1
            self.on_frame(kind, reader, phase)
        if eliciting:
            self.ack_pending += 1
            wait = 0 if gap or fin or self.ack_pending >= 2 else MAX_ACK_DELAY
            self.ack_due = min(self.ack_due or now + wait, now + wait)

    def on_frame(self, kind, reader, phase):
        if kind == ACK:
            self.on_ack(reader, phase)
        elif STREAM <= kind <= STREAM + 7:
            self.on_stream(kind, reader)
        elif kind == DONE:
            self.confirmed = True
        elif kind == MAX_DATA:
            self.peer_max_data = max(self.peer_max_data, reader.varint())
        elif kind == MAX_STREAM_DATA:
            reader.varint()
            self.peer_max_stream = max(self.peer_max_stream, reader.varint())
        elif kind == MAX_STREAMS:
            reader.varint()
        elif kind == GOAWAY:  # what is open may be finished; this client opens nothing later
            reader.varint()
            reader.varint()
            reader.take(reader.uint(1))
        elif kind == DATA_BLOCKED:
            reader.varint()
        elif kind == STREAM_DATA_BLOCKED:
            reader.varint()
            if reader.varint() == self.my_max:
                self.give_credit(1)
        elif kind == RESET:
            reader.varint()
            self.refused = reader.varint()
            reader.varint()
        elif kind == STOP:
            reader.varint()
            self.refused = reader.varint()
        elif kind == BEAT_PING:
            self.emit(bytes([BEAT_PONG]) + varint(reader.varint()), [])
        elif kind == BEAT_PONG:
            self.pongs.add(reader.varint())
        elif kind == CHALLENGE:
            self.emit(bytes([RESPONSE]) + reader.take(8), [])
        elif kind == RESPONSE:
            raise Failure(1, "server answered a challenge that was never sent")
        elif kind == NEW_ID:
            number, retire = reader.varint(), reader.varint()
            if retire > number:
                raise Failure(1, "server sent an id that retires itself")
            self.spares[number] = (reader.take(8), reader.take(16))
        elif kind == RETIRE_ID:
            raise Failure(1, "server retired an id that it does not use")
        elif kind == NEW_TICKET:
            ticket = {"lifetime_s": reader.varint(), "age_add": reader.uint(4),
                      "nonce": reader.take(2), "early_data_max": reader.varint()}
            self.tickets.append(ticket | {"ticket": reader.take(reader.varint())})
        elif kind == ADDRESS_TOKEN:
            if (length := reader.uint(1)) != 70:
                raise Failure(1, f"server sent a token of {length} bytes")
            self.address_token = reader.take(length)
        elif kind == CLOSE:
            raise Failure(4, "server closed: " + describe_close(reader))
        elif kind not in (0, PING):
            raise Failure(1, f"server sent a frame of type {kind:#x}")

    def on_ack(self, reader, phase):
        largest, delay, count = reader.varint(), reader.varint(), reader.varint()
        smallest = largest - reader.varint()
        ranges = [(smallest, largest)]
        for _ in range(count):
            top = smallest - reader.varint() - 2
            smallest = top - reader.varint()
            ranges.append((smallest, top))
        if smallest < 0 or largest >= self.number:
            raise Failure(1, "server acknowledged what was never sent")
        # Early data is acknowledged before the server has heard of the client's answer [RES-22].
        self.confirmed = self.confirmed or largest >= self.first_short
        acked = [n for n in self.in_flight if any(low <= n <= high for low, high in ranges)]
        self.keys.on_acked(acked, phase)
        if largest in acked:
            self.on_rtt(time.monotonic() - self.in_flight[largest][0], delay / 1e6)
        for number in acked:
            del self.in_flight[number]
            self.backoff = 1
        for number in [n for n in self.in_flight if n <= largest - 3]:
            self.lost += self.in_flight.pop(number)[1]

    def on_rtt(self, sample, delay):
        sample = max(sample - min(delay, MAX_ACK_DELAY), 0.0001)
        self.rttvar += (abs(self.srtt - sample) - self.rttvar) / 4
        self.srtt += (sample - self.srtt) / 8

    def on_stream(self, kind, reader):
        stream = reader.varint()
        offset = reader.varint() if kind & 4 else 0
        data = reader.take(reader.varint()) if kind & 2 else reader.rest()
        if stream != 1:
            raise Failure(1, f"server sent data on stream {stream}")
        end = offset + len(data)
        if end > self.my_max:
            raise Failure(1, "server exceeded its credit")
        if kind & 1:
            self.final_size = end
        if len(data) > len(self.chunks.get(offset, b"")):
            self.chunks[offset] = data
        self.assemble()

    def assemble(self):
        moved = True
        while moved:
            moved = False
            for offset in sorted(self.chunks):
                if offset > len(self.received):
                    break
                data = self.chunks.pop(offset)
                self.received += data[len(self.received) - offset :]
                moved = True
                break
        self.give_credit(PARAMS["max_stream_data"] // 2)

    def give_credit(self, worth):
        gain = len(self.received) + PARAMS["max_stream_data"] - self.my_max
        if gain >= worth:
            self.my_max += gain
            self.control.append(bytes([MAX_STREAM_DATA]) + varint(1) + varint(self.my_max))
            maximum = len(self.received) + PARAMS["max_data"]
            self.control.append(bytes([MAX_DATA]) + varint(maximum))

    def finished_receiving(self):
        return self.final_size is not None and len(self.received) == self.final_size
