#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A running daemon that is given another configuration."""
import contextlib
import hashlib
import json
import os
import re
import signal
import socket
import threading
import time

import harness
from harness import JSCAT, JSCTL, JETSTREAMD


class ConfigStory(harness.Story):
    def start(self, env=None, words=(), **sections):
        self.sections = sections
        self.config = self.write_config(**sections)
        self.daemon = self._kept(harness.Daemon(self.folder, self.config, *words,
                                                env={**os.environ, **(env or {})}))
        self.daemon.wait_ready()
        return self.daemon

    def rewrite(self, **sections):
        """Never half: the daemon may read it at any time."""
        self.sections = {**self.sections, **sections}
        os.replace(self.write_config("next.yaml", **self.sections), self.config)

    def ctl(self, *words, code=0):
        run = self.jsctl(self.daemon, *words)
        self.assertEqual(run.code, code, run.describe())
        return run

    def reload(self, *words):
        return self.jsctl_json(self.daemon, "config", "reload", *words)["data"]

    def value(self, key):
        return {row["key"]: row for row in
                self.jsctl_json(self.daemon, "config", "show")["items"]}[key]["value"]

    def digest(self):
        return "sha256:" + hashlib.sha256(self.config.read_bytes()).hexdigest()

    def connected(self, *words):
        client = self.connect(self.daemon, *words)
        client.write(b"ready\n")
        client.wait_for_line("ready")
        return client


