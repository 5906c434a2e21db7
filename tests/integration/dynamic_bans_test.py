#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Bans that the daemon makes by itself: for what, of whom, until when, and who undoes them."""
import sys

import harness
from harness import INTEROP_CLIENT, JSCAT
from relay import Relay

ELSEWHERE = "127.0.0.2"
LIMITS = ("session: {messages_per_second: off, bytes_per_second: off}, "
          "global: {messages_per_second: off, bytes_per_second: off}, exempt: [\"127.0.0.1\"]")
BANS = "enabled: true, warn_at: 2, ban_at: 3, duration: 1m"


class DynamicBans(harness.Story):
    def relay(self, daemon):
        relay = Relay(daemon.port, ELSEWHERE)
        self.addCleanup(relay.end)
        return relay

    def break_a_rule(self, daemon, relay):
        return self.run_to_end(sys.executable, "-B", INTEROP_CLIENT, "--port",
                               relay.address.rpartition(":")[2], "--pin",
                               daemon.pin_file.read_text().strip(), "--misbehave")

    def show_a_strange_key(self, daemon, relay):
        return self.run_to_end(JSCAT, "connect", relay.address, "--pin-file", daemon.pin_file,
                               "--no-resume", "--identity", "other.key", "--timeout", "2s",
                               data=b"x")

    def bans(self, daemon):
        return self.jsctl_json(daemon, "ban", "list", "--origin", "auto")["items"]

    def test_who_breaks_rules_again_and_again_is_banned_for_a_while(self):
        daemon = self.start_daemon(limits=LIMITS, dynamic_bans=BANS)
        relay = self.relay(daemon)
        for _ in range(2):
            run = self.break_a_rule(daemon, relay)
            self.assertEqual(run.code, 4, run.describe())
            self.assertIn("server closed", run.stderr)
        warning = daemon.wait_for_event("ban.near")
        self.assertEqual((warning["block"], warning["count"], warning["ban_at"]),
                         (ELSEWHERE, 2, 3))
        self.assertEqual(self.bans(daemon), [])
        self.assertEqual(self.break_a_rule(daemon, relay).code, 4)
        added = daemon.wait_for_event("ban.added")
        self.assertEqual((added["block"], added["origin"]), (ELSEWHERE, "auto"))
        self.eventually(lambda: self.explained(daemon)["verdict"] == "refused", "the ban")
        row, = self.bans(daemon)
        self.assertEqual((row["block"], row["uid"], row["reason"]),
                         (ELSEWHERE, None, "3 offences within a minute"))
        self.eventually(lambda: {'jetstreamd_bans{origin="auto"} 1',
                                 "jetstreamd_dynamic_ban_evidence_total 3"}
                        <= set(self.jsctl(daemon, "metrics").stdout.splitlines()), "the metrics")
        # An operator may see that otherwise.
        self.assertEqual(self.jsctl(daemon, "ban", "clear", "--origin", "auto").code, 0)
        self.assertEqual(self.explained(daemon)["verdict"], "accepted")
        # The next one lasts twice as long.
        for _ in range(3):
            self.break_a_rule(daemon, relay)
        daemon.wait_for_event("ban.added", count=2)
        row, = self.bans(daemon)
        self.assertGreater(row["left_ms"], 60_000)

    def explained(self, daemon):
        return self.jsctl_json(daemon, "explain", ELSEWHERE)["data"]

    def test_who_fails_to_say_who_it_is_is_banned_and_others_are_not(self):
        made = self.run_to_end(JSCAT, "keygen", "client.key")
        (self.folder / "clients.keys").write_text(made.stdout)
        self.run_to_end(JSCAT, "keygen", "other.key")
        daemon = self.start_daemon(server="workers: 1, client_auth: required, "
                                          "authorized_clients_file: clients.keys",
                                   limits=LIMITS, dynamic_bans=BANS)
        relay = self.relay(daemon)
        for _ in range(3):
            run = self.show_a_strange_key(daemon, relay)
            self.assertEqual(run.code, 255, run.describe())
        self.assertEqual(daemon.wait_for_event("ban.added")["block"], ELSEWHERE)
        # Whoever is exempt from limits is from this one, too.
        for _ in range(4):
            self.run_to_end(JSCAT, "connect", daemon.address, "--pin-file", daemon.pin_file,
                            "--no-resume", "--identity", "other.key", data=b"x")
        self.assertEqual([row["block"] for row in self.bans(daemon)], [ELSEWHERE])

    def test_only_who_asks_for_it_gets_it_and_a_reload_is_enough(self):
        daemon = self.start_daemon(limits=LIMITS)
        relay = self.relay(daemon)
        for _ in range(3):
            self.break_a_rule(daemon, relay)
        self.assertEqual(self.bans(daemon), [])
        self.write_config(limits=LIMITS, dynamic_bans=BANS)
        self.assertEqual(self.jsctl(daemon, "config", "reload").code, 0)
        for _ in range(3):
            self.break_a_rule(daemon, relay)
        daemon.wait_for_event("ban.added")


if __name__ == "__main__":
    harness.main()
