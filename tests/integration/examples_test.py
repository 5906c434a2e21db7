#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The example programs print, word for word, what they are documented to print."""
import json
import signal

import harness
from harness import EXAMPLES


class Examples(harness.Story):
    def test_hello_both_ways(self):
        server = self.spawn(EXAMPLES / "example_server", "127.0.0.1:0", "--once")
        address = server.wait_for_line("Listening on").split()[-1]
        key = server.wait_for_line("ed25519 ")
        (self.folder / "server.pub").write_text(key + "\n")
        client = self.run_to_end(EXAMPLES / "example_client", address, "server.pub")
        self.assertEqual((client.code, client.stderr), (0, ""), client.describe())
        self.assertEqual(client.stdout.splitlines(), [
            f"Connected to {address}",
            "Handshake completed, Session ID: 1",
            'Sent encrypted message: "Hello from client!"',
            'Received encrypted response: "Hello from server!"',
            "Communication successful"])
        self.assertEqual((server.wait(), server.stderr), (0, ""), server.describe())
        lines = server.stdout.splitlines()
        self.assertEqual(lines[:2], [f"Listening on {address}", key])
        self.assertRegex(lines[2], r"^Handshake completed with client 127\.0\.0\.1:\d+, "
                                   r"Session ID: 1$")
        self.assertEqual(lines[3:], ['Received encrypted message: "Hello from client!"',
                                     "Sent encrypted response"])

    def test_sessions_are_counted_up(self):
        server = self.spawn(EXAMPLES / "example_server", "127.0.0.1:0")
        address = server.wait_for_line("Listening on").split()[-1]
        for number in (1, 2, 3):
            client = self.run_to_end(EXAMPLES / "example_client", address)
            self.assertEqual(client.code, 0, client.describe())
            self.assertIn(f"Session ID: {number}\n", client.stdout)

    def test_another_server_than_expected(self):
        server = self.spawn(EXAMPLES / "example_server", "127.0.0.1:0", "--once")
        address = server.wait_for_line("Listening on").split()[-1]
        other = self.spawn(EXAMPLES / "example_server", "127.0.0.1:0", "--once")
        (self.folder / "other.pub").write_text(other.wait_for_line("ed25519 ") + "\n")
        client = self.run_to_end(EXAMPLES / "example_client", address, "other.pub")
        self.assertEqual((client.code, client.stdout), (1, ""))
        self.assertIn("client_example: ", client.stderr)

    def test_advanced_server(self):
        server = self.spawn(EXAMPLES / "example_advanced_server", "127.0.0.1:0")
        ready = json.loads(server.wait_for_line("server.ready"))
        key = json.loads(server.wait_for_line("server.identity"))["key"]
        (self.folder / "server.pub").write_text(key + "\n")
        client = self.spawn(harness.JSCAT, "connect", ready["listen"], "--pin-file", "server.pub")
        client.write(b"Hello from client!\n")
        client.wait_for_line("Hello from client!")
        server.signal(signal.SIGINT)
        self.assertEqual((server.wait(), server.stderr), (0, ""), server.describe())
        records = [json.loads(line) for line in server.lines()]
        self.assertEqual([record["event"] for record in records][2:4],
                         ["handshake.completed", "server.stopping"])
        self.assertEqual({"event": "session.closed", "reason": "going_away", "session_id": "1"},
                         next(record for record in records if record["event"] == "session.closed"))
        self.assertEqual(records[-1], {"event": "server.stopped", "sessions": "0"})

    def test_advanced_pair(self):
        server = self.spawn(EXAMPLES / "example_advanced_server", "127.0.0.1:0")
        address = json.loads(server.wait_for_line("server.ready"))["listen"]
        key = json.loads(server.wait_for_line("server.identity"))["key"]
        (self.folder / "server.pub").write_text(key + "\n")
        client = self.run_to_end(EXAMPLES / "example_advanced_client", address, "server.pub")
        self.assertEqual((client.code, client.stderr), (0, ""), client.describe())
        texts = [f'"message on stream {stream}"' for stream in (1, 3, 5)]
        three_streams = [f"{what}: {text}" for what in ("Sent", "Received") for text in texts]
        self.assertEqual(client.stdout.splitlines(), [
            "First session: 1, full handshake", *three_streams, "Closed: normal",
            "Second session: 2, resumed with a ticket", *three_streams, "Closed: normal"])
        server.wait_until(lambda: len([line for line in server.lines() if "session.closed" in line])
                          == 2, "both sessions closed")
        server.signal(signal.SIGINT)
        self.assertEqual((server.wait(), server.stderr), (0, ""), server.describe())
        records = [json.loads(line) for line in server.lines()]
        self.assertEqual([record["reason"] for record in records
                          if record["event"] == "session.closed"], ["normal", "normal"])
        self.assertEqual(records[-1], {"event": "server.stopped", "sessions": "0"})

    def test_client_of_the_daemon(self):
        # The daemon echoes, so the response is the message.
        daemon = self.start_daemon()
        client = self.run_to_end(EXAMPLES / "example_client", daemon.address, daemon.pin_file)
        self.assertEqual(client.code, 0, client.describe())
        self.assertEqual(client.stdout.splitlines()[3],
                         'Received encrypted response: "Hello from client!"')


if __name__ == "__main__":
    harness.main()
