#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the service manager hears, through a notification socket of our own."""
import signal
import socket

import harness


class Notify(harness.Story):
    def test_ready_and_stopping(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.settimeout(harness.LIMIT)
            manager.bind(str(self.folder / "notify.sock"))
            daemon = self.start_daemon(env={"NOTIFY_SOCKET": str(self.folder / "notify.sock")})
            ready = manager.recv(4096).decode().splitlines()
            self.assertEqual(ready[0], "READY=1")
            self.assertEqual(ready[1], f"STATUS=serving {daemon.address}")
            # Ready means ready: the admin socket answers from then on.
            self.assertEqual(self.jsctl(daemon, "status").code, 0)
            self.stop(daemon)
            self.assertEqual(manager.recv(4096).decode().splitlines()[0], "STOPPING=1")

    def test_a_drain_that_gets_on_asks_for_more_time(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.settimeout(harness.LIMIT)
            manager.bind(str(self.folder / "notify.sock"))
            daemon = self.start_daemon(env={"NOTIFY_SOCKET": str(self.folder / "notify.sock")},
                                       sessions="cleanup_interval: 100ms",
                                       drain="deadline: 60s, pace: 0s")
            manager.recv(4096)
            clients = [self.connect(daemon) for _ in range(2)]
            for client in clients:
                client.write(b"ready\n")
                client.wait_for_line("ready")
                client.signal(signal.SIGSTOP)
            daemon.signal(signal.SIGTERM)
            self.assertEqual(manager.recv(4096).decode().splitlines()[0], "STOPPING=1")
            clients[0].signal(signal.SIGCONT)  # hears of it and leaves
            self.assertEqual(manager.recv(4096).decode().splitlines(),
                             ["EXTEND_TIMEOUT_USEC=15000000", "STATUS=draining, 1 sessions left"])
            progress = daemon.wait_for_event("drain.progress")
            self.assertEqual(progress["sessions"], 1)
            # One of two left in so many seconds; the other may take until the deadline.
            self.assertGreater(progress["eta_ms"], 0)
            self.assertLessEqual(progress["eta_ms"], 60_000)
            clients[1].signal(signal.SIGCONT)
            self.assertEqual(daemon.wait(), 0, daemon.describe())
            # Between the two nothing moved, so nothing was asked for.
            manager.setblocking(False)
            for message in self.rest(manager):
                self.assertIn("0 sessions left", message)

    @staticmethod
    def rest(manager):
        while True:
            try:
                yield manager.recv(4096).decode()
            except BlockingIOError:
                return

    def test_a_manager_that_is_gone_does_no_harm(self):
        daemon = self.start_daemon(env={"NOTIFY_SOCKET": str(self.folder / "absent.sock")})
        self.stop(daemon)


if __name__ == "__main__":
    harness.main()
