#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Two workers share one port, and every session stays with the worker it began with."""
import json

import harness
from harness import JSCAT

CLIENTS = 24
SESSIONS = 200


class Workers(harness.Story):
    def setUp(self):
        super().setUp()
        self.daemon = self.start_daemon(server="workers: 2", log="level: info")
        self.assertEqual(self.daemon.wait_ready()["workers"], 2)

    def test_many_clients(self):
        clients = [self.connect(self.daemon) for _ in range(CLIENTS)]
        for number, client in enumerate(clients):
            client.write(f"client {number}\n".encode())
        for number, client in enumerate(clients):
            client.wait_for_line(f"client {number}")
        rows = self.jsctl_json(self.daemon, "ls")["items"]
        self.assertEqual([row["id"] for row in rows], [str(n + 1) for n in range(CLIENTS)])
        # The kernel spreads by a hash of the ports: all on one side has a chance of 2 in 2^24.
        self.assertEqual({row["worker"] for row in rows}, {0, 1})
        one_of_each = {row["worker"]: row["id"] for row in rows}
        document = self.jsctl_json(self.daemon, "session", "close", *one_of_each.values())
        self.assertEqual(document["data"], {"requested": 2, "closed": 2})
        closed = [client for client in clients if client.wait_until(
            lambda client=client: client.child.poll() is not None or not client.write(b"again\n")
            and client.lines()[-1:] == ["again"], "an echo or the end") and client.child.poll()]
        self.assertEqual(len(closed), 2)
        self.stop(self.daemon)

    def test_many_sessions_of_one_socket(self):
        run = self.run_to_end(JSCAT, "send", self.daemon.address, "echo", "--pin-file",
                              self.daemon.pin_file, "--sessions", str(SESSIONS), "--bytes",
                              "20KiB", "--json")
        self.assertEqual(run.code, 0, run.describe())
        json.loads(run.stdout)
        status = self.jsctl_json(self.daemon, "status")["data"]
        self.assertEqual(status["sessions_opened"], SESSIONS)
        ids = {record["session_id"] for record in self.daemon.events("handshake.completed")}
        self.assertEqual(ids, {str(n + 1) for n in range(SESSIONS)})
        self.stop(self.daemon)


if __name__ == "__main__":
    harness.main()
