#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The log: every line is JSON, every event and field is in the manual, and no secret is in it."""
import contextlib
import os
import re
import signal
import socket
import subprocess

import harness
from harness import JSCAT, SOURCE_DIR

TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


def documented():
    """{event: (level, message, {fields})} of docs/LOG_EVENTS.md."""
    text = (SOURCE_DIR / "docs/LOG_EVENTS.md").read_text()
    events = {name: (level, message, set()) for name, level, message in
              re.findall(r"^\| `([a-z_.]+)` \| (\w+) \| ([^|]+?) \|", text, re.M)}
    for name, table in re.findall(r"^### (\S+)\n\n((?:\|.*\n)+)", text, re.M):
        events[name][2].update(re.findall(r"^\| `(\w+)` \|", table, re.M))
    return events


class Logs(harness.Story):
    def test_every_record_is_documented(self):
        daemon = self.start_daemon(log="level: trace",
                                   sessions="heartbeat_enabled: true, heartbeat_interval: 100ms, "
                                            "timeout: 1s")
        client = self.connect(daemon)
        client.write(b"Hello from client!\n")
        client.wait_for_line("Hello from client!")
        self.run_to_end(JSCAT, "connect", daemon.address, 'od"d\\', "--pin-file", daemon.pin_file)
        daemon.wait_for_event("heartbeat.sent", session_id="1")
        daemon.signal(signal.SIGHUP)
        closing = self.jsctl(daemon, "session", "close", "1", "--message", 'f\u00fcr "dich"')
        self.assertEqual(closing.code, 0, closing.describe())
        client.wait()
        frozen = self.connect(daemon)
        frozen.write(b"x\n")
        frozen.wait_for_line("x")
        frozen.signal(signal.SIGKILL)
        daemon.wait_for_event("session.expired", session_id="3")
        self.stop(daemon)

        events = documented()
        self.assertGreater(len(events), 15)
        for record in daemon.events():
            self.assertRegex(record.pop("ts"), TIMESTAMP)
            name = record.pop("event")
            level, message, fields = events[name]
            self.assertEqual((record.pop("level"), record.pop("msg")), (level, message))
            self.assertEqual(set(record), fields, name)
        for name in ("daemon.starting", "identity.created", "daemon.ready",
                     "connection.established", "handshake.completed", "stream.opened",
                     "stream.data_sent", "stream.refused", "heartbeat.sent", "config.reloaded",
                     "admin.command", "session.closing", "session.closed", "session.expired",
                     "daemon.stopping", "daemon.stopped"):
            self.assertNotEqual(daemon.events(name), [], name)
        self.assertTrue(daemon.stderr.isascii())
        self.assertEqual(daemon.events("session.closed")[-2]["message"], 'f\\xc3\\xbcr "dich"')

    def test_the_documents_events_and_fields(self):
        daemon = self.start_daemon(log="level: trace")
        client = self.connect(daemon)
        client.write(b"Hello from client!\n")
        client.wait_for_line("Hello from client!")
        self.stop(daemon)
        client.wait()
        peer = daemon.wait_for_event("connection.established")["peer"]
        self.assertRegex(peer, r"^127\.0\.0\.1:\d+$")
        same = {"peer": peer, "session_id": "1"}
        self.assertEqual(len(daemon.events("handshake.completed", **same)), 1)
        self.assertEqual(len(daemon.events("stream.opened", stream_id=1, service="echo", **same)),
                         1)
        self.assertEqual(sum(record["bytes"] for record in
                             daemon.events("stream.data_sent", stream_id=1, **same)), 19)
        self.assertEqual(len(daemon.events("session.closing", reason="going_away", **same)), 1)
        # A client whose stream is over may be first to close.
        closed = daemon.events("session.closed", **same)
        self.assertIn([(record["reason"], record["by"]) for record in closed],
                      [[("going_away", "local")], [("normal", "peer")]])

    def test_the_level_changes_while_it_runs(self):
        daemon = self.start_daemon(log="level: info")
        shown = self.jsctl(daemon, "log", "level")
        self.assertEqual((shown.code, shown.stdout), (0, "info\n"), shown.describe())
        self.run_to_end(JSCAT, "connect", daemon.address, "--pin-file", daemon.pin_file, data=b"x")
        self.assertEqual(daemon.events("stream.opened"), [])
        changed = self.jsctl_json(daemon, "log", "level", "trace")["data"]
        self.assertEqual((changed["level"], changed["previous"]), ("trace", "info"))
        self.run_to_end(JSCAT, "connect", daemon.address, "--pin-file", daemon.pin_file, data=b"x")
        daemon.wait_for_event("stream.data_sent", session_id="2")
        self.assertEqual(len(daemon.events("admin.command", command="log.level", target="trace",
                                           outcome="ok")), 1)
        self.assertEqual(self.jsctl(daemon, "log", "level", "loud").code, 2)
        self.stop(daemon)

    def test_what_strangers_cause_is_one_line(self):
        config = self.write_config(log="level: info, summary_interval: 1h")
        daemon = self.start_daemon(config)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            for size in (1, 40, 1200):
                for _ in range(100):
                    stranger.sendto(bytes(size), ("127.0.0.1", daemon.port))
        self.eventually(
            lambda: sum(self.jsctl_json(daemon, "status")["data"]["drops"].values()) >= 200,
            "counting what was dropped")
        before = {record["event"] for record in daemon.events()}
        self.assertLessEqual(before, {"daemon.starting", "identity.created", "daemon.ready"})
        config.write_text(config.read_text().replace("interval: 1h", "interval: 1s"))
        self.assertEqual(self.jsctl(daemon, "config", "reload").code, 0)
        summary = daemon.wait_for_event("drops.summary")
        self.stop(daemon)
        network, _, count = summary["networks"].partition(" ")
        self.assertEqual(network, "127.0.0.0/24")
        self.assertLessEqual(int(count), summary["packets"])
        self.assertGreaterEqual(summary["packets"], 200)
        self.assertRegex(summary["reasons"], r"^[a-z_]+ \d+(,[a-z_]+ \d+)*$")

    def test_a_reader_that_stands_still_holds_nobody_up(self):
        config = self.write_config(log="level: trace")
        reads, writes = os.pipe()
        self.addCleanup(os.close, reads)
        # Full before the daemon writes its first line, so nothing of its log gets through.
        os.set_blocking(writes, False)
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(writes, bytes(4096))
        os.set_blocking(writes, True)
        ready = self.folder / "notify"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(str(ready))
            manager.settimeout(harness.LIMIT)
            child = subprocess.Popen([harness.JETSTREAMD, "--config", config], cwd=self.folder,
                                     stderr=writes, env={**os.environ,
                                                         "NOTIFY_SOCKET": str(ready)})
            os.close(writes)
            self.addCleanup(child.wait)
            self.addCleanup(child.kill)
            address = re.search(r"STATUS=serving (\S+)", manager.recv(4096).decode())[1]
        # Tens of thousands of trace lines, more than pipe and queue hold.
        pin = self.folder / "state/identity.pub"
        data = bytes(range(256)) * 16384
        echo = self.run_to_end(JSCAT, "connect", address, "echo", "--pin-file", pin, data=data)
        self.assertEqual(bytes(echo.out), data, echo.stderr)
        status = self.run_to_end(harness.JSCTL, "--socket", self.folder / "admin.sock", "status")
        self.assertEqual(status.code, 0, status.describe())

    def test_the_status_on_demand_and_the_end_at_once(self):
        daemon = self.start_daemon(log="level: info")
        client = self.connect(daemon)
        client.write(b"x\n")
        client.wait_for_line("x")
        daemon.signal(signal.SIGUSR2)
        status = daemon.wait_for_event("daemon.status", state="running")
        self.assertEqual((status["sessions"], status["sessions_opened"]), (1, 1))
        daemon.signal(signal.SIGQUIT)
        self.assertEqual(daemon.wait(), 0, daemon.describe())
        self.assertEqual(daemon.events()[-2]["cause"], "SIGQUIT")
        client.signal(signal.SIGKILL)

    def test_signals_say_what_they_do(self):
        daemon = self.start_daemon(drain="deadline: 9s")
        told = []
        for number in (signal.SIGUSR1, signal.SIGHUP, signal.SIGUSR2, signal.SIGUSR1):
            daemon.signal(number)
            told.append(number.name)
            daemon.wait_until(lambda: len(daemon.events("daemon.signal")) == len(told), told[-1])
        self.assertEqual([record["signal"] for record in daemon.events("daemon.signal")], told)
        self.assertIn("nothing", daemon.events("daemon.signal")[-1]["does"])
        self.assertEqual(self.jsctl(daemon, "status").code, 0)
        daemon.wait_for_event("config.reloaded")
        client = self.connect(daemon)
        client.write(b"x\n")
        client.wait_for_line("x")
        client.signal(signal.SIGSTOP)
        daemon.signal(signal.SIGTERM)
        first = daemon.wait_for_event("daemon.signal", signal="SIGTERM")
        self.assertIn("drain for up to 9s", first["does"])
        self.assertEqual(first["hint"], "")
        daemon.wait_for_event("drain.started")
        daemon.signal(signal.SIGINT)
        self.assertEqual(daemon.wait(), 0, daemon.describe())
        self.assertEqual(daemon.wait_for_event("daemon.signal", signal="SIGINT")["does"],
                         "exit at once")
        client.signal(signal.SIGKILL)

    def test_a_drain_that_outlasts_a_container_runtime_says_so(self):
        daemon = self.start_daemon()
        self.stop(daemon)
        self.assertIn("docker stop --time",
                      daemon.wait_for_event("daemon.signal", signal="SIGTERM")["hint"])

    def test_addresses_of_peers_are_masked(self):
        config = self.write_config(log="level: debug, peer_addresses: prefix")
        daemon = self.start_daemon(config)
        self.jsctl(daemon, "ban", "add", "2001:db8:1:2::3", "--for", "1h")
        watch = self.spawn(harness.JSCTL, "--socket", daemon.socket, "--json", "session", "watch",
                           "peer in 127.0.0.0/8")
        watch.wait_for_line('"type":"begin"')
        client = self.connect(daemon)
        client.write(b"x\n")
        client.wait_for_line("x")
        self.assertEqual(daemon.wait_for_event("handshake.completed")["peer"], "127.0.0.0/24")
        watch.wait_for_line('"127.0.0.0/24"')
        self.assertEqual(daemon.wait_for_event("ban.added")["block"], "2001:db8:1::/48")
        # Whoever asks, and what operators did, is told in full.
        self.assertIn("2001:db8:1:2::3", daemon.wait_for_event("admin.command")["args"])
        session, = self.jsctl_json(daemon, "session", "list")["items"]
        self.assertRegex(session["peer"], r"^127\.0\.0\.1:\d+$")
        config.write_text(config.read_text().replace("addresses: prefix", "addresses: none"))
        self.assertEqual(self.jsctl(daemon, "config", "reload").code, 0)
        client.close_input()
        self.assertEqual(daemon.wait_for_event("session.closed")["peer"], "")
        self.assertNotIn(session["peer"], daemon.stderr)
        self.stop(daemon)

    def test_levels(self):
        daemon = self.start_daemon(log="level: info")
        self.run_to_end(JSCAT, "connect", daemon.address, "--pin-file", daemon.pin_file, data=b"x")
        self.stop(daemon)
        self.assertNotEqual(daemon.events("handshake.completed"), [])
        self.assertEqual({record["level"] for record in daemon.events()}, {"info"})

    def test_modules_have_levels_of_their_own(self):
        stream = ", {module: stream, level: debug}"
        config = self.write_config(
            log="level: error, modules: [{module: daemon, level: info}" + stream + "]")
        daemon = self.start_daemon(config)
        words = [JSCAT, "connect", daemon.address, "--pin-file", daemon.pin_file]
        self.run_to_end(*words, data=b"x")
        daemon.wait_for_event("stream.opened", session_id="1")
        config.write_text(config.read_text().replace(stream, "").replace("error", "info"))
        self.assertEqual(self.jsctl(daemon, "config", "reload").code, 0)
        self.run_to_end(*words, data=b"x")
        daemon.wait_for_event("session.closed", session_id="2")
        self.stop(daemon)
        self.assertEqual(daemon.events("session.closed", session_id="1"), [])
        self.assertEqual(daemon.events("stream.opened", session_id="2"), [])

    def test_text_for_people(self):
        config = self.write_config(log="level: info")
        config.write_text(config.read_text().replace("format: json", "format: text"))
        process = self.spawn(harness.JETSTREAMD, "--config", config)
        process.wait_for_line(" info listening listen=127.0.0.1:", "err")
        process.signal(signal.SIGTERM)
        self.assertEqual(process.wait(), 0)
        for line in process.lines("err"):
            self.assertRegex(line, r"^\d{4}-\d\d-\d\dT[\d:.]+Z info [a-z]")

    def test_the_format_follows_a_reload(self):
        config = self.write_config(log="level: info")
        daemon = self.start_daemon(config)
        config.write_text(config.read_text().replace("format: json", "format: text"))
        self.assertEqual(self.jsctl(daemon, "config", "reload").code, 0)
        daemon.wait_for_line(" info admin command ", "err")
        config.write_text(config.read_text().replace("format: text", "format: json"))
        answer = self.jsctl_json(daemon, "config", "reload")["data"]
        self.assertEqual([change["key"] for change in answer["applied"]], ["log.format"])
        self.stop(daemon)
        kinds = ["json" if line.startswith("{") else "text" for line in daemon.lines("err")]
        changes = [kind for kind, before in zip(kinds, ["", *kinds]) if kind != before]
        self.assertEqual(changes, ["json", "text", "json"], daemon.stderr)


if __name__ == "__main__":
    harness.main()
