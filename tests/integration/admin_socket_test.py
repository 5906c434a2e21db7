#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The admin socket without jsctl: what docs/CONTROL.md promises whoever writes a line of JSON."""
import json
import signal
import stat

import harness
from admin_client import AdminClient
from harness import UDP_PROXY


class AdminSocket(harness.Story):
    def setUp(self):
        super().setUp()
        self.daemon = self.start_daemon()

    def ask(self, *requests):
        """The final lines of the answers to requests written at once."""
        with AdminClient(self.daemon.socket) as admin:
            admin.send(*requests)
            return [admin.answer()[1] for _ in requests]

    def error_of(self, request):
        line = self.ask(request)[0]
        self.assertEqual(line["type"], "error", line)
        self.assertEqual(set(line["error"]), {"code", "message", "hint", "offset"})
        return line["error"]["code"]

    def test_mode(self):
        self.assertEqual(stat.S_IMODE(self.daemon.socket.stat().st_mode), 0o660)

    def test_answers_carry_the_id_in_order(self):
        requests = [{"id": name, "cmd": "ping"} for name in ("a", 7, "b" * 64, 0)]
        answers = self.ask(*requests)
        self.assertEqual([answer["id"] for answer in answers], ["a", 7, "b" * 64, 0])
        for answer in answers:
            self.assertEqual(answer["schema"], "jetstreamd.ping/1")
            self.assertEqual(answer["data"], {"pid": self.daemon.pid})
            self.assertEqual(answer["warnings"], [])

    def test_every_command_says_what_its_list_promises(self):
        with AdminClient(self.daemon.socket) as admin:
            rows, summary = admin.ask("commands")
            self.assertEqual(summary["data"]["count"], len(rows))
            for row in rows:
                needs_more = any(arg["required"] for arg in row["args"])
                # These have something to do only after something else.
                later = ("session.close", "stop", "config.confirm", "config.rollback")
                if needs_more or row["name"] in later:
                    continue
                if row["streaming"]:
                    self.assert_streams(row["name"])
                    continue
                with self.subTest(row["name"]):
                    line = admin.ask(row["name"])[1]
                    self.assertEqual(line["type"], "result", line)
                    self.assertEqual(line["schema"], f"jetstreamd.{row['name']}/1")

    def assert_streams(self, name):
        with self.subTest(name), AdminClient(self.daemon.socket) as admin:
            admin.send({"cmd": name})
            line = admin.read_line()
            self.assertEqual((line["type"], line["data"]["type"]), ("event", "begin"), line)

    def test_refused_requests(self):
        for request, code in (
                (b"nonsense\n", "bad_request"), (b"\n", "bad_request"), (b"[]\n", "bad_request"),
                (b'{"cmd":"ping","cmd":"ping"}\n', "bad_request"),
                (b'{"cmd":"ping","more":1}\n', "bad_request"),
                (b'{"cmd":"ping"}{"cmd":"ping"}\n', "bad_request"),
                (b'{"cmd":"p\xffng"}\n', "bad_request"),
                ({"cmd": "bogus"}, "unknown_command"),
                ({"cmd": "ping", "args": {"x": 1}}, "unknown_argument"),
                ({"cmd": "session.show"}, "invalid_argument"),
                ({"cmd": "session.show", "args": {"ids": []}}, "invalid_argument"),
                ({"cmd": "session.show", "args": {"ids": ["-1"]}}, "invalid_argument"),
                ({"cmd": "session.list", "args": {"limit": 1001}}, "invalid_argument"),
                ({"cmd": "session.close"}, "invalid_argument"),
                ({"cmd": "session.list", "args": {"filter": "idel>5m"}}, "invalid_filter"),
                ({"cmd": "session.show", "args": {"ids": ["9"]}}, "not_found")):
            with self.subTest(request):
                self.assertEqual(self.error_of(request), code)

    def test_an_error_does_not_end_the_conversation(self):
        answers = self.ask(b"nonsense\n", {"cmd": "ping", "id": "still here"})
        self.assertEqual(answers[0]["type"], "error")
        self.assertEqual((answers[1]["type"], answers[1]["id"]), ("result", "still here"))

    def test_a_request_of_the_largest_size(self):
        request = json.dumps({"cmd": "ping"}).encode()
        self.assertEqual(self.ask(request.ljust(65536 - 1) + b"\n")[0]["type"], "result")

    def test_a_request_too_large_ends_the_connection(self):
        with AdminClient(self.daemon.socket) as admin:
            admin.send(b'{"cmd":"ping","id":"' + b"x" * 65536)
            self.assertEqual(admin.answer()[1]["error"]["code"], "request_too_large")
            self.assertIsNone(admin.read_line())

    def test_answers_come_after_the_client_stopped_sending(self):
        with AdminClient(self.daemon.socket) as admin:
            admin.send({"cmd": "status"}, {"cmd": "ping"})
            admin.half_close()
            self.assertEqual(admin.answer()[1]["schema"], "jetstreamd.status/1")
            self.assertEqual(admin.answer()[1]["schema"], "jetstreamd.ping/1")
            self.assertIsNone(admin.read_line())

    def test_closing_twice_is_a_conflict(self):
        client = self.connect(self.daemon)
        client.write(b"x\n")
        client.wait_for_line("x")
        close = {"cmd": "session.close", "args": {"ids": ["1"]}}
        first, second = self.ask(close, close)
        self.assertEqual((first["data"]["requested"], first["data"]["closed"]), (1, 1))
        self.assertEqual(second["error"]["code"], "conflict")

    def test_stopping_twice_is_a_conflict_unless_now(self):
        # A client that is stopped, far away: closing it in order takes the daemon a second.
        proxy = self.spawn(UDP_PROXY, "--to", self.daemon.address, "--delay", "250")
        client = self.connect(self.daemon, address=proxy.wait_for_line(":"))
        client.write(b"x\n")
        client.wait_for_line("x")
        client.signal(signal.SIGSTOP)
        answers = self.ask({"cmd": "stop"}, {"cmd": "stop"}, {"cmd": "stop", "args": {"now": True}})
        self.assertIn(answers[0]["data"]["state"], ("draining", "stopping"))
        self.assertEqual(answers[1]["error"]["code"], "conflict")
        self.assertEqual(answers[2]["type"], "result", answers[2])
        self.assertEqual(self.daemon.wait(), 0)

    def test_too_many_connections_are_told_so(self):
        clients = []
        try:
            refused = None
            for _ in range(33):
                admin = AdminClient(self.daemon.socket)
                clients.append(admin)
                admin.send({"cmd": "ping"})
                line = admin.answer()[1]
                if line["type"] == "error":
                    refused = line["error"]["code"]
            self.assertEqual(refused, "busy")
        finally:
            for admin in clients:
                admin.__exit__()
        # The daemon gives a place back when it reads the end of the connection, in its own time.
        self.eventually(lambda: self.jsctl(self.daemon, "status").code == 0, "a free place")


if __name__ == "__main__":
    harness.main()
