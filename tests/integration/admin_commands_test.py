#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every command of jsctl against a running daemon: as a table, as JSON, and its exit codes."""
import json
import os
import socket
import threading
import unittest

import harness
from harness import JSCTL

READER, STRANGER = 12345, 12346


class Commands(harness.Story):
    def setUp(self):
        super().setUp()
        self.daemon = self.start_daemon()

    def connected(self):
        """A client whose echo has come back; its session id is counted up from 1."""
        client = self.connect(self.daemon)
        client.write(b"hello\n")
        client.wait_for_line("hello")
        return client

    def table(self, *words):
        run = self.jsctl(self.daemon, *words)
        self.assertEqual((run.code, run.stderr), (0, ""), run.describe())
        return run.stdout.splitlines()

    def refused(self, code, *words):
        """Standard error of a command that ends with that exit code and prints no data, but as a
        document why if it is asked for one."""
        run = self.jsctl(self.daemon, *words)
        self.assertEqual(run.code, code, run.describe())
        if "--json" in words:
            self.assertEqual(json.loads(run.stdout)["error"]["code"], "not_found", run.describe())
        else:
            self.assertEqual(run.stdout, "", run.describe())
        self.assertRegex(run.stderr, r"^jsctl: .+\n")
        return run.stderr

    def test_status(self):
        self.connected()
        ready = self.daemon.wait_ready()
        lines = self.table("status")
        self.assertIn("running", lines[0])
        self.assertIn(ready["listen"], "\n".join(lines))
        document = self.jsctl_json(self.daemon, "status")
        self.assertEqual(document["schema"], "jetstreamd.status/1")
        data = document["data"]
        self.assertEqual((data["state"], data["pid"]), ("running", self.daemon.pid))
        self.assertEqual(data["identity"], ready["fingerprint"])
        self.assertEqual(data["listeners"], [ready["listen"]])
        self.assertEqual((data["sessions"], data["sessions_opened"]), (1, 1))
        self.assertEqual(data["handshakes_completed"], 1)
        self.assertGreater(data["rx_bytes"], 0)
        self.assertGreater(data["tx_bytes"], 0)
        self.assertEqual(data["config_path"], str(self.folder / "jetstreamd.yaml"))

    def test_version(self):
        lines = self.table("version")
        self.assertEqual([line.split()[0] for line in lines], ["jsctl", "jetstreamd"])
        self.assertEqual(lines[0].split()[1], lines[1].split()[1])
        data = self.jsctl_json(self.daemon, "version")["data"]
        self.assertEqual((data["protocol"], data["role"]), ("jetstreamd.admin/1", "admin"))
        self.assertEqual(data["uid"], os.geteuid())

    def test_commands(self):
        lines = self.table("commands")
        self.assertEqual(lines[0].split(), ["COMMAND", "ROLE", "ARGUMENTS", "MEANING"])
        names = [line.split()[0] for line in lines[1:]]
        self.assertEqual(len(names), len(set(names)))
        self.assertLess({"hello", "status", "session.close", "drain.start", "stop"}, set(names))
        document = self.jsctl_json(self.daemon, "commands")
        self.assertEqual([item["name"] for item in document["items"]], names)
        self.assertEqual(document["data"]["count"], len(names))

    def test_session_list(self):
        self.assertEqual(len(self.table("session", "list")), 1)
        self.connected(), self.connected(), self.connected()
        for words in (["session", "list"], ["session", "ls"], ["ls"]):
            lines = self.table(*words)
            self.assertEqual(lines[0].split()[:3], ["ID", "PEER", "STATE"])
            self.assertEqual([line.split()[0] for line in lines[1:]], ["1", "2", "3"])
        self.assertEqual(len(self.table("ls", "--no-header")), 3)
        document = self.jsctl_json(self.daemon, "ls")
        self.assertEqual([item["id"] for item in document["items"]], ["1", "2", "3"])
        self.assertEqual({item["state"] for item in document["items"]}, {"established"})
        self.assertEqual({item["streams_open"] for item in document["items"]}, {1})

    def test_session_list_in_pages(self):
        self.connected(), self.connected(), self.connected()
        run = self.jsctl(self.daemon, "ls", "--limit", "2", "--json")
        self.assertEqual(run.code, 0)
        self.assertIn("2 of 3 shown", run.stderr)
        page = json.loads(run.stdout)
        self.assertEqual([item["id"] for item in page["items"]], ["1", "2"])
        rest = self.jsctl_json(self.daemon, "ls", "--cursor", page["data"]["cursor"])
        self.assertEqual([item["id"] for item in rest["items"]], ["3"])
        self.assertIsNone(rest["data"]["cursor"])
        self.assertEqual(len(self.table("ls", "--all")), 4)

    def test_session_show(self):
        self.connected()
        lines = self.table("session", "show", "1")
        self.assertEqual(lines[0], "session 1, established")
        self.assertIn("echo", "\n".join(lines))
        item = self.jsctl_json(self.daemon, "session", "show", "1")["items"][0]
        self.assertEqual((item["id"], item["local"]), ("1", self.daemon.address))
        self.assertIn(item["suite"], ("aes-256-gcm", "chacha20-poly1305"))
        stream = item["streams"][0]
        self.assertEqual((stream["service"], stream["state"], stream["opened_by"]),
                         ("echo", "open", "client"))
        self.assertEqual((stream["rx_bytes"], stream["tx_bytes"]), (6, 6))

    def test_session_close(self):
        client, other = self.connected(), self.connected()
        lines = self.table("session", "close", "1", "--reason", "rate_limit_exceeded",
                           "--message", "too much of it")
        self.assertEqual([line.split()[:2] for line in lines], [["ID", "OUTCOME"], ["1", "closed"]])
        self.assertEqual(client.wait(), 255)
        self.assertIn("rate_limit_exceeded", client.stderr)
        self.assertIn("too much of it", client.stderr)
        document = self.jsctl_json(self.daemon, "session", "close", "2")
        self.assertEqual([(item["id"], item["outcome"]) for item in document["items"]],
                         [("2", "closed")])
        self.assertEqual((document["data"]["requested"], document["data"]["closed"]), (1, 1))
        self.assertEqual(other.wait(), 255)
        self.assertIn("going_away", other.stderr)
        audit = self.daemon.wait_for_events("admin.command", 2)
        self.assertEqual([(record["command"], record["target"], record["outcome"], record["uid"])
                          for record in audit],
                         [("session.close", "1", "ok", os.geteuid()),
                          ("session.close", "2", "ok", os.geteuid())])

    def test_unknown_sessions(self):
        self.connected()
        for command in ("show", "close"):
            for words in (["7"], ["7", "8", "--json"]):
                self.assertIn("7", self.refused(5, "session", command, *words))
            run = self.jsctl(self.daemon, "session", command, "1", "7")
            self.assertEqual(run.code, 8, run.describe())
            self.assertNotEqual(run.stdout, "")
            self.assertNotEqual(run.stderr, "")

    def test_wrong_usage(self):
        for words in ([], ["bogus"], ["session"], ["session", "show"], ["session", "show", "x"],
                      ["session", "close", "1", "--reason", "boredom"], ["ls", "--limit", "0"],
                      ["ls", "--limit", "1001"], ["status", "--timeout", "5"], ["status", "extra"]):
            with self.subTest(words):
                self.refused(2, *words)
        self.assertIn("cursor", self.refused(2, "ls", "--cursor", "x"))

    def test_socket_from_the_environment(self):
        run = self.run_to_end(JSCTL, "status",
                              env={**os.environ, "JSCTL_SOCKET": str(self.daemon.socket)})
        self.assertEqual(run.code, 0, run.describe())

    def test_stop(self):
        client = self.connected()
        document = self.jsctl_json(self.daemon, "stop")
        self.assertIn(document["data"]["state"], ("draining", "stopping"))
        self.assertEqual(self.daemon.wait(), 0)
        self.assertEqual(client.wait(), 255)
        self.assertIn("is going away", client.stderr)
        self.assertEqual(self.daemon.events("daemon.stopping")[0]["cause"], "admin socket")
        self.assertEqual(self.daemon.events("admin.command")[0]["command"], "stop")
        self.assertFalse(self.daemon.socket.exists())

    def test_stop_now(self):
        client = self.connected()
        lines = self.table("stop", "--now")
        self.assertEqual(len(lines), 1)
        self.assertEqual(self.daemon.wait(), 0)
        self.assertEqual(client.wait(), 255)
        self.assertIn("going_away", client.stderr)


