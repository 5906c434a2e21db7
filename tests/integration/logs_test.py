#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The log: every line is JSON, every event and field is in the manual, and no secret is in it."""
import re
import signal

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
            self.assertEqual(set(record) - fields, set(), name)
        for name in ("daemon.starting", "identity.created", "daemon.ready",
                     "connection.established", "handshake.completed", "stream.opened",
                     "stream.data_sent", "stream.refused", "heartbeat.sent", "signal.ignored",
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
        self.assertEqual(len(daemon.events("session.closed", reason="going_away", by="local",
                                           **same)), 1)

    def test_levels(self):
        daemon = self.start_daemon(log="level: info")
        self.run_to_end(JSCAT, "connect", daemon.address, "--pin-file", daemon.pin_file, data=b"x")
        self.stop(daemon)
        self.assertNotEqual(daemon.events("handshake.completed"), [])
        self.assertEqual({record["level"] for record in daemon.events()}, {"info"})

    def test_text_for_people(self):
        config = self.write_config(log="level: info")
        config.write_text(config.read_text().replace("format: json", "format: text"))
        process = self.spawn(harness.JETSTREAMD, "--config", config)
        process.wait_for_line(" info listening listen=127.0.0.1:", "err")
        process.signal(signal.SIGTERM)
        self.assertEqual(process.wait(), 0)
        for line in process.lines("err"):
            self.assertRegex(line, r"^\d{4}-\d\d-\d\dT[\d:.]+Z info [a-z]")


if __name__ == "__main__":
    harness.main()
