#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Two workers share one port, and every session stays with the worker it began with."""
import json
import re

import harness
from harness import JSCAT

CLIENTS = 24
SESSIONS = 200
SESSION = re.compile(r"session (\d+)")


class Workers(harness.Story):
    def setUp(self):
        super().setUp()
        self.daemon = self.start_daemon(server="workers: 2", log="level: info")
        self.assertEqual(self.daemon.wait_ready()["workers"], 2)

    def test_many_clients(self):
        started = [self.connect(self.daemon, "-v") for _ in range(CLIENTS)]
        clients = {}
        for number, client in enumerate(started):
            client.write(f"client {number}\n".encode())
            client.wait_for_line(f"client {number}")
            # Two pipes: the echo may be read before what was written first.
            named = client.wait_for_line("session ", stream="err")
            clients[SESSION.search(named)[1]] = client
        rows = self.jsctl_json(self.daemon, "ls")["items"]
        self.assertEqual([row["id"] for row in rows], [str(n + 1) for n in range(CLIENTS)])
        # The kernel spreads by a hash of the ports: all on one side has a chance of 2 in 2^24.
        self.assertEqual({row["worker"] for row in rows}, {0, 1})

        one_of_each = {row["worker"]: row["id"] for row in rows}.values()
        document = self.jsctl_json(self.daemon, "session", "close", *one_of_each)
        self.assertEqual((document["data"]["requested"], document["data"]["closed"]), (2, 2))
        for number, client in clients.items():
            if number in one_of_each:
                self.assertEqual(client.wait(), 255)
                continue
            client.write(b"last\n")
            client.close_input()
            self.assertEqual(client.wait(), 0, client.describe())
            self.assertEqual(client.lines()[1:], ["last"])
        self.stop(self.daemon)

    def test_many_sessions_of_one_socket(self):
        run = self.run_to_end(JSCAT, "send", self.daemon.address, "echo", "--pin-file",
                              self.daemon.pin_file, "--sessions", str(SESSIONS), "--bytes",
                              "20KiB", "--json")
        self.assertEqual(run.code, 0, run.describe())
        json.loads(run.stdout)
        status = self.jsctl_json(self.daemon, "status")["data"]
        self.assertEqual(status["sessions_opened"], SESSIONS)
        self.daemon.wait_for_event("handshake.completed", count=SESSIONS)
        ids = {record["session_id"] for record in self.daemon.events("handshake.completed")}
        self.assertEqual(ids, {str(n + 1) for n in range(SESSIONS)})
        self.stop(self.daemon)


if __name__ == "__main__":
    harness.main()
