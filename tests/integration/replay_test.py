#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Somebody records a client's first flight, with a ticket and early data in it, and sends it again:
from other places, to other workers, to the daemon that was started again. It is taken once
[RES-14]."""
import select
import socket

import harness
from harness import JSCAT
from relay import Relay

SERVICES = "echo: {type: echo, early_data: true}"
AGAIN = 32  # so many other sources


class Replay(harness.Story):
    def start(self, workers):
        config = self.write_config(server=f"workers: {workers}", services=SERVICES)
        daemon = self.start_daemon(config)
        config.write_text(config.read_text().replace("127.0.0.1:0", daemon.address))
        relay = Relay(daemon.port)
        self.addCleanup(relay.end)
        for told in ("full handshake", "resumed, early data taken"):
            run = self.run_to_end(JSCAT, "connect", relay.address, "echo", "--pin-file",
                                  daemon.pin_file, "--known-hosts", self.folder / "known_hosts",
                                  "-v", "--early", data=b"pay 5\n")
            self.assertEqual((run.code, run.stdout), (0, "pay 5\n"), run.describe())
            self.assertIn(told, run.stderr)
        flight = relay.last_flight()
        self.assertGreater(len(flight), 0)
        return config, daemon, flight

    def send_again(self, daemon, flight):
        """From a fresh port; which worker answered, by its connection id."""
        again = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        # Closed at the end only: a port that was free again could be given a second time.
        self.addCleanup(again.close)
        again.connect(("127.0.0.1", daemon.port))
        for datagram in flight:
            again.send(datagram)
        self.assertTrue(select.select([again], [], [], harness.LIMIT)[0], "no answer")
        return again.recv(65536)[13]

    def counts(self, daemon):
        return self.jsctl_json(daemon, "status")["data"]["resumption"]

    def test_from_other_sources_to_all_workers(self):
        for workers in (1, 4):
            with self.subTest(workers=workers):
                _, daemon, flight = self.start(workers)
                heard = len(daemon.events("stream.opened"))
                asked = {self.send_again(daemon, flight) for _ in range(AGAIN)}
                self.assertGreater(len(asked), workers // 2)  # the kernel spreads them
                counts = self.counts(daemon)
                self.assertEqual(counts["early_accepted"], 1, counts)
                self.assertEqual(counts["early_refused_replay"], AGAIN, counts)
                self.assertEqual(counts["resumed"], 1 + AGAIN, counts)
                self.assertEqual(len(daemon.events("stream.opened")), heard)
                self.stop(daemon)
                (self.folder / "tickets").unlink()

    def test_to_a_daemon_that_has_started_again(self):
        config, daemon, flight = self.start(workers=2)
        self.stop(daemon)
        daemon = self.start_daemon(config)
        for _ in range(AGAIN):
            self.send_again(daemon, flight)
        counts = self.counts(daemon)
        self.assertEqual((counts["resumed"], counts["early_accepted"]), (0, 0), counts)
        self.assertEqual(daemon.events("stream.opened"), [])
        self.stop(daemon)


if __name__ == "__main__":
    harness.main()
