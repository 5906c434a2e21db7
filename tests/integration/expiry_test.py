#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Clients that vanish: the daemon finds out by silence, and forgets them."""
import signal

import harness

SESSIONS = "timeout: 1s, cleanup_interval: 100ms"


class Expiry(harness.Story):
    def vanished(self, sessions):
        """A daemon whose only client was killed after its echo had come back."""
        daemon = self.start_daemon(sessions=sessions)
        client = self.connect(daemon)
        client.write(b"hello\n")
        client.wait_for_line("hello")
        client.signal(signal.SIGKILL)
        client.wait()
        return daemon

    def metric(self, daemon, name):
        lines = self.jsctl(daemon, "metrics").stdout.splitlines()
        return float(dict(line.rsplit(" ", 1) for line in lines)["jetstreamd_" + name])

    def test_by_timeout(self):
        daemon = self.vanished(SESSIONS)
        daemon.wait_for_event("session.expired", session_id="1")
        closed = daemon.wait_for_event("session.closed", session_id="1")
        self.assertEqual((closed["reason"], closed["code"], closed["by"]),
                         ("timeout", "idle_timeout", "local"))
        status = self.jsctl_json(daemon, "status")["data"]
        self.assertEqual((status["sessions"], status["sessions_expired"]), (0, 1))
        self.assertEqual(status["sessions_closed"]["timeout"], 1)
        self.eventually(lambda: self.jsctl_json(daemon, "ls")["items"] == [],
                        "the record of the session being freed")
        self.eventually(lambda: self.metric(daemon, "cleanup_lag_seconds_count") == 1,
                        "the expired session being counted")
        # How late it was on top of the second that expiry may take is the machine's affair.
        self.assertGreaterEqual(self.metric(daemon, "cleanup_lag_seconds_sum"), 0)
        self.assertEqual(self.metric(daemon, "cleanup_duration_seconds_count"), 1)
        self.assertGreater(self.metric(daemon, "cleanup_duration_seconds_sum"), 0)

    def test_by_unanswered_heartbeats(self):
        daemon = self.vanished("timeout: 30s, heartbeat_enabled: true, heartbeat_interval: 200ms, "
                               "heartbeat_timeout_count: 2")
        closed = daemon.wait_for_event("session.closed", session_id="1")
        self.assertEqual((closed["reason"], closed["code"]), ("timeout", "heartbeat_timeout"))
        self.assertGreaterEqual(len(daemon.events("heartbeat.sent", session_id="1")), 2)

    def test_heartbeats_keep_a_silent_session(self):
        # Of the two sides only the daemon sends heartbeats on its own in time.
        daemon = self.start_daemon(sessions=SESSIONS + ", heartbeat_enabled: true, "
                                                       "heartbeat_interval: 200ms")
        client = self.connect(daemon)
        client.write(b"hello\n")
        client.wait_for_line("hello")
        daemon.wait_for_event("heartbeat.sent", count=8, session_id="1")
        self.assertEqual(daemon.events("session.expired"), [])
        item = self.jsctl_json(daemon, "session", "show", "1")["items"][0]
        self.assertGreaterEqual(item["heartbeats_answered"], 7)
        client.close_input()
        self.assertEqual(client.wait(), 0, client.describe())


if __name__ == "__main__":
    harness.main()
