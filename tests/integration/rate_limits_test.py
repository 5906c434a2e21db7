#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Rate limits: what comes too fast waits and arrives, is told to operators, and may be off."""
import harness
from harness import JSCAT


class RateLimits(harness.Story):
    def test_what_is_too_much_waits_and_arrives(self):
        daemon = self.start_daemon(limits="session: {bytes_per_second: 400KiB}")
        data = bytes(range(256)) * 4 * 700
        echo = self.run_to_end(JSCAT, "connect", daemon.address, "echo", "--pin-file",
                               daemon.pin_file, data=data)
        self.assertEqual(echo.code, 0, echo.describe())
        self.assertEqual(bytes(echo.out), data)
        record = daemon.wait_for_event("rate_limit.exceeded")
        self.assertEqual((record["level"], record["session_id"], record["stream_id"]),
                         ("warning", "1", 1))
        self.assertIn(record["limit"], ("session_bytes_received", "session_bytes_sent"))
        # However often it waited, that is one line.
        self.assertEqual(len(daemon.events("rate_limit.exceeded")), 1)
        status = self.jsctl_json(daemon, "status")["data"]
        self.assertGreater(sum(status["rate_limit_waits"].values()), 10)
        self.assertEqual(sum(status["rate_limit_observed"].values()), 0)
        self.stop(daemon)

    def test_observing_only_counts(self):
        daemon = self.start_daemon(limits="mode: observe, session: {bytes_per_second: 1KiB}")
        data = bytes(300_000)
        echo = self.run_to_end(JSCAT, "connect", daemon.address, "echo", "--pin-file",
                               daemon.pin_file, data=data)
        self.assertEqual(bytes(echo.out), data, echo.describe())
        status = self.jsctl_json(daemon, "status")["data"]
        self.assertEqual(sum(status["rate_limit_waits"].values()), 0)
        self.assertGreater(sum(status["rate_limit_observed"].values()), 0)
        self.stop(daemon)

    def flood(self, daemon):
        """Many more small messages than limits are for, of which any may be dropped."""
        load = self.run_to_end(JSCAT, "send", daemon.address, "sink", "--pin-file",
                               daemon.pin_file, "--delivery", "best-effort", "--size", "100",
                               "--duration", "300ms")
        self.assertEqual(load.code, 0, load.describe())

    def test_they_can_be_looked_at(self):
        daemon = self.start_daemon(limits="session: {messages_per_second: 100, bytes_per_second: "
                                          "off}, global: {bytes_per_second: 100MB}")
        self.flood(daemon)
        client = self.connect(daemon)
        client.write(b"x")
        client.wait_until(lambda: client.out == b"x", "the echo")
        document = self.jsctl_json(daemon, "limit", "show")
        self.assertEqual(document["data"], {"mode": "enforce", "not_found": []})
        rows = {row["limit"]: row for row in document["items"]}
        self.assertEqual(len(rows), 8)
        self.assertEqual({row["session"] for row in rows.values()}, {None})
        messages = rows["session_messages_received"]
        self.assertEqual((messages["per_second"], messages["tokens"]), (100, None))
        self.assertGreater(messages["dropped"], 100)
        self.assertIsNone(rows["session_bytes_received"]["per_second"])
        self.assertEqual(rows["global_bytes_sent"]["per_second"], 100_000_000)
        self.assertGreater(rows["global_bytes_sent"]["tokens"], 80_000_000)
        drops = self.jsctl_json(daemon, "status")["data"]["rate_limit_drops"]
        self.assertEqual(drops["session_messages_received"], messages["dropped"])
        rows = self.jsctl_json(daemon, "limit", "show", "2")["items"]
        self.assertEqual([(row["session"], row["tokens"], row["dropped"]) for row in rows[:1]],
                         [("2", 100, 0)])
        self.assertEqual(self.jsctl(daemon, "limit", "show", "2", "99").code, 8)
        self.assertEqual(self.jsctl(daemon, "limit", "show", "99").code, 5)
        self.assertIn("off", self.jsctl(daemon, "limit", "show").stdout)

    def suggestions(self, daemon):
        rows = self.jsctl_json(daemon, "limit", "suggest")["items"]
        return {row["key"]: row for row in rows}

    def test_limits_are_suggested_by_what_was_asked_of_them(self):
        daemon = self.start_daemon(limits="mode: observe, exempt: [], session: "
                                          "{messages_per_second: 10}")
        self.flood(daemon)
        key = "limits.session.messages_per_second"
        self.eventually(lambda: self.suggestions(daemon)[key]["seen"], "a second that is over")
        rows = self.suggestions(daemon)
        self.assertEqual(len(rows), 6)
        messages = rows[key]
        self.assertEqual((messages["current"], messages["suggested"]), (10, None))
        self.assertGreater(messages["max"], 1000)
        self.assertGreater(messages["above_current"], 0.9)
        # Each session that begins is a value.
        load = self.run_to_end(JSCAT, "send", daemon.address, "--pin-file", daemon.pin_file,
                               "--mode", "idle", "--sessions", "20", "--duration", "10ms")
        self.assertEqual(load.code, 0, load.describe())
        sessions = self.suggestions(daemon)["sessions.max_per_source"]
        self.assertEqual((sessions["seen"], sessions["above_current"]), (21, 0))
        self.assertGreaterEqual(sessions["max"], 20)
        table = self.jsctl(daemon, "limit", "suggest")
        self.assertEqual(len(table.stdout.splitlines()), 7, table.describe())
        self.assertIn("are observed, not enforced", table.stderr)
        self.assertIn("a whole day tells more", table.stderr)
        self.assertEqual(table.stderr.count("too little was seen"), 1, table.describe())

    def test_a_flood_is_dropped_and_in_the_end_cut_off(self):
        daemon = self.start_daemon(limits="session: {messages_per_second: 10}")
        load = self.run_to_end(JSCAT, "send", daemon.address, "sink", "--pin-file",
                               daemon.pin_file, "--delivery", "best-effort", "--size", "50",
                               "--duration", "20s")
        self.assertEqual(load.code, 255, load.describe())
        closed = daemon.wait_for_event("session.closed")
        self.assertEqual((closed["reason"], closed["code"], closed["by"]),
                         ("rate_limit_exceeded", "rate_limited", "local"))

    def test_all_off(self):
        daemon = self.start_daemon()
        data = bytes(2_000_000)
        echo = self.run_to_end(JSCAT, "connect", daemon.address, "echo", "--pin-file",
                               daemon.pin_file, data=data)
        self.assertEqual(bytes(echo.out), data, echo.describe())
        self.assertEqual(daemon.events("rate_limit.exceeded"), [])
        self.stop(daemon)


if __name__ == "__main__":
    harness.main()
