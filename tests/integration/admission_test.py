#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What one address may have of a daemon, by its configuration."""
import harness
from harness import JSCAT


class Admission(harness.Story):
    def admission(self, daemon):
        return self.jsctl_json(daemon, "status")["data"]["admission"]

    def dial(self, daemon):
        return self.run_to_end(JSCAT, "connect", daemon.address, "--pin-file", daemon.pin_file,
                               data=b"hello\n")

    def test_sessions_of_one_source(self):
        daemon = self.start_daemon(server="workers: 1", sessions="max_per_source: 1",
                                   limits="exempt: []")
        first = self.connect(daemon)
        first.write(b"x\n")
        first.wait_for_line("x")
        run = self.dial(daemon)
        self.assertEqual((run.code, run.stdout), (255, ""), run.describe())
        self.assertIn("too many sessions from this address", run.stderr)
        self.assertEqual(self.admission(daemon)["source_full"], 1)
        first.close_input()
        first.wait()
        self.eventually(lambda: self.dial(daemon).code == 0, "room for another session")

    def test_handshakes_of_one_source(self):
        daemon = self.start_daemon(server="workers: 1", limits="exempt: []",
                                   handshake="retry: always, rate_per_source: 1, "
                                             "burst_per_source: 2")
        self.assertEqual([self.dial(daemon).code for _ in range(2)], [0, 0])
        self.assertEqual(self.admission(daemon)["source_rate"], 0)

        def too_many():
            """More at once than there is room for: first hellos are dropped, later ones are not."""
            clients = [self.connect(daemon) for _ in range(4)]
            for client in clients:
                client.close_input()
            self.assertEqual([client.wait() for client in clients], [0] * 4)
            return self.admission(daemon)["source_rate"] > 0

        self.eventually(too_many, "a hello that comes too early")

    def test_the_loopback_is_exempt(self):
        daemon = self.start_daemon(server="workers: 1", sessions="max_per_source: 1",
                                   handshake="retry: always, rate_per_source: 1, "
                                             "burst_per_source: 1")
        first = self.connect(daemon)
        first.write(b"x\n")
        first.wait_for_line("x")
        self.assertEqual([self.dial(daemon).code for _ in range(4)], [0, 0, 0, 0])
        counted = self.admission(daemon)
        self.assertEqual((counted["source_rate"], counted["source_full"]), (0, 0))


if __name__ == "__main__":
    harness.main()
