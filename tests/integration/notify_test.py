#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the service manager hears, through a notification socket of our own."""
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

    def test_a_manager_that_is_gone_does_no_harm(self):
        daemon = self.start_daemon(env={"NOTIFY_SOCKET": str(self.folder / "absent.sock")})
        self.stop(daemon)


if __name__ == "__main__":
    harness.main()
