#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""From the first hello to the last goodbye: clients, sessions, streams, and a daemon that stops."""
import os
import pty
import signal

import harness
from harness import JSCAT, UDP_PROXY


class Lifecycle(harness.Story):
    def setUp(self):
        super().setUp()
        self.daemon = self.start_daemon(sessions="cleanup_interval: 100ms")

    def sessions(self):
        return self.jsctl_json(self.daemon, "ls")["items"]

    def connected(self, **options):
        client = self.connect(self.daemon, **options)
        client.write(b"ready\n")
        client.wait_for_line("ready")
        return client

    def test_echo_until_both_sides_are_done(self):
        client = self.connect(self.daemon)
        client.write(b"first\n")
        client.wait_for_line("first")
        client.write(b"last, without an end of line")
        client.close_input()
        self.assertEqual(client.wait(), 0, client.describe())
        self.assertEqual(client.stdout, "first\nlast, without an end of line")
        self.assertEqual(client.stderr, "")
        closed = self.daemon.wait_for_event("session.closed", session_id="1")
        self.assertEqual((closed["reason"], closed["by"]), ("normal", "peer"))

    def test_nothing_to_say(self):
        run = self.run_to_end(JSCAT, "connect", self.daemon.address, "--pin-file",
                              self.daemon.pin_file)
        self.assertEqual((run.code, run.stdout, run.stderr), (0, "", ""))

    def test_messages(self):
        data = b"one\n\nthree\n" + b"x" * 100000 + b"\n"
        client = self.run_to_end(JSCAT, "connect", self.daemon.address, "--pin-file",
                                 self.daemon.pin_file, "--framing", "messages", data=data)
        self.assertEqual((client.code, client.stderr), (0, ""))
        self.assertEqual(bytes(client.out), data)

    def test_three_clients_at_the_same_time(self):
        clients = [self.connected() for _ in range(3)]
        self.assertEqual([item["id"] for item in self.sessions()], ["1", "2", "3"])
        for number, client in enumerate(clients):
            client.write(f"of client {number}\n".encode())
        for number, client in enumerate(clients):
            client.wait_for_line(f"of client {number}")
            client.close_input()
            self.assertEqual(client.wait(), 0, client.describe())
        for number in ("1", "2", "3"):
            self.daemon.wait_for_event("session.closed", session_id=number)
        status = self.jsctl_json(self.daemon, "status")["data"]
        self.assertEqual((status["sessions"], status["sessions_opened"]), (0, 3))
        self.assertEqual(status["sessions_closed"]["normal"], 3)

    def test_three_streams_of_one_session(self):
        run = self.run_to_end(JSCAT, "send", self.daemon.address, "echo", "--pin-file",
                              self.daemon.pin_file, "--mode", "bulk", "--streams", "3", "--bytes",
                              "100KiB", "--json")
        self.assertEqual(run.code, 0, run.describe())
        opened = self.daemon.wait_for_events("stream.opened", 3, session_id="1", service="echo")
        self.assertEqual(sorted(record["stream_id"] for record in opened), [1, 3, 5])
        self.assertEqual(len(self.daemon.events("handshake.completed")), 1)

    def test_forced_close_of_one_leaves_the_others(self):
        first, second = self.connected(), self.connected()
        self.assertEqual(self.jsctl(self.daemon, "session", "close", "1").code, 0)
        self.assertEqual(first.wait(), 255)
        self.assertIn("going_away", first.stderr)
        second.write(b"still here\n")
        second.wait_for_line("still here")
        self.daemon.wait_for_event("session.closed", session_id="1", by="local")
        self.assertEqual([item["id"] for item in self.sessions()], ["2"])
        self.eventually(lambda: self.jsctl(self.daemon, "session", "show", "1").code == 5,
                        "the record of session 1 being freed")

    def test_sigterm_tells_every_client(self):
        clients = [self.connected() for _ in range(3)]
        self.stop(self.daemon)
        for client in clients:
            self.assertEqual(client.wait(), 255)
            self.assertIn("is going away", client.stderr)
            self.assertIn("standard input was not read to its end", client.stderr)
        self.assertEqual(self.daemon.events("drain.started")[0]["sessions"], 3)
        self.assertEqual(self.daemon.events("drain.finished")[0]["sessions"], 0)
        # Whoever was faster: both sides had all they wanted.
        self.assertLessEqual({record["reason"] for record in self.daemon.events("session.closed")},
                             {"going_away", "normal"})
        self.assertEqual(len(self.daemon.events("session.closed")), 3)
        self.assertEqual(self.daemon.events()[-1]["event"], "daemon.stopped")
        self.assertFalse(self.daemon.socket.exists())

    def test_sigterm_under_load(self):
        busy = self.spawn(JSCAT, "send", self.daemon.address, "echo", "--pin-file",
                          self.daemon.pin_file, "--sessions", "8", "--streams", "4", "--duration",
                          "60s")
        self.daemon.wait_for_event("stream.opened", count=32)
        self.stop(self.daemon)
        self.assertEqual(busy.wait(), 255)
        self.assertIn("is going away", busy.stderr)
        closed = self.daemon.events("session.closed")
        self.assertEqual(len(closed), 8)
        self.assertLessEqual({record["reason"] for record in closed}, {"going_away", "normal"})

    def test_sigint_is_the_same(self):
        client = self.connected()
        self.daemon.signal(signal.SIGINT)
        self.assertEqual(self.daemon.wait(), 0)
        self.assertEqual(client.wait(), 255)
        self.assertIn("is going away", client.stderr)

    def test_ctrl_c_at_a_terminal_waits_for_nobody(self):
        self.stop(self.daemon)
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        self.daemon = self._kept(harness.Daemon(self.folder, self.write_config(), stdin=theirs))
        os.close(theirs)
        self.daemon.wait_ready()
        client = self.connected()
        self.daemon.signal(signal.SIGINT)
        self.assertEqual(self.daemon.wait(), 0, self.daemon.describe())
        self.assertEqual(self.daemon.events("drain.started"), [])
        self.assertEqual(client.wait(), 255, client.describe())
        self.assertIn("the server is shutting down", client.stderr)

    def test_sighup_does_nothing(self):
        client = self.connected()
        self.daemon.signal(signal.SIGHUP)
        self.daemon.wait_for_event("config.reloaded", cause="signal")
        client.write(b"still here\n")
        client.wait_for_line("still here")

    def test_a_second_sigterm_ends_at_once(self):
        # A client that is stopped, far away: closing it in order takes the daemon a second.
        proxy = self.spawn(UDP_PROXY, "--to", self.daemon.address, "--delay", "250")
        address = proxy.wait_for_line(":")
        client = self.connected(address=address)
        client.signal(signal.SIGSTOP)
        self.daemon.signal(signal.SIGTERM)
        self.daemon.wait_for_event("daemon.stopping")
        self.assertIsNone(self.daemon.child.poll())
        self.daemon.signal(signal.SIGTERM)
        self.assertEqual(self.daemon.wait(), 0)
        stopped = self.daemon.wait_for_event("daemon.stopped")
        self.assertEqual(stopped["sessions"], 1, "sessions that had not finished closing")


if __name__ == "__main__":
    harness.main()
