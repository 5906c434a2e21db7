#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A daemon that is drained: who is told, what still goes through, and how it ends."""
import re
import signal
import socket
import threading

import harness
from harness import JSCAT, JSCTL
from relay import Relay


class Drain(harness.Story):
    def start(self, drain="deadline: 60s, pace: 0s"):
        self.daemon = self.start_daemon(sessions="cleanup_interval: 100ms", drain=drain)

    def connected(self, *words):
        client = self.connect(self.daemon, *words)
        client.write(b"ready\n")
        client.wait_for_line("ready")
        return client

    def status(self):
        return self.jsctl_json(self.daemon, "drain", "status")["data"]

    def test_a_stop_in_the_middle_of_a_transfer_loses_nothing(self):
        self.start()
        client = self.connected("--stats")

        def write():
            try:
                client.write(b"x" * 50_000_000)
            except BrokenPipeError:
                pass

        writer = threading.Thread(target=write)
        writer.start()
        self.eventually(lambda: len(client.out) > 100_000, "a part of the echo")
        self.daemon.signal(signal.SIGTERM)
        self.assertEqual(client.wait(), 255)
        writer.join()
        self.assertEqual(self.daemon.wait(), 0)
        sent, received = re.search(r"sent (\d+) bytes .* received (\d+) bytes",
                                   client.stderr).groups()
        self.assertEqual(sent, received)
        self.assertEqual(len(client.out), int(received))
        self.assertIn("is going away", client.stderr)

    def test_start_refuses_cancel_takes_again(self):
        self.start("deadline: 60s, pace: 0s, retry_after: 90s")
        client = self.connected()
        client.signal(signal.SIGSTOP)
        start = self.jsctl_json(self.daemon, "drain", "start")["data"]
        self.assertEqual((start["state"], start["deadline_ms"]), ("draining", 60000))
        late = self.jsctl(self.daemon, "wait", "ready", "--timeout", "100ms")
        self.assertNotEqual(late.code, 0, late.describe())
        self.assertEqual(self.jsctl(self.daemon, "drain", "start").code, 6)
        self.assertEqual(self.jsctl_json(self.daemon, "status")["data"]["state"], "draining")
        refused = self.run_to_end(JSCAT, "connect", self.daemon.address, "--pin-file",
                                  self.daemon.pin_file)
        self.assertEqual(refused.code, 255)
        self.assertIn("going_away", refused.stderr)
        self.assertIn("again in 90", refused.stderr)
        self.assertEqual(self.jsctl(self.daemon, "drain", "cancel").code, 0)
        self.assertEqual(self.status()["state"], "running")
        self.assertEqual(self.jsctl(self.daemon, "drain", "cancel").code, 6)
        welcome = self.connected()
        welcome.close_input()
        self.assertEqual(welcome.wait(), 0, welcome.describe())
        self.daemon.wait_for_event("drain.cancelled", cause="admin socket")
        client.signal(signal.SIGCONT)

    def test_drained_it_stays_until_it_is_stopped(self):
        self.start()
        client = self.connected()
        waiting = self.spawn(JSCTL, "--socket", self.daemon.socket, "drain", "start", "--wait")
        self.assertEqual(client.wait(), 255)
        self.assertEqual(waiting.wait(), 0)
        self.assertIn("drained: 0 of 1 sessions left", waiting.stdout)
        self.assertEqual(self.jsctl_json(self.daemon, "status")["data"]["state"], "drained")
        stopping = self.jsctl(self.daemon, "stop", "--wait")
        self.assertEqual(stopping.code, 0, stopping.describe())
        self.assertEqual(self.daemon.wait(), 0)

    def test_clients_hear_when_and_where_to_come_back(self):
        self.start()
        clients = [self.connected() for _ in range(3)]
        start = self.jsctl(self.daemon, "drain", "start", "--retry-after", "100s", "--alternate",
                           "[2001:db8::7]:8080", "--wait")
        self.assertEqual(start.code, 0, start.describe())
        times = []
        for client in clients:
            self.assertEqual(client.wait(), 255)
            self.assertIn("[2001:db8::7]:8080", client.stderr)
            times.append(int(re.search(r"again in (\d+)", client.stderr).group(1)))
        self.assertEqual(len(set(times)), 3, times)
        for time in times:
            self.assertTrue(100 <= time < 150, times)
        refused = self.run_to_end(JSCAT, "connect", self.daemon.address, "--pin-file",
                                  self.daemon.pin_file)
        self.assertIn("again in 100", refused.stderr)
        self.assertIn("[2001:db8::7]:8080", refused.stderr)

    def test_a_few_sessions_may_be_left_and_the_daemon_goes(self):
        self.start()
        clients = [self.connected() for _ in range(3)]
        clients[0].signal(signal.SIGSTOP)
        start = self.jsctl(self.daemon, "drain", "start", "--sessions-left", "1", "--then", "exit")
        closing = self.daemon.wait_for_event("session.closing")
        self.assertEqual(closing["level"], "info")
        self.assertEqual(start.code, 0, start.describe())
        self.assertIn("then it exits", start.stdout)
        self.assertEqual(self.daemon.wait(), 0)
        clients[0].signal(signal.SIGCONT)
        for client in clients:
            self.assertEqual(client.wait(), 255)

    def many(self, count):
        self.daemon = self.start_daemon(server="workers: 1",
                                        sessions="cleanup_interval: 100ms, max_per_source: 5000",
                                        drain="deadline: 60s, pace: 0s")
        client = self.spawn(JSCAT, "send", self.daemon.address, "sink", "--pin-file",
                            self.daemon.pin_file, "--mode", "idle", "--sessions", str(count),
                            "--duration", "600s")
        self.eventually(lambda: self.jsctl_json(self.daemon, "status")["data"]["sessions"] == count,
                        f"{count} sessions")
        return client

    def levels(self, event):
        return {one["level"] for one in self.daemon.events(event)}

    def test_of_very_many_the_log_has_the_sum(self):
        self.many(101)
        self.assertEqual(self.jsctl(self.daemon, "drain", "start", "--then", "exit").code, 0)
        self.assertEqual(self.daemon.wait(), 0)
        self.assertEqual(self.daemon.events("drain.started")[0]["sessions"], 101)
        for event in ("session.closing", "session.closed"):
            self.assertEqual(len(self.daemon.events(event)), 101)
            self.assertEqual(self.levels(event), {"debug"}, event)

    def test_of_very_many_that_a_stop_closes_too(self):
        self.many(101)
        self.assertEqual(self.jsctl(self.daemon, "stop", "--now").code, 0)
        self.assertEqual(self.daemon.wait(), 0)
        self.assertEqual(self.daemon.events("daemon.stopped")[0]["closed"], 101)
        self.assertEqual(self.levels("session.closing"), {"debug"})
        self.assertEqual(self.levels("session.closed"), {"debug"})

    def test_a_hold_ends_by_itself(self):
        self.start()
        start = self.jsctl_json(self.daemon, "drain", "start", "--for", "1s")["data"]
        self.assertEqual(start["then"], "hold")
        self.assertLessEqual(start["hold_left_ms"], 1000)
        self.assertIn(self.status()["state"], ("draining", "drained"))
        self.daemon.wait_for_event("drain.cancelled", cause="time")
        self.assertEqual(self.status()["state"], "running")
        self.assertIsNone(self.status()["hold_left_ms"])
        welcome = self.connected()
        welcome.close_input()
        self.assertEqual(welcome.wait(), 0, welcome.describe())

    def test_a_stop_is_not_held_up(self):
        self.start()
        self.assertEqual(self.jsctl(self.daemon, "drain", "start", "--for", "1s").code, 0)
        client = self.spawn(JSCTL, "--socket", self.daemon.socket, "stop", "--wait")
        self.assertEqual(client.wait(), 0, client.describe())
        self.assertEqual(self.daemon.wait(), 0)
        self.assertEqual(self.daemon.events("drain.cancelled"), [])

    def test_handshakes_that_nobody_goes_on_with_hold_no_stop_up(self):
        daemon = self.start_daemon(handshake="timeout: 1m", drain="deadline: 10m, pace: 0s")
        relay = Relay(daemon.port)
        self.addCleanup(relay.end)
        client = self.connect(daemon, address=relay.address)
        client.write(b"ready\n")
        client.wait_for_line("ready")
        client.close_input()
        self.assertEqual(client.wait(), 0, client.describe())
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.sendto(relay.last_flight()[0], ("127.0.0.1", daemon.port))
            stranger.settimeout(harness.LIMIT)
            stranger.recv(65536)  # answered, so it is remembered
            self.stop(daemon)
        # It did not end because the handshake had failed.
        self.assertEqual([summary for summary in daemon.events("drops.summary")
                          if summary["handshakes_failed"]], [])

    def test_a_stop_is_not_cancelled(self):
        self.start("deadline: 60s, pace: 0s, retry_after: 90s")
        client = self.connected()
        client.signal(signal.SIGSTOP)
        self.assertEqual(self.jsctl(self.daemon, "drain", "start", "--for", "10m").code, 0)
        self.assertEqual(self.jsctl(self.daemon, "stop").code, 0)
        for word in ("cancel", "start"):
            refused = self.jsctl(self.daemon, "drain", word)
            self.assertEqual(refused.code, 6, refused.describe())
            self.assertIn("jetstreamd is stopping", refused.stderr)
            self.assertIn("nothing cancels a stop", refused.stderr)
        status = self.status()
        self.assertEqual((status["state"], status["then"], status["sessions_left"]),
                         ("stopping", "exit", 1))
        self.assertIsNone(status["hold_left_ms"])
        late = self.run_to_end(JSCAT, "connect", self.daemon.address, "--pin-file",
                               self.daemon.pin_file)
        self.assertIn("going_away", late.stderr)
        client.signal(signal.SIGCONT)
        self.assertEqual(client.wait(), 255)
        self.assertEqual(self.daemon.wait(), 0)
        self.assertEqual(self.daemon.events("drain.cancelled"), [])

    def test_an_ordered_pace_holds_however_few_sessions_there_are(self):
        self.start("deadline: 5m, pace: 0s")
        clients = [self.connected() for _ in range(2)]
        refused = self.jsctl(self.daemon, "drain", "start", "--pace", "10s", "--deadline", "5s")
        self.assertEqual(refused.code, 2, refused.describe())
        # The second one's turn is after half of it.
        self.jsctl_json(self.daemon, "drain", "start", "--pace", "4m")
        self.daemon.wait_for_event("session.closing")
        self.eventually(lambda: self.status()["elapsed_ms"] > 500, "some steps of the usual pace")
        self.assertEqual(len(self.daemon.events("session.closing")), 1)
        self.assertEqual(self.jsctl(self.daemon, "drain", "cancel").code, 0)
        for client in clients:
            client.close_input()
            client.wait()

    def test_the_deadline_ends_what_does_not_end(self):
        self.start("deadline: 1s, pace: 0s")
        client = self.connected()
        client.signal(signal.SIGSTOP)
        self.daemon.signal(signal.SIGTERM)
        self.assertEqual(self.daemon.wait(), 0)
        client.signal(signal.SIGCONT)
        self.assertEqual(client.wait(), 255)

    def test_what_has_ended_is_remembered(self):
        self.start()
        client = self.connected()
        client.close_input()
        self.assertEqual(client.wait(), 0)
        other = self.connected()
        close = ["session", "close", "2", "--reason", "internal_error"]
        self.assertEqual(self.jsctl(self.daemon, *close, "--message", "by\u00fc hand").code, 0)
        other.wait()
        document = self.jsctl_json(self.daemon, "session", "closed")
        rows = document["items"]
        self.assertEqual([row["id"] for row in rows], ["2", "1"])
        self.assertEqual((rows[0]["reason"], rows[0]["code"], rows[0]["by"], rows[0]["message"]),
                         ("internal_error", "admin_close", "local", "by\u00fc hand"))
        self.assertEqual((rows[1]["reason"], rows[1]["by"]), ("normal", "peer"))
        self.assertGreater(rows[1]["rx_bytes"], 0)
        self.assertEqual(document["data"], {"count": 2, "remembered": 2, "cursor": None})
        newest = self.jsctl(self.daemon, "session", "closed", "--limit", "1")
        table = newest.stdout.splitlines()
        self.assertEqual(table[0].split()[:2], ["ID", "PEER"])
        self.assertEqual(len(table), 2)
        self.assertIn("1 of 2 shown; use --all or --cursor ", newest.stderr)
        rest = self.jsctl_json(self.daemon, "session", "closed", "--limit", "1", "--cursor",
                               newest.stderr.split()[-1])
        self.assertEqual(([row["id"] for row in rest["items"]], rest["data"]["cursor"]),
                         (["1"], None))
        self.assertEqual(self.jsctl_json(self.daemon, "session", "closed", "--all")["items"], rows)
        # The list of sessions is of those there are.
        self.eventually(lambda: self.jsctl_json(self.daemon, "ls")["items"] == [], "an empty list")


if __name__ == "__main__":
    harness.main()
