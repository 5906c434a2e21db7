#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The service manager's watchdog: it hears of the daemon as long as every worker gets on, and of a
worker that hangs nothing any more."""
import contextlib
import signal
import socket

import harness
import one_thread

# WATCHDOG_USEC as the service manager sets it; the daemon tells four times within.
PATIENCE = 4.0


class Watchdog(harness.Story):
    @contextlib.contextmanager
    def manager(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.settimeout(harness.LIMIT)
            manager.bind(str(self.folder / "notify.sock"))
            yield manager

    def start_watched(self, **sections):
        return self.start_daemon(env={"NOTIFY_SOCKET": str(self.folder / "notify.sock"),
                                      "WATCHDOG_USEC": str(int(PATIENCE * 1e6))}, **sections)

    @staticmethod
    def wait_for(manager, text):
        while text not in (message := manager.recv(4096).decode()):
            pass
        return message

    def silent_for(self, manager, seconds):
        """Fails if the manager hears that all is well within this time."""
        manager.settimeout(seconds)
        with self.assertRaises(TimeoutError):
            self.wait_for(manager, "WATCHDOG=1")
        manager.settimeout(harness.LIMIT)

    def test_it_hears_again_and_again_that_all_is_well(self):
        with self.manager() as manager:
            daemon = self.start_watched(server="workers: 2")
            for _ in range(3):
                self.wait_for(manager, "WATCHDOG=1")
            self.stop(daemon)

    def test_it_hears_nothing_while_one_of_two_workers_hangs(self):
        with self.manager() as manager:
            daemon = self.start_watched(server="workers: 2")
            self.wait_for(manager, "WATCHDOG=1")
            with one_thread.stopped(daemon.pid, "worker-1"):
                raised = daemon.wait_for_event("health.raised", code="worker_stalled")
                self.assertEqual(raised["detail"], "worker 1 has not moved for 5 s")
                self.drop_what_came(manager)
                self.silent_for(manager, PATIENCE)
                # The other one still serves.
                self.assertTrue(self.serves(daemon))
            self.wait_for(manager, "WATCHDOG=1")
            daemon.wait_for_event("health.cleared", code="worker_stalled")
            self.stop(daemon)

    def test_it_hears_nothing_while_the_main_loop_hangs(self):
        with self.manager() as manager:
            daemon = self.start_watched()
            self.wait_for(manager, "WATCHDOG=1")
            with one_thread.stopped(daemon.pid, "jetstreamd"):
                self.drop_what_came(manager)
                self.silent_for(manager, PATIENCE)
            self.wait_for(manager, "WATCHDOG=1")
            self.stop(daemon)

    def test_it_goes_on_hearing_during_a_drain(self):
        with self.manager() as manager:
            daemon = self.start_watched(drain="deadline: 60s, pace: 0s")
            client = self.connect(daemon)
            client.write(b"ready\n")
            client.wait_for_line("ready")
            client.signal(signal.SIGSTOP)  # so that the drain has to wait
            daemon.signal(signal.SIGTERM)
            self.wait_for(manager, "STOPPING=1")
            for _ in range(int(PATIENCE) + 2):
                self.wait_for(manager, "WATCHDOG=1")
            client.signal(signal.SIGCONT)
            self.assertEqual(daemon.wait(), 0, daemon.describe())

    def test_who_has_no_watchdog_hears_nothing_of_it(self):
        with self.manager() as manager:
            daemon = self.start_daemon(env={"NOTIFY_SOCKET": str(self.folder / "notify.sock")})
            self.wait_for(manager, "READY=1")
            self.silent_for(manager, 2.0)
            self.stop(daemon)

    def test_the_status_line_tells_of_sessions_and_traffic(self):
        with self.manager() as manager:
            daemon = self.start_watched()
            client = self.connect(daemon)
            client.write(b"ready\n")
            client.wait_for_line("ready")
            line = self.wait_for(manager, "STATUS=1 session, ")
            self.assertRegex(line, r"^STATUS=1 session, \d+(\.\d)? (k|M|G)?bit/s$")
            client.close_input()
            self.assertEqual(client.wait(), 0, client.describe())
            self.stop(daemon)

    def test_a_manager_that_reads_nothing_does_not_stop_the_daemon(self):
        with self.manager() as manager, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as other:
            daemon = self.start_watched()
            self.wait_for(manager, "WATCHDOG=1")
            other.setblocking(False)
            with self.assertRaises(BlockingIOError):
                while True:
                    other.sendto(b"full", manager.getsockname())
            # Long enough for it to have told several times.
            begin = self.uptime_ms(daemon)
            self.eventually(lambda: self.uptime_ms(daemon) > begin + 3000, "three seconds")
            self.drop_what_came(manager)
            self.wait_for(manager, "WATCHDOG=1")
            self.stop(daemon)

    def uptime_ms(self, daemon):
        return self.jsctl_json(daemon, "status")["data"]["uptime_ms"]

    def serves(self, daemon):
        """Whether some client finds a worker that answers; which one it comes to is chance."""
        for _ in range(20):
            run = self.run_to_end(harness.JSCAT, "check", daemon.address, "--pin-file",
                                  daemon.pin_file, "--timeout", "1s")
            if run.code == 0:
                return True
        return False

    @staticmethod
    def drop_what_came(manager):
        manager.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                manager.recv(4096)
        manager.settimeout(harness.LIMIT)


if __name__ == "__main__":
    harness.main()