class NoDaemon(harness.Story):
    def refused(self, code, *words):
        run = self.run_to_end(JSCTL, "--socket", "admin.sock", *words)
        self.assertEqual((run.code, run.stdout), (code, ""), run.describe())
        self.assertRegex(run.stderr, r"^jsctl: .*admin\.sock.*\n(.|\n)*  try: ")
        return run.stderr

    def listener(self):
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.addCleanup(listener.close)
        listener.bind(str(self.folder / "admin.sock"))
        return listener

    def test_no_socket(self):
        for words in (["status"], ["ls", "--json"], ["stop"]):
            self.refused(3, *words)

    def test_version_still_tells_its_own(self):
        run = self.run_to_end(JSCTL, "--socket", "admin.sock", "version")
        self.assertEqual(run.code, 3)
        self.assertRegex(run.stdout, r"^jsctl \d+\.\d+\.\d+\n$")

    def test_nobody_listens(self):
        self.listener()
        self.assertIn("nothing is listening", self.refused(3, "status"))

    def test_no_answer(self):
        self.listener().listen()
        self.refused(7, "status", "--timeout", "200ms")

    def test_errors_of_the_daemon(self):
        listener = self.listener()
        listener.listen()
        codes = {"conflict": 6, "internal": 1, "busy": 1, "timeout": 7}

        def answer():
            for code in codes:
                connection = listener.accept()[0]
                with connection, connection.makefile("rwb") as lines:
                    lines.readline()
                    lines.write(json.dumps({"type": "error", "error": {
                        "code": code, "message": "admin.sock says no", "hint": None}}).encode())
                    lines.write(b"\n")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        for name, code in codes.items():
            with self.subTest(name):
                self.refused(code, "stop")
        thread.join(harness.LIMIT)


