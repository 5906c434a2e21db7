#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Closing all sessions that match a filter, with bounds, rehearsals and plans."""
import harness
from harness import JSCAT


class BulkClose(harness.Story):
    def setUp(self):
        super().setUp()
        self.daemon = self.start_daemon(server="workers: 2",
                                        sessions="max: 5000, max_per_source: 5000")

    def idle_clients(self, count):
        client = self.spawn(JSCAT, "send", self.daemon.address, "sink", "--pin-file",
                            self.daemon.pin_file, "--mode", "idle", "--sessions", str(count),
                            "--duration", "600s")
        self.eventually(lambda: self.sessions() >= count, f"{count} sessions")
        return client

    def sessions(self):
        return self.jsctl_json(self.daemon, "status")["data"]["sessions"]

    def close(self, *words, code=0):
        run = self.jsctl(self.daemon, "session", "close", *words)
        self.assertEqual(run.code, code, run.describe())
        return run

    def audits(self):
        return [event for event in self.daemon.events()
                if event["event"].startswith("admin.") and event.get("command") == "session.close"]

    def test_a_filter_closes_all_that_match(self):
        self.idle_clients(300)
        talker = self.connect(self.daemon)
        talker.write(b"x" * 100_000 + b"\n")
        talker.wait_until(lambda: len(talker.out) > 100_000, "the echo")
        self.assertEqual(self.close("--match", "rx_bytes < 64KiB", code=2).stdout, "")
        run = self.close("--match", "rx_bytes < 64KiB", "--yes", code=6)
        self.assertIn("300 sessions match, more than 100; none was closed", run.stderr)
        run = self.close("--match", "rx_bytes < 64KiB", "--dry-run")
        self.assertEqual(run.stderr, "300 sessions would be closed\n")
        self.assertEqual(len(run.stdout.splitlines()), 101)
        self.assertEqual(self.sessions(), 301)
        run = self.close("--match", "rx_bytes < 64KiB", "--max", "300", "--message", "too quiet",
                         "--retry-after", "30s")
        self.assertEqual(run.stderr, "closed 300 sessions\n")
        self.eventually(lambda: self.sessions() == 1, "one session left")
        self.assertEqual(self.close("--match", "rx_bytes < 64KiB", "--yes", code=5).stdout, "")
        self.assertIsNone(talker.child.poll())
        closing = self.daemon.wait_until(
            lambda: len(self.daemon.events("session.closing")) == 300, "300 closing events")
        self.assertTrue(closing)
        # The command's record says how many they were; one by one is for who looks closely.
        for name in ("session.closing", "session.closed"):
            levels = {event["level"] for event in self.daemon.events(name)}
            self.assertEqual(levels, {"debug"}, name)
        affected = [record["affected"] for record in self.audits()]
        self.assertEqual(affected, [0, 0, 300, 0])
        row = self.jsctl_json(self.daemon, "session", "closed", "--limit", "1")["items"][0]
        self.assertRegex(row["cause"], r"^admin:\d+$")
        self.assertEqual((row["code"], row["message"]), ("admin_close", "too quiet"))

    def test_a_plan_is_applied_unless_more_match(self):
        self.idle_clients(5)
        document = self.jsctl_json(self.daemon, "session", "close", "--match", "id <= 5", "--plan")
        token = document["data"]["token"]
        self.assertEqual((document["data"]["requested"], len(document["items"])), (5, 5))
        self.close("2")
        run = self.close("--apply", token)
        self.assertIn("closed 4 sessions; 1 had ended", run.stderr)
        self.eventually(lambda: self.sessions() == 0, "no sessions left")
        self.close("--apply", token, code=5)
        self.idle_clients(3)
        run = self.close("--match", "streams_open = 0", "--plan")
        token = run.stderr.split("--apply ")[1].strip()
        self.idle_clients(4)
        self.eventually(lambda: self.sessions() >= 7, "more sessions")
        run = self.close("--apply", token, code=6)
        self.assertIn("matches now and is not in the plan", run.stderr)
        self.assertEqual(self.sessions(), 7)

    def test_a_silent_close_tells_the_peer_nothing(self):
        client = self.connect(self.daemon)
        client.write(b"hello\n")
        client.wait_for_line("hello")
        self.close("1", "--silent")
        self.assertEqual(self.sessions(), 0)
        self.assertIsNone(client.child.poll())
        # Its next packet is answered by a reset, once the daemon has forgotten the session.
        self.eventually(lambda: self.has_ended(client), "the reset")
        self.assertEqual(client.wait(), 255)

    def has_ended(self, client):
        try:
            client.write(b"x")
        except BrokenPipeError:
            pass
        return client.child.poll() is not None


if __name__ == "__main__":
    harness.main()
