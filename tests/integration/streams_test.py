#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Streams: events, log tail and session watch as operators use them, and as they must not hurt."""
import json
import os
import signal

import harness
from admin_client import AdminClient
from harness import JSCAT, JSCTL


class Streams(harness.Story):
    def quiet_daemon(self, **sections):
        """A daemon that from now on writes errors only, and what operators do."""
        daemon = self.start_daemon(log="level: info", **sections)
        self.assertEqual(self.jsctl(daemon, "log", "level", "error").code, 0)
        return daemon

    def follow(self, daemon, *words):
        """A jsctl that follows a stream, once nothing is missed any more."""
        process = self.spawn(JSCTL, "--socket", daemon.socket, "--json", *words)
        process.wait_for_line('"type":"begin"')
        return process

    def echo(self, daemon, data=b"x"):
        return self.run_to_end(JSCAT, "connect", daemon.address, "--pin-file", daemon.pin_file,
                               data=data)

    @staticmethod
    def rows(process):
        return [json.loads(line) for line in process.lines()]

    def wait_for(self, process, kind, **fields):
        def find():
            return next((row for row in self.rows(process) if row["type"] == kind and
                         fields.items() <= row["fields"].items()), None)

        return process.wait_until(find, f"event {kind} {fields}")

    def test_events_are_replayed_followed_and_numbered(self):
        daemon = self.quiet_daemon()
        self.echo(daemon)
        events = self.follow(daemon, "events")
        first = self.wait_for(events, "session.closed", session_id="1")
        self.echo(daemon)
        second = self.wait_for(events, "session.closed", session_id="2")
        self.assertGreater(second["seq"], first["seq"])
        numbers = [row["seq"] for row in self.rows(events)[1:]]
        self.assertEqual(numbers, list(range(1, len(numbers) + 1)))
        # The log said none of it: its level is higher.
        self.assertEqual(daemon.events("session.closed"), [])

        rest = self.jsctl_json(daemon, "events", "--no-follow", "--since", str(first["seq"]))
        self.assertEqual([row["seq"] for row in rest["items"]],
                         list(range(first["seq"] + 1, rest["data"]["last_seq"] + 1)))
        events.signal(signal.SIGINT)
        self.assertEqual(events.wait(), 0, events.describe())
        self.assertEqual(self.jsctl(daemon, "events", "--since", "999").code, 6)
        self.stop(daemon)

    def test_what_operators_did_can_be_asked_for(self):
        daemon = self.quiet_daemon()
        self.jsctl(daemon, "log", "level", "warning")
        audit = self.jsctl_json(daemon, "events", "--no-follow", "--type", "admin.command")["items"]
        self.assertEqual([row["fields"]["command"] for row in audit], ["log.level"] * 2)
        why = self.jsctl(daemon, "session", "close", "77", "--because", "ticket 12")
        self.assertEqual(why.code, 5, why.describe())
        record = self.jsctl_json(daemon, "events", "--no-follow", "--type",
                                 "admin")["items"][-1]["fields"]
        self.assertEqual((record["record"], record["command"], record["outcome"], record["comm"],
                          record["because"], record["pid"]),
                         (3, "session.close", "not_found", "jsctl", "ticket 12", why.pid))
        self.assertIn('"ids":["77"]', record["args"])
        # Whatever the level is, the log has it too.
        self.assertEqual([row["record"] for row in daemon.wait_for_events("admin.command", 3)],
                         [1, 2, 3])
        self.assertEqual(self.jsctl(daemon, "events", "--type", "admin.comand").code, 2)

    def test_a_change_with_a_name_is_made_once(self):
        daemon = self.quiet_daemon()
        ban = ("ban", "add", "192.0.2.7", "--for", "1h", "--request-id", "t-1", "--json")
        first = self.jsctl(daemon, *ban)
        self.assertEqual(first.code, 0, first.describe())
        self.assertEqual(self.jsctl(daemon, "ban", "del", "192.0.2.7").code, 0)
        again = self.jsctl(daemon, *ban, "--because", "did not hear")
        self.assertEqual((again.code, again.stdout), (0, first.stdout), again.describe())
        self.assertEqual(self.jsctl_json(daemon, "ban", "list")["items"], [])
        other = self.jsctl(daemon, "ban", "add", "192.0.2.8", "--request-id", "t-1")
        self.assertEqual(other.code, 6, other.describe())
        self.assertEqual(self.jsctl(daemon, "status", "--request-id", "t-2").code, 2)
        (self.folder / "list").write_text("192.0.2.9\n")
        loading = ("ban", "load", self.folder / "list")
        self.assertEqual(self.jsctl(daemon, *loading, "--request-id", "t-3").code, 2)
        audit = self.jsctl_json(daemon, "events", "--no-follow", "--type", "admin.command")["items"]
        self.assertEqual([(row["fields"]["command"], row["fields"]["request_id"],
                           row["fields"]["outcome"]) for row in audit[1:]],
                         [("ban.add", "t-1", "ok"), ("ban.del", "", "ok"),
                          ("ban.add", "t-1", "repeated"), ("ban.add", "t-1", "conflict")])

    def test_the_reason_for_a_list_is_in_the_trail(self):
        daemon = self.quiet_daemon()
        (self.folder / "list").write_text("192.0.2.9\n")
        run = self.jsctl(daemon, "ban", "load", self.folder / "list", "--because", "ticket 13")
        self.assertEqual(run.code, 0, run.describe())
        commit = self.jsctl_json(daemon, "events", "--no-follow", "--type",
                                 "admin.command")["items"][-1]["fields"]
        self.assertEqual((commit["command"], commit["because"], commit["socket"]),
                         ("ban.load_commit", "ticket 13", "admin"))

    def test_the_trail_names_what_ran_before_and_after(self):
        config = self.write_config()
        daemon = self.start_daemon(config)
        before = self.jsctl_json(daemon, "status")["data"]["config_digest"]
        config.write_text(config.read_text() + "sessions: {max: 9}\n")
        self.assertEqual(self.jsctl(daemon, "config", "reload", "--dry-run").code, 0)
        self.assertEqual(self.jsctl(daemon, "config", "reload").code, 0)
        after = self.jsctl_json(daemon, "status")["data"]["config_digest"]
        self.assertNotEqual(before, after)
        config.write_text("version: 7\n")
        self.assertEqual(self.jsctl(daemon, "config", "reload").code, 78)
        self.assertEqual(self.jsctl(daemon, "config", "rollback").code, 0)
        audit = self.jsctl_json(daemon, "events", "--no-follow", "--type", "admin.command")["items"]
        self.assertEqual([(row["fields"]["outcome"], row["fields"]["digest_before"],
                           row["fields"]["digest_after"]) for row in audit],
                         [("ok", before, before), ("ok", before, after),
                          ("config_invalid", after, after), ("ok", after, before)])

    def test_who_changed_the_level_is_told_until_it_is_over(self):
        config = self.write_config(log="level: info")
        daemon = self.start_daemon(config)
        self.assertEqual(self.jsctl(daemon, "log", "level", "debug", "--module", "stream", "--for",
                                    "1h").code, 0)
        status = self.jsctl_json(daemon, "status")["data"]
        self.assertEqual(status["log_level"], "info")
        override, = status["log_overrides"]
        self.assertEqual((override["module"], override["level"], override["uid"]),
                         ("stream", "debug", os.geteuid()))
        # It outlives a reload, which changes what holds for all else.
        config.write_text(config.read_text().replace("level: info", "level: warning"))
        self.assertEqual(self.jsctl(daemon, "config", "reload").code, 0)
        self.echo(daemon)
        daemon.wait_for_event("stream.opened")
        self.assertEqual(daemon.events("handshake.completed"), [])
        text = self.jsctl(daemon, "status").stdout
        self.assertIn(f"stream debug until {override['until']}, by uid {os.geteuid()}; "
                      "configured warning", text)
        # A short one is gone by itself, also after a reload.
        self.jsctl(daemon, "log", "level", "debug", "--module", "stream", "--for", "500ms")
        self.assertEqual(self.jsctl(daemon, "config", "reload").code, 0)
        self.eventually(lambda: not self.jsctl_json(daemon, "status")["data"]["log_overrides"],
                        "reverting")

    def test_a_stream_ends_with_the_daemon(self):
        daemon = self.start_daemon()
        watch = self.follow(daemon, "session", "watch")
        self.stop(daemon)
        self.assertEqual(watch.wait(), 3, watch.describe())

    def test_a_tail_is_finer_than_the_log_and_ends_by_itself(self):
        daemon = self.start_daemon(log="level: info")
        tail = self.follow(daemon, "log", "tail", "--level", "trace", "--module", "stream")
        brief = self.follow(daemon, "log", "tail", "--for", "100ms")
        self.echo(daemon)
        self.wait_for(tail, "stream.data_sent", bytes=1)
        self.assertEqual({row["type"].split(".")[0] for row in self.rows(tail)[1:]}, {"stream"})
        self.assertEqual(daemon.events("stream.data_sent"), [])
        self.assertEqual(brief.wait(), 0, brief.describe())
        # For people: no JSON, and nothing but events.
        text = self.spawn(JSCTL, "--socket", daemon.socket, "log", "tail", "--level", "trace")
        self.eventually(lambda: self.echo(daemon) and text.lines(), "text")
        self.assertRegex(text.lines()[0], r"^\d{4}-\d\d-\d\dT[\d:.]+Z \w+ [a-z_.]+: ")

    def test_one_session_is_traced(self):
        daemon = self.start_daemon(log="level: info")
        other = self.connect(daemon)
        other.write(b"a\n")
        other.wait_for_line("a")
        traced = self.connect(daemon)
        traced.write(b"b\n")
        traced.wait_for_line("b")
        tail = self.follow(daemon, "log", "tail", "--level", "trace", "--session", "2")
        other.write(b"aa\n")
        other.wait_for_line("aa")
        traced.write(b"bbb\n")
        traced.wait_for_line("bbb")
        self.wait_for(tail, "stream.data_sent", bytes=4)
        self.assertEqual({row["fields"]["session_id"] for row in self.rows(tail)[1:]}, {"2"})

    def test_sessions_are_watched_through_a_filter(self):
        daemon = self.quiet_daemon()
        watch = self.follow(daemon, "session", "watch", "id = 2")
        for _ in range(3):
            self.echo(daemon)
        self.wait_for(watch, "session.closed", session_id="2")
        self.assertEqual({row["fields"]["session_id"] for row in self.rows(watch)[1:]}, {"2"})
        wrong = self.jsctl(daemon, "session", "watch", "ib = 2")
        self.assertEqual(wrong.code, 2, wrong.describe())
        self.assertIn("id", wrong.stderr)

    def test_a_level_reverts_by_itself(self):
        daemon = self.start_daemon(log="level: info")
        changed = self.jsctl_json(daemon, "log", "level", "trace", "--for", "200ms")["data"]
        self.assertEqual((changed["level"], changed["configured"]), ("trace", "info"))
        self.assertEqual([row["level"] for row in changed["overrides"]], ["trace"])
        daemon.wait_for_event("log.level_reverted", now="info")
        self.assertEqual(self.jsctl(daemon, "log", "level").stdout, "info\n")

    def test_a_reader_that_stalls_holds_nobody_up(self):
        daemon = self.quiet_daemon()
        stalled = AdminClient(daemon.socket)
        self.addCleanup(stalled.__exit__)
        stalled.send({"cmd": "log.tail", "args": {"level": "trace"}})
        reading = self.follow(daemon, "log", "tail", "--level", "trace")
        self.echo(daemon, bytes(4 << 20))
        self.wait_for(reading, "session.closed")
        self.assertEqual(self.jsctl_json(daemon, "events", "--no-follow")["data"]["missing"], 0)
        # Its own lines have waited, as many as there is room for.
        seen = 0
        while (line := stalled.read_line())["data"]["type"] != "session.closed":
            self.assertEqual(line["type"], "event")
            seen += 1
        self.assertGreater(seen, 10)


if __name__ == "__main__":
    harness.main()
