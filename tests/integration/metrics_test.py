#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The HTTP listener for metrics and health, with readers of every kind."""
import http.client
import os
import re
import signal
import socket

import harness
import one_thread
import scrape


class Metrics(scrape.Story):
    def test_it_is_off_unless_configured(self):
        daemon = self.start_daemon()
        self.assertEqual(daemon.events("metrics.listening"), [])

    def test_metrics_tell_what_happens(self):
        daemon = self.start_measured()
        connection = http.client.HTTPConnection(self.where, timeout=harness.LIMIT)
        connection.request("GET", "/metrics")
        answer = connection.getresponse()
        self.assertEqual(answer.headers["Content-Type"],
                         "text/plain; version=0.0.4; charset=utf-8")
        for line in answer.read().decode().splitlines():
            self.assertRegex(line, r'^(# (HELP|TYPE) \w+ .+|'
                                   r'\w+(\{\w+="[^"]*"(,\w+="[^"]*")?\})? \S+)$')
        before = self.series()
        self.assertEqual(before['jetstreamd_sessions{state="established"}'], 0)
        run = self.run_to_end(harness.JSCAT, "check", daemon.address, "--pin-file",
                              daemon.pin_file)
        self.assertEqual(run.code, 0, run.describe())
        self.eventually(lambda: self.series()[
            'jetstreamd_sessions_closed_total{reason="normal"}'] == 1, "the session is counted")
        after = self.series()
        self.assertEqual(after.keys(), before.keys())  # every series was there before
        self.assertEqual(after["jetstreamd_handshake_duration_seconds_count"], 1)
        self.assertGreater(after["jetstreamd_bytes_received_total"], 1200)
        for name in before:
            if re.match(r"\w+_total", name):
                self.assertGreaterEqual(after[name], before[name], name)

    def test_a_unix_socket_and_ipv6_answer_as_well(self):
        for listen in "unix:metrics.sock", "[::1]:0":
            daemon = self.start_measured(listen)
            self.assertEqual(self.get("/livez"), (200, "live\n"))
            self.stop(daemon)
            self.assertFalse((self.folder / "metrics.sock").exists())

    def test_an_address_in_use_is_a_clear_failure(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = other.getsockname()[1]
            config = self.write_config(metrics=f'listen: "127.0.0.1:{port}"')
            run = self.run_to_end(harness.JETSTREAMD, "--config", config)
            self.assertEqual(run.code, 1)
            self.assertIn(f"metrics.listen: 127.0.0.1:{port}: Address already in use", run.stderr)

    def test_nothing_else_is_answered(self):
        self.start_measured()
        for path in "/", "/admin", "/metrics/x", "/../metrics":
            self.assertEqual(self.get(path)[0], 404)
        for method in "POST", "PUT", "DELETE", "CONNECT", "BREW":
            answer = self.exchange(f"{method} /metrics HTTP/1.1\r\n\r\n".encode())
            self.assertTrue(answer.startswith(b"HTTP/1.1 405 "), answer)
        for junk in (b"\r\n\r\n", b"\x16\x03\x01\x02\x00\r\n\r\n", b"GET /metrics\r\n\r\n",
                     b"GET /metrics HTTP/1.1\r\nno field\r\n\r\n"):
            self.assertTrue(self.exchange(junk).startswith(b"HTTP/1.1 400 "))
        body = self.exchange(b"GET /metrics HTTP/1.1\r\nContent-Length: 100000\r\n\r\n"
                             + bytes(100_000))
        self.assertTrue(body.startswith(b"HTTP/1.1 413 "))
        head = self.exchange(b"HEAD /metrics HTTP/1.1\r\n\r\n")
        self.assertTrue(head.endswith(b"\r\n\r\n") and b"Content-Length: 0" not in head)
        huge = self.exchange(b"GET /metrics HTTP/1.1\r\n" + b"A: " + b"x" * 20_000)
        self.assertTrue(huge.startswith(b"HTTP/1.1 431 "), huge[:100])

    def test_a_drain_stays_live_and_is_measured_to_its_end(self):
        daemon = self.start_measured(drain="deadline: 60s, pace: 0s")
        client = self.connect(daemon)
        client.write(b"ready\n")
        client.wait_for_line("ready")
        client.signal(signal.SIGSTOP)
        self.assertEqual(self.get("/readyz")[0], 200)
        daemon.signal(signal.SIGTERM)
        daemon.wait_for_event("drain.started")
        code, body = self.get("/readyz")
        self.assertEqual(code, 503)
        self.assertIn("notice draining: stopping, no new sessions are taken", body)
        self.assertEqual(self.get("/livez")[0], 200)
        self.assertEqual(self.series()['jetstreamd_state{state="stopping"}'], 1)
        client.signal(signal.SIGCONT)
        daemon.wait_for_event("drain.finished")
        self.assertEqual(daemon.wait(), 0, daemon.describe())

    def test_hanging_loops_are_not_live_and_measured_all_the_same(self):
        daemon = self.start_measured(server="workers: 2")
        for thread, words in (("worker-1", "error worker_stalled: worker 1 has not moved for 5 s"),
                              ("jetstreamd", "error main_stalled: the main loop has not moved")):
            with one_thread.stopped(daemon.pid, thread):
                self.eventually(lambda: self.get("/livez")[0] == 503, f"{thread} is missed")
                self.assertIn(words, self.get("/livez")[1])
                self.assertEqual(self.get("/readyz")[0], 503)
                self.series()
            self.eventually(lambda: self.get("/livez")[0] == 200, f"{thread} is back")


class Moved(scrape.Story):
    def move(self, listen, code=0):
        """A reload with another place for metrics."""
        config = self.folder / "jetstreamd.yaml"
        following = self.write_config("next.yaml", metrics=f'listen: "{listen}"')
        os.replace(following, config)
        run = self.jsctl(self.daemon, "config", "reload")
        self.assertEqual(run.code, code, run.describe())
        return run

    def test_a_reload_moves_them_and_turns_them_off_and_on(self):
        self.daemon = self.start_measured()
        first = self.where
        self.assertEqual(self.get("/livez")[0], 200)
        self.move("unix:metrics.sock")
        self.where = f"unix:{self.folder}/metrics.sock"
        self.assertEqual(self.get("/livez")[0], 200)
        self.assertGreater(self.series()["jetstreamd_start_time_seconds"], 0)
        gone, self.where = self.where, first
        with self.assertRaises(OSError), self.dial():
            pass
        self.move("off")
        self.assertFalse((self.folder / "metrics.sock").exists())
        self.where = gone
        with self.assertRaises(OSError), self.dial():
            pass
        self.move("127.0.0.1:0")
        self.where = self.daemon.wait_for_event("metrics.listening", count=3)["listen"]
        self.assertEqual(self.get("/readyz")[0], 200)
        self.stop(self.daemon)

    def test_a_place_that_is_taken_changes_nothing(self):
        self.daemon = self.start_measured()
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            taken = f"127.0.0.1:{other.getsockname()[1]}"
            run = self.move(taken, code=78)
            self.assertIn(f"metrics.listen: {taken}: Address already in use", run.stderr)
            self.assertIn("jetstreamd.yaml:", run.stderr)
        self.assertEqual(self.get("/livez")[0], 200)
        # To look at what would change opens no door that stays open.
        self.where = f"unix:{self.folder}/metrics.sock"
        following = self.write_config("next.yaml", metrics='listen: "unix:metrics.sock"')
        os.replace(following, self.folder / "jetstreamd.yaml")
        self.assertIn("metrics.listen", self.jsctl(self.daemon, "config", "diff").stdout)
        self.eventually(lambda: not (self.folder / "metrics.sock").exists(), "the end of the look")


if __name__ == "__main__":
    harness.main()
