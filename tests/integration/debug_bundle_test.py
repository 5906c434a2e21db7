#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What jsctl debug bundle puts into its file, and what it keeps out of it."""
import io
import json
import os
import socket
import stat
import tarfile
import threading

import harness
from harness import JSCTL

NAMES = ["about.txt", "version.json", "status.json", "health.json", "config.json", "drain.json",
         "sessions.json", "limits.json", "bans.json", "metrics.txt", "events.ndjson"]


class DebugBundle(harness.Story):
    def setUp(self):
        super().setUp()
        self.daemon = self.start_daemon()
        self.file = self.folder / "bundle.tar"

    def bundle(self, *words, path=None, code=0):
        run = self.run_to_end(JSCTL, "--socket", path or self.daemon.socket, "debug", "bundle",
                              "-o", self.file, *words)
        self.assertEqual(run.code, code, run.describe())
        return run

    def texts(self):
        with tarfile.open(fileobj=io.BytesIO(self.file.read_bytes())) as tar:
            members = tar.getmembers()
            self.assertEqual(len({os.path.dirname(member.name) for member in members}), 1)
            return {os.path.basename(member.name): tar.extractfile(member).read().decode()
                    for member in members}

    def test_contents(self):
        client = self.connect(self.daemon)
        client.write(b"x\n")
        client.wait_for_line("x")
        run = self.bundle()
        self.assertEqual(stat.S_IMODE(self.file.stat().st_mode), 0o600)
        texts = self.texts()
        self.assertEqual(list(texts), NAMES)
        table = run.stdout.splitlines()
        self.assertEqual([line.split()[0] for line in table[:-1]], NAMES)
        self.assertIn(str(self.file), table[-1])
        self.assertIn("look through it before you send it", table[-1])
        parsed = {name: json.loads(text) for name, text in texts.items() if name.endswith(".json")}
        self.assertEqual(parsed["status.json"]["data"]["pid"], self.daemon.pid)
        session, = parsed["sessions.json"]["items"]
        self.assertEqual(session["state"], "established")
        self.assertNotIn("peer", session)
        keys = {row["key"]: row["origin"] for row in parsed["config.json"]["items"]}
        self.assertIn("jetstreamd.yaml:", keys["server.listen"])
        self.assertIn("jetstreamd_sessions", texts["metrics.txt"])
        events = [json.loads(line) for line in texts["events.ndjson"].splitlines()]
        self.assertIn("daemon.ready", {event["type"] for event in events})
        self.assertIn("jsctl ", texts["about.txt"])
        self.assertIn(os.uname().release, texts["about.txt"])
        # The daemon's private key is nowhere, in no form.
        key = (self.folder / "state/identity.key").read_bytes()
        self.assertNotIn(key.strip().splitlines()[-1], self.file.read_bytes())

    def test_addresses(self):
        self.jsctl(self.daemon, "ban", "add", "203.0.113.7", "--reason", "see 2001:db8::7")
        self.daemon.wait_for_event("ban.added")
        self.bundle()
        hidden = self.file.read_bytes()
        for address in (b"203.0.113.7", b"2001:db8::7"):
            self.assertNotIn(address, hidden)
        self.assertEqual(json.loads(self.texts()["bans.json"])["data"]["bans"], 1)
        self.assertIn("see address-", self.texts()["events.ndjson"])
        self.file.unlink()
        self.bundle("--with-addresses")
        self.assertIn("see 2001:db8::7", self.texts()["events.ndjson"])

    def test_nothing_is_overwritten(self):
        self.file.write_text("mine")
        self.assertIn("File exists", self.bundle(code=1).stderr)
        self.assertEqual(self.file.read_text(), "mine")
        self.file.unlink()
        self.file.symlink_to(self.folder / "elsewhere")
        self.bundle(code=1)
        self.assertFalse((self.folder / "elsewhere").exists())

    def test_it_takes_an_administrator(self):
        refused = self.bundle(path=self.folder / "read.sock", code=4).stderr
        self.assertIn("debug bundle needs role admin", refused)
        self.assertFalse(self.file.exists())

    def test_no_daemon(self):
        self.bundle(path=self.folder / "nobody.sock", code=3)
        self.assertFalse(self.file.exists())

    def test_what_is_not_answered_is_noted(self):
        """Through a go-between that lets everything pass but one command."""
        listener = socket.socket(socket.AF_UNIX)
        self.addCleanup(listener.close)
        listener.bind(str(self.folder / "between.sock"))
        listener.listen()

        def serve(caller):
            with caller, socket.socket(socket.AF_UNIX) as daemon:
                request = caller.makefile("rb").readline()
                if b'"limit.show"' in request:
                    return
                daemon.connect(str(self.daemon.socket))
                daemon.sendall(request)
                daemon.shutdown(socket.SHUT_WR)
                while chunk := daemon.recv(65536):
                    caller.sendall(chunk)

        def accept():
            while True:
                try:
                    caller, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=serve, args=(caller,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        run = self.bundle(path=self.folder / "between.sock")
        self.assertRegex(run.stdout, r"limits\.json +0 B +incomplete: .*closed the connection")
        texts = self.texts()
        self.assertEqual(texts["limits.json"], "")
        self.assertIn("limits.json: ", texts["about.txt"])
        self.assertEqual(json.loads(texts["status.json"])["data"]["pid"], self.daemon.pid)


if __name__ == "__main__":
    harness.main()
