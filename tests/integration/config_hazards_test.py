#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A daemon whose configuration changes at the wrong moment, or into something that is none."""
import json
import os
import signal
import socket

from config_reload_test import ConfigStory
import harness
from harness import JSCTL


class WrongMoment(ConfigStory):
    def test_a_stop_with_sessions_while_a_reload_waits(self):
        self.start(sessions="max: 3", drain="deadline: 1s, pace: 0s")
        client = self.connected()
        self.rewrite(sessions="max: 4")
        self.ctl("config", "reload", "--confirm-within", "60s")
        self.daemon.signal(signal.SIGTERM)
        self.daemon.wait_for_event("daemon.stopping")
        # From now on there is nothing to confirm or to take back.
        self.stop_is_all(("config", "confirm"), ("config", "rollback"), ("config", "reload"))
        self.daemon.signal(signal.SIGTERM)
        self.assertEqual(self.daemon.wait(), 0, self.daemon.describe())
        self.assertEqual(self.daemon.events("config.reverted"), [])
        client.wait()

    def stop_is_all(self, *commands):
        """Each is refused, or nobody is there any more to refuse it."""
        for command in commands:
            run = self.jsctl(self.daemon, *command)
            self.assertIn(run.code, (3, 6), run.describe())

    def test_a_reload_during_a_drain(self):
        self.start(sessions="max: 3", drain="deadline: 60s, pace: 60s")
        client = self.connected()
        self.ctl("drain", "start", "--then", "hold", "--for", "1h")
        self.rewrite(sessions="max: 4", drain="deadline: 50s, pace: 5s")
        report = self.reload()
        self.assertEqual([row["key"] for row in report["applied"]],
                         ["sessions.max", "drain.deadline", "drain.pace"])
        self.assertEqual(self.value("sessions.max"), "4")
        # The drain goes on: the client may have been asked to go by now, nobody else may come.
        status = self.jsctl_json(self.daemon, "drain", "status")["data"]
        self.assertIn(status["state"], ("draining", "drained"))
        self.assertEqual(self.connect(self.daemon, "--no-resume").wait(), 255)
        client.close_input()
        client.wait()
        self.ctl("drain", "cancel")
        self.connected().close_input()

    def test_confirming_twice_and_too_late(self):
        self.start(sessions="max: 3")
        self.ctl("config", "confirm", code=6)
        self.rewrite(sessions="max: 4")
        self.ctl("config", "reload", "--confirm-within", "60s")
        self.ctl("config", "confirm")
        self.ctl("config", "confirm", code=6)
        self.rewrite(sessions="max: 5")
        self.ctl("config", "reload", "--confirm-within", "1s")
        self.daemon.wait_for_event("config.reverted")
        run = self.ctl("config", "confirm", code=6)
        self.assertIn("there is no reload to confirm", run.stderr)
        self.assertEqual(self.value("sessions.max"), "4")

    def test_everybody_reloads_at_once(self):
        self.start(sessions="max: 3")
        self.rewrite(sessions="max: 4")
        connection = socket.socket(socket.AF_UNIX)
        self.addCleanup(connection.close)
        connection.connect(str(self.daemon.socket))
        connection.sendall(b'{"cmd":"config.reload"}\n' * 5)
        runs = [self.spawn(JSCTL, "--socket", self.daemon.socket, "config", command)
                for command in ("reload", "diff", "reload", "rollback")]
        self.daemon.signal(signal.SIGHUP)
        replies = connection.makefile("rb")
        answers = [json.loads(replies.readline()) for _ in range(5)]
        self.assertEqual([answer["type"] for answer in answers], ["result"] * 5, answers)
        for run in runs:
            self.assertEqual(run.wait(), 0, run.describe())
        self.daemon.wait_for_event("config.reloaded", cause="signal")
        self.reload()
        self.assertEqual(self.value("sessions.max"), "4")


class WrongFile(ConfigStory):
    def refused(self, text):
        """A reload that changes nothing, told by the socket and by the signal."""
        run = self.ctl("config", "reload", code=78)
        self.assertIn(text, run.stderr)
        self.assertIn(text, self.ctl("config", "diff", code=78).stderr)
        count = len(self.daemon.events("config.rejected"))
        self.daemon.signal(signal.SIGHUP)
        self.daemon.wait_for_event("config.rejected", count=count + 1)
        self.assertEqual(self.value("sessions.max"), "3")

    def test_what_is_no_file(self):
        self.start(sessions="max: 3")
        text = self.config.read_text()
        self.config.unlink()
        self.refused(f"{self.config}: error: cannot read the configuration: No such file")
        self.config.mkdir()
        self.refused(f"{self.config}: error: cannot read the configuration: Is a directory")
        self.config.rmdir()
        os.mkfifo(self.config)  # which nobody writes to
        self.refused(f"{self.config}:1:1: error: the file is empty")
        self.config.unlink()
        self.config.symlink_to(self.config)
        self.refused("Too many levels of symbolic links")
        self.config.unlink()
        self.config.symlink_to("/dev/zero")
        self.refused(f"{self.config}:1:1: error: larger than 1 MiB")
        self.config.unlink()
        self.config.write_text("")
        self.refused(f"{self.config}:1:1: error: the file is empty")
        self.config.write_text("version: 1\nsessions: {max: 4")
        self.refused("not valid YAML")
        self.config.write_text(text.replace("max: 3", "max: 4"))
        self.reload()
        self.assertEqual(self.value("sessions.max"), "4")

    def test_gone_between_the_look_and_the_reload(self):
        self.start(sessions="max: 3")
        self.rewrite(sessions="max: 4")
        digest = self.reload("--dry-run")["digest"]["after"]
        self.config.unlink()
        self.ctl("config", "reload", "--expect-digest", digest, code=78)
        self.assertEqual(self.value("sessions.max"), "3")


if __name__ == "__main__":
    harness.main()
