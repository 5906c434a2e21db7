#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Looking at sessions: filters, orders, pages and the forms of output, against running daemons."""
import csv
import io
import json
import threading

import harness
from harness import JSCAT


class Sessions(harness.Story):
    def idle_clients(self, daemon, count, *words):
        """One process with that many sessions that do nothing."""
        return self.spawn(JSCAT, "send", daemon.address, "sink", "--pin-file", daemon.pin_file,
                          "--mode", "idle", "--sessions", str(count), "--duration", "600s", *words)

    def have_sessions(self, daemon, count):
        self.eventually(
            lambda: self.jsctl_json(daemon, "status")["data"]["sessions"] == count,
            f"{count} sessions")

    def ids(self, daemon, *words):
        document = self.jsctl_json(daemon, "session", "list", *words)
        return [int(row["id"]) for row in document["items"]]

    def test_filters_by_every_kind_of_field(self):
        daemon = self.start_daemon()
        self.idle_clients(daemon, 3)
        self.have_sessions(daemon, 3)
        talker = self.connect(daemon)
        talker.write(b"x" * 100_000 + b"\n")
        talker.wait_until(lambda: len(talker.out) > 100_000, "the echo")
        self.assertEqual(self.ids(daemon), [1, 2, 3, 4])
        self.assertEqual(self.ids(daemon, "rx_bytes > 64KiB"), [4])
        self.assertEqual(self.ids(daemon, "streams_open=0", "and", "id", "in", "(2, 3, 4)"), [2, 3])
        self.assertEqual(self.ids(daemon, "peer in 127.0.0.0/8 and not id < 3"), [3, 4])
        self.assertEqual(self.ids(daemon, "age < 1h and idle_ms < 1h and state = established"),
                         [1, 2, 3, 4])
        self.assertEqual(self.ids(daemon, "peer in 10.0.0.0/8"), [])
        self.assertEqual(self.ids(daemon, "created_at < 2020-01-01T00:00:00Z"), [])
        self.assertEqual(self.ids(daemon, "--sort", "-rx_bytes", "--limit", "1"), [4])
        self.assertEqual(self.ids(daemon, "--sort", "-id"), [4, 3, 2, 1])
        document = self.jsctl_json(daemon, "ls", "id > 1", "--limit", "2")
        self.assertEqual((document["data"]["count"], document["data"]["table_size"]), (2, 4))
        self.assertEqual(document["data"]["cursor"], "3")

    def test_a_wrong_filter_is_pointed_at(self):
        daemon = self.start_daemon()
        run = self.jsctl(daemon, "session", "list", "state=established and idlle>5m")
        self.assertEqual((run.code, run.stdout), (2, ""))
        lines = run.stderr.splitlines()
        self.assertEqual(lines[0], 'jsctl: there is no field "idlle"')
        self.assertEqual(lines[1].index("idlle"), lines[2].index("^"))
        self.assertIn('did you mean "idle"?', lines[-1])

    def test_forms_of_output(self):
        daemon = self.start_daemon()
        self.idle_clients(daemon, 2)
        self.have_sessions(daemon, 2)
        run = self.jsctl(daemon, "ls", "-o", "ndjson")
        self.assertEqual([json.loads(line)["id"] for line in run.stdout.splitlines()], ["1", "2"])
        run = self.jsctl(daemon, "ls", "-o", "csv", "--columns", "id,state")
        rows = list(csv.reader(io.StringIO(run.stdout)))
        self.assertEqual(rows, [["id", "state"], ["1", "established"], ["2", "established"]])
        run = self.jsctl(daemon, "ls", "-o", "wide", "--no-header")
        self.assertEqual(len(run.stdout.splitlines()), 2)
        self.assertIn("aes-256-gcm", run.stdout)
        run = self.jsctl(daemon, "ls", "--columns", "age_ms,id")
        self.assertEqual(run.stdout.split()[:2], ["AGE", "ID"])
        self.assertEqual(self.jsctl(daemon, "ls", "--columns", "nonsense").code, 2)

    def test_ended_sessions_by_filter_with_what_happened_to_them(self):
        daemon = self.start_daemon(sessions="closed_history: 3")
        client = self.connect(daemon)
        client.write(b"hello\n")
        client.wait_for_line("hello")
        client.close_input()
        self.assertEqual(client.wait(), 0)
        other = self.connect(daemon, service="nonsense")
        self.assertNotEqual(other.wait(), 0)
        client = self.connect(daemon)
        client.write(b"hello\n")
        client.wait_for_line("hello")
        self.assertEqual(self.jsctl(daemon, "session", "close", "3").code, 0)
        self.eventually(lambda: len(self.closed(daemon)) == 3, "three ended sessions")
        by_peer = self.closed(daemon, "cause = peer and id = 1")
        self.assertEqual([row["id"] for row in by_peer], ["1"])
        self.assertEqual([entry["event"] for entry in by_peer[0]["trail"]],
                         ["opened", "stream_opened", "stream_closed", "closed"])
        self.assertEqual(by_peer[0]["trail"][1]["detail"], 1)
        events = [entry["event"] for entry in self.closed(daemon, "id = 2")[0]["trail"]]
        self.assertIn("stream_refused", events)
        by_admin = self.closed(daemon, "cause ~ admin:*")
        self.assertEqual([row["id"] for row in by_admin], ["3"])
        self.assertEqual(len(self.closed(daemon, "--since", "1h")), 3)
        self.assertEqual(self.closed(daemon, "--since", "1ms"), [])
        self.assertEqual(self.jsctl(daemon, "session", "closed", "cuase = peer").code, 2)
        # The oldest one makes room.
        self.connect(daemon, service="nonsense").wait()
        self.eventually(lambda: self.closed(daemon)[0]["id"] == "4", "the fourth")
        self.assertEqual([row["id"] for row in self.closed(daemon)], ["4", "3", "2"])

    def closed(self, daemon, *words):
        return self.jsctl_json(daemon, "session", "closed", *words)["items"]

    def test_pages_while_sessions_open_and_close(self):
        """Nothing that stays is missed, and nothing is shown twice."""
        daemon = self.start_daemon(server="workers: 2", sessions="max: 5000, max_per_source: 5000")
        self.idle_clients(daemon, 1500)
        self.have_sessions(daemon, 1500)
        staying = set(self.ids(daemon, "--all"))
        self.assertEqual(len(staying), 1500)
        over = threading.Event()

        def churn():
            while not over.is_set():
                self.run_to_end(JSCAT, "send", daemon.address, "sink", "--pin-file",
                                daemon.pin_file, "--mode", "handshakes", "--sessions", "50")

        churning = threading.Thread(target=churn)
        churning.start()
        try:
            for limit in (7, 50, 333):
                seen, words = [], []
                while words is not None:
                    document = self.jsctl_json(daemon, "ls", "--limit", str(limit), *words)
                    seen += [int(row["id"]) for row in document["items"]]
                    cursor = document["data"]["cursor"]
                    words = ["--cursor", cursor] if cursor else None
                self.assertEqual(seen, sorted(set(seen)))
                self.assertLessEqual(staying, set(seen))
        finally:
            over.set()
            churning.join()
        self.assertGreater(self.jsctl_json(daemon, "status")["data"]["sessions_opened"], 1550)


if __name__ == "__main__":
    harness.main()
