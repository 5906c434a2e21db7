#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Early data of the real programs: taken, or refused and said again; either way it arrives once."""
import json
import shutil

import harness
from harness import JSCAT

SERVICES = "echo: {type: echo, early_data: true}, sink: {type: sink, early_data: true}"


class EarlyData(harness.Story):
    def setUp(self):
        super().setUp()
        self.known_hosts = self.folder / "home/known_hosts"
        self.tickets = self.folder / "home/tickets"

    def words(self, daemon, command, service, *more):
        return [JSCAT, command, daemon.address, service, "--pin-file", daemon.pin_file,
                "--known-hosts", self.known_hosts, "-v", *more]

    def beginning(self, run):
        """What `-v` says of how the session began."""
        line, = (line for line in run.stderr.splitlines() if "connected to" in line)
        return line.partition(", key ")[2].partition(", ")[2]

    def visit(self, daemon, *more, data=b"hello\n"):
        run = self.run_to_end(*self.words(daemon, "connect", "echo", *more), data=data)
        self.assertEqual((run.code, bytes(run.out)), (0, data), run.describe())
        return self.beginning(run)

    def counts(self, daemon):
        return self.jsctl_json(daemon, "status")["data"]["resumption"]

    def assert_opened(self, daemon, count):
        """So many streams a service has heard of by now."""
        self.assertEqual(len(daemon.wait_for_events("stream.opened", count)), count)

    def test_taken(self):
        daemon = self.start_daemon(services=SERVICES)
        self.assertEqual(self.visit(daemon, "--early"), "full handshake")
        self.assertEqual(self.visit(daemon, "--early"), "resumed, early data taken")
        self.assertEqual(self.visit(daemon), "resumed")
        counts = self.counts(daemon)
        # A ticket that allows early data is taken for an offer of some.
        self.assertEqual((counts["resumed"], counts["early_accepted"]), (2, 2), counts)
        self.assert_opened(daemon, 3)
        self.stop(daemon)

    def test_messages_and_much_of_it(self):
        daemon = self.start_daemon(services=SERVICES)
        lines = b"".join(b"line %d\n" % number for number in range(5000))
        for data in (b"", b"\n", b"one\ntwo\n", lines):
            self.visit(daemon, data=b"x\n")
            told = self.visit(daemon, "--early", "--framing", "messages", data=data)
            self.assertEqual(told, "resumed, early data taken")
            told = self.visit(daemon, "--early", data=data)
            self.assertEqual(told, "resumed, early data taken")

    def test_input_that_goes_on(self):
        daemon = self.start_daemon(services=SERVICES)
        self.visit(daemon)
        client = self.spawn(*self.words(daemon, "connect", "echo", "--early"))
        client.write(b"first ")
        client.wait_until(lambda: client.out == b"first ", "the first echo")
        client.write(b"second")
        client.close_input()
        self.assertEqual((client.wait(), client.stdout), (0, "first second"))
        self.assertEqual(self.beginning(client), "resumed, early data taken")

    def test_a_ticket_that_was_used(self):
        daemon = self.start_daemon(services=SERVICES)
        self.visit(daemon)
        shutil.copy(self.tickets, self.folder / "copy")
        self.assertEqual(self.visit(daemon, "--early"), "resumed, early data taken")
        shutil.copy(self.folder / "copy", self.tickets)
        self.assertEqual(self.visit(daemon, "--early"), "resumed, early data sent again")
        counts = self.counts(daemon)
        self.assertEqual((counts["early_accepted"], counts["early_refused_replay"]), (1, 1), counts)
        self.assert_opened(daemon, 3)
        self.stop(daemon)

    def test_a_daemon_that_has_started_again(self):
        config = self.write_config(services=SERVICES)
        daemon = self.start_daemon(config)
        self.visit(daemon)
        config.write_text(config.read_text().replace("127.0.0.1:0", daemon.address))
        self.stop(daemon)
        daemon = self.start_daemon(config)
        told = self.visit(daemon, "--early", data=b"one\ntwo\nthree\n")
        self.assertEqual(told, "full handshake, early data sent again")
        self.assert_opened(daemon, 1)
        told = self.visit(daemon, "--early", "--framing", "messages", data=b"one\ntwo\n")
        self.assertEqual(told, "resumed, early data taken")

    def test_a_service_that_takes_none(self):
        daemon = self.start_daemon()
        self.visit(daemon)
        self.assertEqual(self.visit(daemon, "--early"), "resumed")
        self.assertEqual(self.counts(daemon)["early_accepted"], 0)

    def test_load(self):
        daemon = self.start_daemon(services=SERVICES)
        self.visit(daemon)
        for mode in ("bulk", "messages"):
            words = ("--early", "--mode", mode, "--streams", "12", "--bytes", "3000", "--json")
            run = self.run_to_end(*self.words(daemon, "send", "sink", *words))
            self.assertEqual(run.code, 0, run.describe())
            self.assertEqual(self.beginning(run), "resumed, early data taken")
            report = json.loads(run.stdout)
            self.assertEqual((report["streams"], report["bytes_sent"]), (12, 36000))
        self.assertEqual(self.counts(daemon)["early_accepted"], 2)
        self.stop(daemon)


if __name__ == "__main__":
    harness.main()
