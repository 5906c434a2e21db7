#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""jsctl top: rates of sessions, picture after picture, for pipes and for terminals."""
import fcntl
import json
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time

import harness
from harness import JSCAT, JSCTL


class Top(harness.Story):
    def setUp(self):
        super().setUp()
        self.daemon = self.start_daemon()
        self.spawn(JSCAT, "send", self.daemon.address, "sink", "--pin-file", self.daemon.pin_file,
                   "--mode", "idle", "--sessions", "3", "--duration", "600s")
        self.eventually(lambda: self.sessions() == 3, "three sessions")
        self.spawn(JSCAT, "send", self.daemon.address, "sink", "--pin-file", self.daemon.pin_file,
                   "--mode", "bulk", "--duration", "600s")
        self.eventually(lambda: self.sessions() == 4, "four sessions")

    def sessions(self):
        return self.jsctl_json(self.daemon, "status")["data"]["sessions"]

    def test_batches(self):
        run = self.jsctl(self.daemon, "top", "-b", "-d", "300ms", "--iterations", "2", "-o",
                         "ndjson")
        self.assertEqual((run.code, run.stderr), (0, ""), run.describe())
        rows = [json.loads(line) for line in run.stdout.splitlines()]
        self.assertEqual(len(rows), 8)
        self.assertEqual((rows[0]["id"], rows[4]["id"]), ("4", "4"))
        self.assertGreater(rows[4]["rx_bps"], 100_000)
        self.assertLess(rows[5]["rx_bps"], rows[4]["rx_bps"] / 10)
        run = self.jsctl(self.daemon, "top", "-d", "300ms", "--iterations", "1", "-n", "2",
                         "--sort", "id", "id < 4")
        lines = run.stdout.splitlines()
        self.assertIn("4 sessions, received", lines[0])
        self.assertEqual(re.split("  +", lines[1].strip()),
                         ["ID", "PEER", "RX BIT/S", "TX BIT/S", "RX BYTES", "TX BYTES",
                          "STREAMS OPEN", "RTT", "IDLE", "AGE"])
        self.assertEqual([line.split()[0] for line in lines[2:]], ["1", "2"])

    def test_wrong_use(self):
        for words in (["-d", "1ms"], ["--sort", "bsp"], ["--json"], ["idel > 5m"], ["-n", "0"]):
            with self.subTest(words):
                run = self.jsctl(self.daemon, "top", "--iterations", "1", *words)
                self.assertEqual((run.code, run.stdout), (2, ""), run.describe())

    def test_a_terminal_is_redrawn_until_q(self):
        for key in (b"q", b"\x03"):
            with self.subTest(key):
                ours, theirs = pty.openpty()
                os.set_blocking(ours, False)
                fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 120, 0, 0))
                before = termios.tcgetattr(theirs)
                child = subprocess.Popen(
                    [JSCTL, "--socket", self.daemon.socket, "top", "-d", "200ms"], stdin=theirs,
                    stdout=theirs, stderr=theirs)
                self.addCleanup(child.kill)
                seen = b""
                end = time.monotonic() + harness.LIMIT
                while seen.count(b"\x1b[H") < 3 and time.monotonic() < end:
                    if select.select([ours], [], [], 1)[0]:
                        seen += os.read(ours, 65536)
                self.assertIn(b"sessions, received", seen)
                os.write(ours, key)
                self.assertEqual(child.wait(harness.LIMIT), 0)
                self.assertEqual(termios.tcgetattr(theirs), before)
                os.close(ours)
                os.close(theirs)


if __name__ == "__main__":
    harness.main()