@unittest.skipUnless(os.geteuid() == 0, "only root can become somebody else")
class Roles(harness.Story):
    def as_user(self, uid, *words):
        run = self.run_to_end(JSCTL, "--socket", self.daemon.socket, *words, user=uid, group=uid,
                              extra_groups=[])
        return run.code, run.stdout, run.stderr

    def test_roles(self):
        self.folder.chmod(0o755)
        config = self.write_config()
        config.write_text(config.read_text().replace(
            "{path: admin.sock}",
            f'{{path: admin.sock, mode: "0666"}}, access: [{{user: {READER}, role: read}}]'))
        self.daemon = self.start_daemon(config)
        code, out, _ = self.as_user(READER, "version", "--json")
        self.assertEqual((code, json.loads(out)["data"]["role"]), (0, "read"))
        self.assertEqual(self.as_user(READER, "status")[0], 0)
        for words, role in ((["session", "close", "1"], "operate"), (["stop"], "admin")):
            code, out, err = self.as_user(READER, *words)
            self.assertEqual((code, out), (4, ""))
            self.assertIn(f"needs role {role}", err)
        code, out, err = self.as_user(STRANGER, "status")
        self.assertEqual((code, out), (4, ""))
        refused = [(record["uid"], record["command"], record["needs"])
                   for record in self.daemon.wait_for_events("admin.refused", 2)]
        self.assertEqual(refused[:2], [(READER, "session.close", "operate"),
                                       (READER, "stop", "admin")])
        self.stop(self.daemon)

    def test_mode_of_the_socket(self):
        self.folder.chmod(0o755)
        self.daemon = self.start_daemon()
        code, out, err = self.as_user(STRANGER, "status")
        self.assertEqual((code, out), (4, ""))
        self.assertIn("permission denied", err.lower())
        self.stop(self.daemon)


if __name__ == "__main__":
    harness.main()
