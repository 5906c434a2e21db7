#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Datagrams from nobody in particular: counted, not logged, and no harm to those who behave."""
import os
import random
import socket

import harness
from harness import JSCAT

DATAGRAMS = 3000


class Hostile(harness.Story):
    def setUp(self):
        super().setUp()
        self.daemon = self.start_daemon()
        self.client = self.connect(self.daemon)
        self.client.write(b"before\n")
        self.client.wait_for_line("before")
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(self.socket.close)
        self.socket.connect(("127.0.0.1", self.daemon.port))

    def status(self):
        return self.jsctl_json(self.daemon, "status")["data"]

    def dropped(self):
        return sum(self.status()["drops"].values())

    def flood(self, make):
        """Sends what make() returns, no faster than the daemon reads; every one must be dropped."""
        source, before = random.Random(1), self.dropped()
        for number in range(1, DATAGRAMS + 1):
            self.socket.send(make(source))
            if number % 100 == 0:
                self.eventually(lambda number=number: self.dropped() >= before + number,
                                f"drop {number}")

    def check_unharmed(self):
        self.client.write(b"after\n")
        self.client.wait_for_line("after")
        run = self.run_to_end(JSCAT, "connect", self.daemon.address, "--pin-file",
                              self.daemon.pin_file, data=b"new\n")
        self.assertEqual((run.code, run.stdout), (0, "new\n"), run.describe())

    def test_noise(self):
        self.flood(lambda source: bytes([source.randrange(256) | 0x40])
                   + source.randbytes(source.randrange(1500)))
        status = self.status()
        self.assertEqual((status["sessions"], status["handshakes_started"]), (1, 1))
        self.check_unharmed()
        self.stop(self.daemon)
        self.assertNotIn(f":{self.socket.getsockname()[1]}", self.daemon.stderr,
                         "noise must not be logged")

    def test_hellos_that_are_none(self):
        def hello(source):
            header = bytes([0xC0]) + source.randbytes(8) + b"\0\0\0\1" + source.randbytes(8)
            body = b"\1" + source.randrange(2000).to_bytes(3, "big") + source.randbytes(600)
            return (header + len(body).to_bytes(2, "big") + body).ljust(1200, b"\0")

        self.flood(hello)
        status = self.status()
        self.assertEqual((status["sessions"], status["handshakes_completed"]), (1, 1))
        self.check_unharmed()

    def test_no_answer_is_larger_than_the_question(self):
        self.socket.settimeout(0)
        sent = received = 0
        for size in (30, 100, 600, 1199, 1200, 1400):
            # A version nobody speaks: the one thing that a stranger gets an answer to.
            self.socket.send((bytes([0xC0]) + os.urandom(8) + b"\x0a\x0a\x0a\x0a" + os.urandom(8)
                              + b"\0\0").ljust(size, b"\0"))
            sent += size
        self.flood(lambda source: source.randbytes(20))
        sent += 20 * DATAGRAMS
        while True:
            try:
                received += len(self.socket.recv(65536))
            except BlockingIOError:
                break
        self.assertLess(received, sent)
        self.check_unharmed()


if __name__ == "__main__":
    harness.main()