class Reload(ConfigStory):
    def test_what_changes_and_what_is_told(self):
        self.start(sessions="timeout: 20s")
        before = self.digest()
        client = self.connected()
        self.rewrite(sessions="timeout: 40s, max: 7", server="workers: 3", log="level: info")
        report = self.reload()
        self.assertEqual(report["digest"], {"before": before, "after": self.digest()})
        changes = {row["key"]: (row["before"], row["after"], row["reload"])
                   for row in report["applied"]}
        self.assertEqual(changes, {
            "sessions.max": ("1048576", "7", "new_sessions"),
            "sessions.timeout": ("20s", "40s", "new_sessions"),
            "log.level": ("debug", "info", "all_sessions")})
        self.assertEqual([row["key"] for row in report["restart_required"]], ["server.workers"])
        status = self.jsctl_json(self.daemon, "status")["data"]
        self.assertEqual(status["restart_required"], ["server.workers"])
        self.assertEqual((status["config_digest"], status["sessions_max"], status["workers"]),
                         (self.digest(), 7, 1))
        self.assertTrue(status["last_reload"]["done"])
        event = self.daemon.wait_for_event("config.reloaded")
        self.assertEqual((event["applied"], event["restart_required"]), (3, 1))
        client.write(b"still here\n")
        client.wait_for_line("still here")
        # Nothing new in the file: nothing happens, and what needs a restart is told once more.
        again = self.reload()
        self.assertEqual((again["applied"], [row["key"] for row in again["restart_required"]]),
                         ([], ["server.workers"]))
        self.rewrite(server="workers: 1")
        self.assertEqual(self.reload()["restart_required"], [])
        self.assertEqual(self.jsctl_json(self.daemon, "status")["data"]["restart_required"], [])

    def test_any_error_changes_nothing(self):
        self.start(sessions="timeout: 20s")
        running = self.ctl("config", "show").stdout
        self.config.write_text("version: 1\nsessions:\n  timeout: 40s\n  max: lots\n"
                               "drain: {pace: 30}\nzzz: 1\n")
        run = self.ctl("config", "reload", code=78)
        for text in (f"{self.config}:4:8: error:", f"{self.config}:5:15: error:",
                     f"{self.config}:6:1: error: unknown key", "   4 |   max: lots",
                     "did you mean \"30s\"?", "3 errors in the configuration; nothing has changed"):
            self.assertIn(text, run.stderr, run.describe())
        self.assertEqual(self.ctl("config", "show").stdout, running)
        self.daemon.wait_for_event("config.rejected", count=3)
        rejected = self.daemon.events("config.rejected")
        self.assertEqual([record["place"].rpartition("yaml")[2] for record in rejected],
                         [":4:8", ":5:15", ":6:1"])
        last = self.jsctl_json(self.daemon, "status")["data"]["last_reload"]
        self.assertFalse(last["done"])
        self.assertIn(":4:8", last["error"])
        run = self.jsctl(self.daemon, "config", "reload", "--json")
        document = json.loads(run.stdout)
        self.assertEqual([(row["line"], row["column"]) for row in document["items"]],
                         [(4, 8), (5, 15), (6, 1)])
        self.config.unlink()
        self.assertIn("cannot read", self.ctl("config", "reload", code=78).stderr)
        self.assertEqual(self.ctl("config", "show").stdout, running)

    def test_what_does_not_fit_to_what_is_bound(self):
        two = '["127.0.0.1:0", "127.0.0.1:0"]'
        self.config = self.write_config()
        one = self.config.read_text()
        self.config.write_text(one.replace('"127.0.0.1:0"', two))
        self.daemon = self.start_daemon(self.config)
        # Right with one address, but there are two until the restart.
        self.config.write_text(one.replace("limits: {", "limits: {worker_memory: 12MiB, "))
        run = self.ctl("config", "reload", code=78)
        self.assertIn("limits.worker_memory", run.stderr)

    def test_a_signal_does_the_same(self):
        self.start(sessions="max: 3")
        self.rewrite(sessions="max: 4")
        self.daemon.signal(signal.SIGHUP)
        self.daemon.wait_for_event("config.reloaded", cause="signal", applied=1)
        self.assertEqual(self.value("sessions.max"), "4")
        self.config.write_text("version: 2\n")
        self.daemon.signal(signal.SIGHUP)
        self.daemon.wait_for_event("config.rejected", cause="signal")
        self.assertEqual(self.value("sessions.max"), "4")

    def test_every_worker_has_it_when_the_answer_comes(self):
        self.start(server="workers: 4", sessions="timeout: 20s")
        for index in range(6):
            service = f"service{index}"
            self.rewrite(services=f"{service}: {{type: echo}}")
            self.assertEqual(self.ctl("config", "reload").code, 0)
            for _ in range(4):  # each goes to some worker
                run = self.run_to_end(JSCAT, "connect", self.daemon.address, service, "--pin-file",
                                      self.daemon.pin_file, data=b"hello\n")
                self.assertEqual((run.code, run.stdout), (0, "hello\n"), run.describe())

    def test_overrides_hold(self):
        self.start(env={"JETSTREAMD__SESSIONS__MAX": "11"}, words=("--state-dir", "other"),
                   sessions="max: 3")
        self.assertEqual(self.value("sessions.max"), "11")
        self.rewrite(sessions="max: 4, timeout: 33s")
        self.config.write_text(self.config.read_text().replace("state_dir: state", "state_dir: x"))
        report = self.reload()
        self.assertEqual([row["key"] for row in report["applied"]], ["sessions.timeout"])
        self.assertEqual(report["restart_required"], [])
        shown = self.ctl("config", "show", "--origin").stdout
        self.assertRegex(shown, r"  max: 11  # env:JETSTREAMD__SESSIONS__MAX\n")
        self.assertRegex(shown, r"  state_dir: \S+/other  # --state-dir\n")
        self.assertRegex(shown, r"  timeout: 33s  # \S+jetstreamd.yaml:\d+\n")
        self.assertRegex(shown, r"  max_streams: 100  # default\n")

    def test_clients_that_lose_their_key(self):
        key = {name: self.run_to_end(JSCAT, "keygen", f"{name}.key").stdout
               for name in ("ana", "ben")}
        clients = self.folder / "clients"
        clients.write_text(key["ana"] + key["ben"])
        self.start(server="workers: 2, client_auth: required, authorized_clients_file: clients")
        first = self.digest()
        ana, ben = (self.connected("--identity", f"{name}.key") for name in ("ana", "ben"))
        clients.write_text(key["ben"])
        report = self.reload()
        self.assertEqual([row["key"] for row in report["applied"]],
                         ["server.authorized_clients_file"])
        self.assertNotEqual(report["digest"]["after"], report["digest"]["before"])
        both = hashlib.sha256(self.config.read_bytes() + clients.read_bytes()).hexdigest()
        self.assertEqual(report["digest"]["after"], "sha256:" + both)
        for digest in (self.digest(), both):  # of the file, as sha256sum says, or of both
            self.ctl("config", "reload", "--expect-digest", digest)
        self.ctl("config", "reload", "--expect-digest", first[:-4] + "0000", code=6)
        self.assertEqual(ana.wait(), 255, ana.describe())
        ben.write(b"still here\n")
        ben.wait_for_line("still here")
        clients.write_text("nonsense\n")
        run = self.ctl("config", "reload", code=78)
        self.assertIn("clients:1:", run.stderr)
        self.assertIn("authorized_clients_file", run.stderr)
        ben.write(b"and still\n")
        ben.wait_for_line("and still")


