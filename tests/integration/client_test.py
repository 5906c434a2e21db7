#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""jscat as its users meet it: ends of either side, interruption, ping, figures."""
import json
import re
import signal

import harness
from harness import JSCAT


class Client(harness.Story):
    def setUp(self):
        super().setUp()
        self.daemon = self.start_daemon()
        self.server = [self.daemon.address, "--pin-file", self.daemon.pin_file]

    def test_interrupted(self):
        client = self.connect(self.daemon)
        client.write(b"hello\n")
        client.wait_for_line("hello")
        client.signal(signal.SIGINT)
        self.assertEqual(client.wait(), 128 + signal.SIGINT)
        closed = self.daemon.wait_for_event("session.closed", session_id="1")
        self.assertEqual((closed["reason"], closed["by"]), ("normal", "peer"))

    def test_send_only_discards_the_echo(self):
        run = self.run_to_end(JSCAT, "connect", *self.server, "--send-only", data=b"x" * 100000)
        self.assertEqual((run.code, run.stdout, run.stderr), (0, "", ""))

    def test_receive_only_reads_nothing(self):
        client = self.connect(self.daemon, "--recv-only")
        self.daemon.wait_for_event("handshake.completed")
        client.signal(signal.SIGTERM)
        self.assertEqual(client.wait(), 128 + signal.SIGTERM)
        self.assertEqual(client.stdout, "")

    def test_a_reader_that_goes_away(self):
        shell = f"head -c 300000 /dev/zero | {JSCAT} connect {self.daemon.address} --pin-file " \
                f"{self.daemon.pin_file} | head -c 1"
        run = self.run_to_end("sh", "-c", shell)
        self.assertEqual(bytes(run.out), b"\0", run.describe())
        self.daemon.wait_for_event("session.closed", session_id="1")

    def test_closed_standard_input_is_an_empty_one(self):
        run = self.run_to_end("sh", "-c", 'exec "$0" connect "$@" <&-', JSCAT, *self.server)
        self.assertEqual((run.code, run.stdout, run.stderr), (0, "", ""))

    def test_closed_standard_output_takes_nothing_from_the_session(self):
        run = self.run_to_end("sh", "-c", 'exec "$0" connect "$@" >&-', JSCAT, *self.server,
                              data=b"hello\n")
        self.assertEqual((run.code, run.stdout, run.stderr), (0, "", ""))

    def test_figures_that_cannot_be_written(self):
        run = self.run_to_end("sh", "-c", 'exec "$0" check "$@" >/dev/full', JSCAT, *self.server)
        self.assertEqual(run.code, 1, run.describe())
        self.assertIn("cannot write to standard output", run.stderr)

    def test_a_line_that_is_no_message(self):
        run = self.run_to_end(JSCAT, "connect", *self.server, "--framing", "messages",
                              data=b"x" * 300000 + b"\n")
        self.assertEqual((run.code, run.stdout), (255, ""), run.describe())
        self.assertIn("too long for a message", run.stderr)

    def test_ping(self):
        # Above what the server takes for a round trip, if the handshake was slow [LIVE-7].
        run = self.run_to_end(JSCAT, "ping", *self.server, "-c", "3", "-i", "100ms")
        self.assertEqual((run.code, run.stderr), (0, ""), run.describe())
        lines = run.stdout.splitlines()
        self.assertRegex(lines[0], r"^PING \S+ \(\S+\): session 1 set up in [\d.]+ ms$")
        self.assertEqual(len(re.findall(r"^from \S+: seq=\d time=[\d.]+ ms$", run.stdout, re.M)), 3)
        self.assertIn("3 sent, 3 answered, 0% lost", run.stdout)

    def test_ping_of_nobody(self):
        self.stop(self.daemon)
        run = self.run_to_end(JSCAT, "ping", *self.server, "-c", "1", "--timeout", "1s")
        self.assertEqual((run.code, run.stdout), (255, ""), run.describe())

    def test_load(self):
        for number, (mode, words, positive) in enumerate((
                ("bulk", ["--sessions", "2", "--streams", "2", "--bytes", "200KiB"],
                 {"sessions": 2, "streams": 4, "bytes_sent": 4 * 200 * 1024,
                  "bytes_received": 4 * 200 * 1024}),
                ("messages", ["--size", "1000", "--bytes", "20000"],
                 {"messages_sent": 20, "messages_received": 20}),
                ("handshakes", ["--sessions", "50"], {"sessions": 50}),
                ("idle", ["--sessions", "50", "--duration", "100ms"], {"sessions": 50}))):
            with self.subTest(mode):
                run = self.run_to_end(JSCAT, "send", *self.server[:1], "echo", *self.server[1:],
                                      "--mode", mode, "--json", *words)
                self.assertEqual((run.code, run.stderr), (0, ""), run.describe())
                report = json.loads(run.stdout)
                self.assertEqual({name: report[name] for name in positive}, positive)
                for name in ("sessions_failed", "sessions_lost", "streams_refused",
                             "streams_unfinished"):
                    self.assertEqual(report[name], 0, name)


class Bereft(harness.Story):
    def test_a_server_that_dies(self):
        daemon = self.start_daemon(sessions="timeout: 2s")
        client = self.connect(daemon)
        client.write(b"hello\n")
        client.wait_for_line("hello")
        daemon.signal(signal.SIGKILL)
        client.write(b"nobody hears\n")
        self.assertEqual(client.wait(), 255)
        self.assertIn("timeout", client.stderr)


if __name__ == "__main__":
    harness.main()
