#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Rate limits: what comes too fast waits and arrives, is told to operators, and may be off."""
import harness
from harness import JSCAT


class RateLimits(harness.Story):
    def test_what_is_too_much_waits_and_arrives(self):
        daemon = self.start_daemon(limits="session: {bytes_per_second: 400KiB}")
        data = bytes(range(256)) * 4 * 700
        echo = self.run_to_end(JSCAT, "connect", daemon.address, "echo", "--pin-file",
                               daemon.pin_file, data=data)
        self.assertEqual(echo.code, 0, echo.describe())
        self.assertEqual(bytes(echo.out), data)
        record = daemon.wait_for_event("rate_limit.exceeded")
        self.assertEqual((record["level"], record["session_id"], record["stream_id"]),
                         ("warning", "1", 1))
        self.assertIn(record["limit"], ("session_bytes_received", "session_bytes_sent"))
        # However often it waited, that is one line.
        self.assertEqual(len(daemon.events("rate_limit.exceeded")), 1)
        status = self.jsctl_json(daemon, "status")["data"]
        self.assertGreater(sum(status["rate_limit_waits"].values()), 10)
        self.assertEqual(sum(status["rate_limit_observed"].values()), 0)
        self.stop(daemon)

    def test_observing_only_counts(self):
        daemon = self.start_daemon(limits="mode: observe, session: {bytes_per_second: 1KiB}")
        data = bytes(300_000)
        echo = self.run_to_end(JSCAT, "connect", daemon.address, "echo", "--pin-file",
                               daemon.pin_file, data=data)
        self.assertEqual(bytes(echo.out), data, echo.describe())
        status = self.jsctl_json(daemon, "status")["data"]
        self.assertEqual(sum(status["rate_limit_waits"].values()), 0)
        self.assertGreater(sum(status["rate_limit_observed"].values()), 0)
        self.stop(daemon)

    def test_all_off(self):
        daemon = self.start_daemon()
        data = bytes(2_000_000)
        echo = self.run_to_end(JSCAT, "connect", daemon.address, "echo", "--pin-file",
                               daemon.pin_file, data=data)
        self.assertEqual(bytes(echo.out), data, echo.describe())
        self.assertEqual(daemon.events("rate_limit.exceeded"), [])
        self.stop(daemon)


if __name__ == "__main__":
    harness.main()