class Guarded(ConfigStory):
    def test_a_dry_run_changes_nothing(self):
        self.start(sessions="max: 3")
        self.rewrite(sessions="max: 4")
        report = self.reload("--dry-run")
        self.assertTrue(report["dry_run"])
        self.assertEqual([row["after"] for row in report["applied"]], ["4"])
        self.assertEqual(self.value("sessions.max"), "3")
        self.assertIsNone(self.jsctl_json(self.daemon, "status")["data"]["last_reload"])
        diff = self.ctl("config", "diff").stdout
        self.assertIn("sessions.max: 3 -> 4  (for new sessions)", diff)
        digest = report["digest"]["after"]
        self.ctl("config", "reload", "--expect-digest", digest)
        self.assertEqual(self.value("sessions.max"), "4")
        self.assertIn("nothing would change", self.ctl("config", "diff").stdout)

    def test_another_file_is_compared_as_if_it_stood_there(self):
        self.start(env={"JETSTREAMD__SESSIONS__TIMEOUT": "20s"}, sessions="max: 3, timeout: 30s",
                   services="echo: {type: echo}, old: {type: sink}")
        (self.folder / "drafts").mkdir()
        draft = self.folder / "drafts/draft.yaml"
        draft.write_text(self.write_config(
            "next.yaml", sessions="max: 4, timeout: 40s", server="workers: 2",
            services="echo: {type: echo}").read_text())
        self.ctl("log", "level", "trace", "--for", "1h")
        run = self.ctl("config", "diff", draft)
        self.assertEqual(run.stdout.splitlines()[:4], [
            "sessions.max: 3 -> 4  (for new sessions)",
            "services.old.type: sink -> unset  (at once)",
            "services.old.early_data: false -> unset  (at once)",
            "server.workers: 1 -> 2  (needs a restart)"], run.stdout)
        self.assertIn("3 values would change, 1 needs a restart", run.stdout)
        report = self.jsctl_json(self.daemon, "config", "diff", draft)["data"]
        digest = "sha256:" + hashlib.sha256(draft.read_bytes()).hexdigest()
        self.assertEqual(report["digest"], {"before": self.digest(), "after": digest})
        # What a reload says with that file in place is the same.
        os.replace(draft, self.config)
        dry = self.reload("--dry-run")
        self.assertEqual([row["key"] for row in dry["applied"]],
                         ["sessions.max", "services.old.early_data", "services.old.type"])
        self.assertEqual([row["key"] for row in dry["restart_required"]], ["server.workers"])
        self.assertEqual((report["unchanged"], report["digest"]["after"]),
                         (dry["unchanged"], dry["digest"]["after"]))

    def test_a_daemon_that_was_started_with_a_relative_path(self):
        self.config = self.write_config()
        self.daemon = self._kept(harness.Daemon(self.folder, self.config.name))
        self.daemon.wait_ready()
        self.assertEqual(self.jsctl_json(self.daemon, "status")["data"]["config_path"],
                         str(self.config))
        # Relative paths in a draft elsewhere are meant from the daemon's own file.
        (self.folder / "drafts").mkdir()
        draft = self.folder / "drafts/draft.yaml"
        draft.write_text(self.config.read_text())
        self.assertIn("nothing would change", self.ctl("config", "diff", draft).stdout)

    def test_a_broken_file_is_told_without_a_daemon(self):
        broken = self.folder / "broken.yaml"
        broken.write_text("version: 1\nzzz: 1\n")
        run = self.run_to_end(JSCTL, "--socket", self.folder / "none.sock", "config", "diff",
                              broken)
        self.assertEqual(run.code, 78, run.describe())
        self.assertIn(f"{broken}:2:1: error: unknown key", run.stderr)
        broken.write_text("version: 1\n")
        run = self.run_to_end(JSCTL, "--socket", self.folder / "none.sock", "config", "diff",
                              broken)
        self.assertEqual(run.code, 3, run.describe())

    def test_what_holds_for_now_has_an_origin(self):
        self.start(log="level: info")
        self.ctl("log", "level", "debug", "--for", "1h")
        self.ctl("log", "level", "trace", "--module", "stream")
        self.ctl("ban", "add", "192.0.2.7")
        shown = self.ctl("config", "show", "--origin").stdout
        uid = os.getuid()
        self.assertRegex(shown, rf"  level: debug  # runtime: jsctl log level, uid {uid} \(\w+\), "
                                r"until \d\d:\d\d:\d\dZ\n")
        self.assertRegex(shown, r"\n# log level of stream: trace  # runtime: jsctl log level, uid")
        self.assertTrue(shown.endswith("# bans: 1  # runtime: jsctl ban list\n"), shown)
        kept = self.folder / "shown.yaml"
        kept.write_text(shown)
        self.ctl("config", "check", kept)
        # A reload changes the configured level; the other one goes on.
        self.rewrite(log="level: warning")
        self.assertEqual([row["key"] for row in self.reload()["applied"]], ["log.level"])
        rows = {row["key"]: row for row in
                self.jsctl_json(self.daemon, "config", "show", "log")["items"]}
        self.assertEqual((rows["log.level"]["value"], rows["log.level"]["configured"]),
                         ("debug", "warning"))
        self.ctl("log", "level", "default")
        self.assertEqual(self.value("log.level"), "warning")

    def test_another_file_than_expected(self):
        self.start(sessions="max: 3")
        self.rewrite(sessions="max: 4")
        expected = self.digest()
        self.rewrite(sessions="max: 5")
        run = self.ctl("config", "reload", "--expect-digest", expected, code=6)
        self.assertIn("precondition_failed", run.stderr)
        # The file is in order: that is no failed reload.
        self.assertIsNone(self.jsctl_json(self.daemon, "status")["data"]["last_reload"])
        self.assertEqual(self.value("sessions.max"), "3")
        self.ctl("config", "reload", "--expect-digest", self.digest()[7:])
        self.assertEqual(self.value("sessions.max"), "5")
        self.assertEqual(self.jsctl(self.daemon, "config", "reload", "--expect-digest",
                                    "abc").code, 2)

    def test_strict(self):
        self.start(sessions="max: 3")
        self.rewrite(sessions="max: 4", server="workers: 2")
        run = self.ctl("config", "reload", "--strict", code=6)
        self.assertIn("server.workers", run.stderr)
        self.assertIn("restart_required", run.stderr)
        self.assertIsNone(self.jsctl_json(self.daemon, "status")["data"]["last_reload"])
        self.assertEqual(self.value("sessions.max"), "3")
        self.rewrite(server="workers: 1")
        self.ctl("config", "reload", "--strict")
        self.assertEqual(self.value("sessions.max"), "4")

    def test_taken_back_unless_confirmed(self):
        self.start(sessions="max: 3")
        self.rewrite(sessions="max: 4")
        run = self.ctl("config", "reload", "--confirm-within", "1s")
        self.assertIn("jsctl config confirm within", run.stderr)
        self.assertEqual(self.value("sessions.max"), "4")
        reverted = self.daemon.wait_for_event("config.reverted", cause="not confirmed")
        self.assertEqual(reverted["applied"], 1)
        self.assertEqual(self.value("sessions.max"), "3")
        self.assertIn("sessions.max: 3 -> 4", self.ctl("config", "diff").stdout)
        run = self.ctl("config", "confirm", code=6)
        self.assertRegex(run.stderr, r"was taken back at \S+Z \(not confirmed\)")
        self.daemon.wait_for_event("health.raised", code="config_differs")
        self.assertIn("before the reload that was taken back",
                      self.ctl("config", "show", "--origin").stdout)
        self.reload()
        self.daemon.wait_for_event("health.cleared", code="config_differs")

    @contextlib.contextmanager
    def taken_once_free(self, port):
        """Somebody else who takes the port as soon as nobody has it; an event of that."""
        taken, over = threading.Event(), threading.Event()

        def take():
            while not over.is_set():
                with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
                    taken.set()
                    over.wait(harness.LIMIT)

        thread = threading.Thread(target=take)
        thread.start()
        try:
            yield taken
        finally:
            over.set()
            thread.join()

    def test_what_is_in_the_way_keeps_nothing_but_itself_and_not_for_longer(self):
        first, second = (socket.create_server(("127.0.0.1", 0)) for _ in range(2))
        was, will_be = (f"127.0.0.1:{place.getsockname()[1]}" for place in (first, second))
        first.close()
        self.start(metrics=f"listen: \"{was}\"", sessions="max: 3")
        self.rewrite(metrics=f"listen: \"{will_be}\"", sessions="max: 4")
        run = self.ctl("config", "reload", code=78)
        for text in ("has no mistake", "metrics.listen", "in use", "--check does not see that"):
            self.assertIn(text, run.stderr, run.describe())
        second.close()
        with self.taken_once_free(int(was.rpartition(":")[2])) as taken:
            self.ctl("config", "reload", "--confirm-within", "2s")
            taken.wait(harness.LIMIT)
            raised = self.daemon.wait_for_event("health.raised", code="config_not_taken_back")
            self.assertIn("in use", raised["detail"])
            self.assertEqual((self.value("sessions.max"), self.value("metrics.listen")),
                             ("3", f'"{will_be}"'))
            self.assertIn("config_not_taken_back", self.ctl("status").stdout)
            self.assertIn("can't be taken back yet", self.ctl("config", "reload", code=6).stderr)
        self.daemon.wait_for_event("health.cleared", code="config_not_taken_back")
        self.assertEqual(self.value("metrics.listen"), f'"{was}"')
        self.reload()
        self.assertEqual(self.value("metrics.listen"), f'"{will_be}"')

    def test_nothing_to_confirm(self):
        self.start(sessions="max: 3")
        run = self.ctl("config", "reload", "--confirm-within", "60s")
        self.assertEqual(run.stderr, "")
        self.assertIn("--confirm-within", self.ctl("config", "confirm", code=6).stderr)
        self.rewrite(sessions="max: 4")
        self.reload()

    def test_confirmed(self):
        self.start(sessions="max: 3")
        self.rewrite(sessions="max: 4")
        self.ctl("config", "reload", "--confirm-within", "60s")
        left = self.jsctl_json(self.daemon, "status")["data"]["confirm_left_ms"]
        self.assertTrue(0 < left <= 60000, left)
        self.assertIn("unconfirmed", self.ctl("status").stdout)
        # Nobody else gets in between.
        self.rewrite(sessions="max: 5")
        run = self.ctl("config", "reload", code=6)
        self.assertIn("waits for its confirmation", run.stderr)
        self.daemon.signal(signal.SIGHUP)
        self.daemon.wait_for_event("config.rejected", cause="signal")
        self.reload("--dry-run")
        self.ctl("config", "confirm")
        self.assertEqual(self.value("sessions.max"), "4")
        self.assertIsNone(self.jsctl_json(self.daemon, "status")["data"]["confirm_left_ms"])
        self.reload()
        self.assertEqual(self.value("sessions.max"), "5")

    def test_rollback(self):
        self.start(sessions="max: 3")
        self.ctl("config", "rollback", code=6)
        self.rewrite(sessions="max: 4")
        self.ctl("config", "reload", "--confirm-within", "60s")
        self.assertIn("sessions.max: 4 -> 3", self.ctl("config", "rollback").stdout)
        self.assertEqual(self.value("sessions.max"), "3")
        self.assertIsNone(self.jsctl_json(self.daemon, "status")["data"]["confirm_left_ms"])
        # There is one way back, and a reload that changes nothing does not lose it.
        self.assertIn("taken back", self.ctl("config", "rollback", code=6).stderr)
        self.assertEqual(self.value("sessions.max"), "3")
        # The file, with what was taken back in it, is a draft like any other.
        self.assertIn("sessions.max: 3 -> 4", self.ctl("config", "diff", self.config).stdout)
        self.reload()
        self.config.write_text(self.config.read_text() + "# only words\n")
        self.assertEqual(self.reload()["applied"], [])
        self.ctl("config", "rollback")
        self.assertEqual(self.value("sessions.max"), "3")

    def test_a_stop_while_it_waits(self):
        self.start(sessions="max: 3")
        self.rewrite(sessions="max: 4")
        self.ctl("config", "reload", "--confirm-within", "60s")
        self.stop(self.daemon)
        self.assertEqual(self.daemon.events("config.reverted"), [])

    def test_many_at_once(self):
        self.start(sessions="max: 3")
        runs = []
        for value in range(4, 10):
            self.rewrite(sessions=f"max: {value}")
            runs += [self.spawn(JSCTL, "--socket", self.daemon.socket, "config", "reload")
                     for _ in range(4)]
        for run in runs:
            self.assertEqual(run.wait(), 0, run.describe())
        self.assertEqual(self.value("sessions.max"), "9")


class Manager(harness.Story):
    def test_the_manager_hears_of_it_and_that_it_is_over(self):
        place = str(self.folder / "notify")
        manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(manager.close)
        manager.bind(place)
        manager.settimeout(harness.LIMIT)
        config = self.write_config(sessions="max: 3")
        daemon = self.start_daemon(config, env={"NOTIFY_SOCKET": place})

        def heard():
            return manager.recv(4096).decode()

        while "READY=1" not in heard():
            pass
        for good in (True, False, True):
            config.write_text(config.read_text() if good else "nonsense")
            before = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
            daemon.signal(signal.SIGHUP)
            word = heard()
            while "RELOADING=1" not in word:
                word = heard()
            at = int(re.search(r"MONOTONIC_USEC=(\d+)", word)[1])
            self.assertGreaterEqual(at, before)
            while "READY=1" not in heard():
                pass
            if not good:
                config = self.write_config(sessions="max: 3")


if __name__ == "__main__":
    harness.main()
