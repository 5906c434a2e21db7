#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The log as a service of systemd writes it: into the journal, if that is where it leads."""
import os
import re
import signal
import socket
import subprocess

import harness

# A /run of its own, so that a socket of the test's stands where journald's would.
OWN_RUN = ["unshare", "--map-root-user", "--mount",
           "sh", "-c", 'mount --bind "$0" /run && exec "$@"']


def may_mount(folder):
    try:
        return subprocess.run([*OWN_RUN, folder, "true"], check=False,
                              capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


class Journal(harness.Story):
    def setUp(self):
        super().setUp()
        self.run = self.folder / "run"
        (self.run / "systemd/journal").mkdir(parents=True)
        if not may_mount(self.run):
            self.skipTest("takes namespaces, to put something in the place of /run")

    def listen(self):
        """What journald is to programs."""
        journal = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(journal.close)
        journal.bind(str(self.run / "systemd/journal/socket"))
        journal.settimeout(harness.LIMIT)
        return journal

    def launch(self, leads_to_journal=True):
        """The daemon, and what its standard error can be read from."""
        config = self.write_config()
        config.write_text(config.read_text().replace("format: json, ", ""))
        reads, writes = os.pipe()
        self.addCleanup(os.close, reads)
        place = os.fstat(writes)
        stream = f"{place.st_dev}:{place.st_ino + (0 if leads_to_journal else 1)}"
        child = subprocess.Popen([*OWN_RUN, self.run, harness.JETSTREAMD, "--config", config],
                                 cwd=self.folder, stderr=writes,
                                 env={**os.environ, "JOURNAL_STREAM": stream})
        os.close(writes)
        self.addCleanup(child.wait)
        self.addCleanup(child.kill)
        return child, reads

    @staticmethod
    def fields(record):
        """The fields of a record; a line that is none fails the story."""
        return dict(re.fullmatch(r"([A-Z_]+)=(.*)", line).groups()
                    for line in record.decode().removesuffix("\n").split("\n"))

    def wait_for(self, journal, event, **fields):
        while True:
            record = self.fields(journal.recv(65536))
            if record["JETSTREAM_EVENT"] == event and fields.items() <= record.items():
                return record

    @staticmethod
    def rest(reads):
        text = b""
        while chunk := os.read(reads, 65536):
            text += chunk
        return text.decode()

    def stop(self, child):
        child.send_signal(signal.SIGTERM)
        self.assertEqual(child.wait(harness.LIMIT), 0)

    def test_a_service_writes_into_the_journal(self):
        journal = self.listen()
        child, reads = self.launch()
        ready = self.wait_for(journal, "daemon.ready")
        self.assertEqual((ready["PRIORITY"], ready["SYSLOG_IDENTIFIER"]), ("6", "jetstreamd"))
        self.assertEqual(ready["JETSTREAM_WORKERS"], "1")
        self.assertEqual(ready["MESSAGE"].split()[:2],
                         ["listening", "listen=" + ready["JETSTREAM_LISTEN"]])
        echo = self.run_to_end(harness.JSCAT, "connect", ready["JETSTREAM_LISTEN"], "echo",
                               "--pin-file", self.folder / "state/identity.pub", data=b"x")
        self.assertEqual(echo.code, 0, echo.describe())
        closed = self.wait_for(journal, "session.closed", JETSTREAM_SESSION_ID="1")
        self.assertRegex(closed["MESSAGE"],
                         r"^connection closed peer=127\.0\.0\.1:\d+ session_id=1 reason=")
        self.assertEqual(closed["JETSTREAM_REASON"], "normal")
        # Another journald takes its place, as when it is upgraded.
        journal.close()
        (self.run / "systemd/journal/socket").unlink()
        journal = self.listen()
        self.stop(child)
        self.wait_for(journal, "daemon.stopped")
        self.assertEqual(self.rest(reads), "")

    def test_without_its_socket_the_stream_has_the_lines(self):
        child, reads = self.launch()
        text = b""
        while b"listening" not in text:
            text += os.read(reads, 65536)
        self.stop(child)
        for line in (text.decode() + self.rest(reads)).splitlines():
            self.assertRegex(line, r"^<[3-7]>[a-z]")

    def test_a_redirected_stream_is_no_journal(self):
        journal = self.listen()
        child, reads = self.launch(leads_to_journal=False)
        text = b""
        while b"daemon.ready" not in text:
            text += os.read(reads, 65536)
        self.stop(child)
        for line in (text.decode() + self.rest(reads)).splitlines():
            self.assertTrue(line.startswith('{"ts":'), line)
        journal.settimeout(0)
        with self.assertRaises(BlockingIOError):
            journal.recv(1)


if __name__ == "__main__":
    harness.main()
