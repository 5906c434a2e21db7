#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A client that comes back: with a ticket, each used once, and without one that is still good."""
import stat

import harness
from harness import JSCAT


class Resumption(harness.Story):
    def setUp(self):
        super().setUp()
        self.home = self.folder / "home/of/jscat"  # which jscat has to make
        self.tickets = self.home / "tickets"

    def visit(self, daemon, *words):
        """One session that sends and hears a line; what `-v` says of its beginning."""
        run = self.run_to_end(JSCAT, "connect", daemon.address, "echo", "--pin-file",
                              daemon.pin_file, "--known-hosts", self.home / "known_hosts", "-v",
                              *words, data=b"hello\n")
        self.assertEqual((run.code, run.stdout), (0, "hello\n"), run.describe())
        line, = (line for line in run.stderr.splitlines() if "connected to" in line)
        return line.rpartition(", ")[2]

    def kept(self):
        return self.tickets.read_text().splitlines()

    def test_the_second_session_resumes(self):
        daemon = self.start_daemon()
        self.assertEqual(self.visit(daemon), "full handshake")
        self.assertEqual(self.visit(daemon), "resumed")
        counts = self.jsctl_json(daemon, "status")["data"]["resumption"]
        self.assertEqual((counts["resumed"], counts["early_accepted"]), (1, 0), counts)

    def test_tickets_are_secret_and_used_once(self):
        daemon = self.start_daemon()
        self.visit(daemon)
        used = set()
        for _ in range(4):
            self.assertEqual(stat.S_IMODE(self.tickets.stat().st_mode), 0o600)
            before = self.kept()
            self.assertEqual(self.visit(daemon), "resumed")
            gone = set(before) - set(self.kept())
            self.assertEqual(len(gone), 1)
            self.assertTrue(used.isdisjoint(gone))
            used |= gone
            self.assertTrue(used.isdisjoint(self.kept()))

    def test_without_tickets(self):
        daemon = self.start_daemon()
        self.assertEqual(self.visit(daemon, "--no-resume"), "full handshake")
        self.assertFalse(self.tickets.exists())
        self.visit(daemon)
        before = self.kept()
        self.assertEqual(self.visit(daemon, "--no-resume"), "full handshake")
        self.assertEqual(self.kept(), before)

    def test_a_file_that_is_spoilt(self):
        daemon = self.start_daemon()
        self.visit(daemon)
        self.tickets.write_bytes(b"\xff not a ticket\n\n" + daemon.address.encode() + b" 0 zz\n")
        self.assertEqual(self.visit(daemon), "full handshake")
        self.assertEqual(self.visit(daemon), "resumed")

    def test_a_restarted_daemon_knows_no_tickets(self):
        config = self.write_config()
        daemon = self.start_daemon(config)
        self.visit(daemon)
        config.write_text(config.read_text().replace("127.0.0.1:0", daemon.address))
        self.stop(daemon)
        daemon = self.start_daemon(config)
        self.assertTrue(self.kept())
        self.assertEqual(self.visit(daemon), "full handshake")
        self.assertEqual(self.visit(daemon), "resumed")

    def test_a_daemon_that_gives_none(self):
        daemon = self.start_daemon(resumption="enabled: false")
        self.assertEqual(self.visit(daemon), "full handshake")
        self.assertEqual(self.visit(daemon), "full handshake")
        self.assertFalse(self.tickets.exists() and self.kept())


if __name__ == "__main__":
    harness.main()
