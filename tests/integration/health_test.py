#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Whether the daemon is well, as jsctl tells and waits for it."""
import os
import pathlib
import signal
import socket

import harness
import one_thread

BUFFER_FITS = "socket_receive_buffer: 64KiB"  # every system gives as much


class Health(harness.Story):
    def start_well(self, **sections):
        sections["server"] = ", ".join(filter(None, ["workers: 2", BUFFER_FITS,
                                                     sections.get("server")]))
        return self.start_daemon(**sections)

    def busy_client(self, daemon):
        """One whose session lasts until it may go on."""
        client = self.connect(daemon)
        client.write(b"ready\n")
        client.wait_for_line("ready")
        client.signal(signal.SIGSTOP)
        return client

    def test_a_daemon_that_is_well_says_so_in_one_word(self):
        daemon = self.start_well()
        for words, answer in ([], "ready\n"), (["--ready"], "ready\n"), (["--live"], "live\n"):
            run = self.jsctl(daemon, "health", *words)
            self.assertEqual((run.code, run.stdout, run.stderr), (0, answer, ""))
        self.assertEqual(self.jsctl(daemon, "health", "--live", "--ready").code, 2)
        self.assertNotIn("problem", self.jsctl(daemon, "status").stdout)

    def test_without_a_daemon_it_is_1_and_one_line(self):
        for words in ["health"], ["health", "--live", "--timeout", "2s"]:
            run = self.run_to_end(harness.JSCTL, "--socket", self.folder / "absent.sock", *words)
            self.assertEqual((run.code, run.stdout), (1, ""))
            self.assertEqual(len(run.stderr.splitlines()), 1, run.stderr)

    def test_a_daemon_that_does_not_answer_is_unwell_in_time(self):
        daemon = self.start_well()
        daemon.signal(signal.SIGSTOP)
        run = self.jsctl(daemon, "health", "--timeout", "200ms")
        self.assertEqual(run.code, 1)
        self.assertIn("did not answer in time", run.stderr)
        daemon.signal(signal.SIGCONT)
        self.assertEqual(self.jsctl(daemon, "health").code, 0)

    def test_a_drain_is_not_ready_but_live(self):
        daemon = self.start_well(drain="deadline: 60s, pace: 0s")
        client = self.busy_client(daemon)
        self.assertEqual(self.jsctl(daemon, "drain", "start").code, 0)
        run = self.jsctl(daemon, "health")
        self.assertEqual(run.code, 1)
        self.assertEqual(run.stdout.splitlines()[0],
                         "not ready: draining, draining, no new sessions are taken")
        self.assertEqual(self.jsctl(daemon, "health", "--live").code, 0)
        self.assertEqual(self.jsctl(daemon, "drain", "cancel").code, 0)
        self.assertEqual(self.jsctl(daemon, "health").code, 0)
        client.signal(signal.SIGCONT)

    def test_a_worker_that_hangs_is_named_and_not_live(self):
        daemon = self.start_well()
        with one_thread.stopped(daemon.pid, "worker-0"):
            daemon.wait_for_event("health.raised", code="worker_stalled")
            run = self.jsctl(daemon, "health", "--live")
            self.assertEqual(run.code, 1)
            self.assertEqual(run.stdout.splitlines()[0],
                             "not live: worker_stalled, worker 0 has not moved for 5 s")
            # What is known is told without the worker.
            self.assertEqual(self.jsctl(daemon, "metrics").code, 0)
        daemon.wait_for_event("health.cleared", code="worker_stalled")
        self.assertEqual(self.jsctl(daemon, "health", "--live").code, 0)

    def test_a_small_receive_buffer_is_told_with_the_command_that_helps(self):
        given = int(pathlib.Path("/proc/sys/net/core/rmem_max").read_text())
        asked = given + 4096
        config = self.write_config(server=f"workers: 1, socket_receive_buffer: {asked}B")
        # Root may have any size, unless it has given up the capability for it, as the unit does.
        launcher = ["setpriv", "--bounding-set=-all"] if os.geteuid() == 0 else []
        daemon = self._kept(harness.Daemon(self.folder, config, launcher=launcher))
        raised = daemon.wait_for_event("health.raised", code="receive_buffer_small")
        self.assertIn(f"sysctl -w net.core.rmem_max={asked} on the host", raised["detail"])
        self.assertEqual(self.jsctl(daemon, "health").code, 0)
        self.assertEqual(self.stat(daemon, "socket_receive_buffer_bytes"), given)

    def test_drops_at_a_socket_are_told_beside_our_own(self):
        daemon = self.start_well()
        flood = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(flood.close)
        with one_thread.stopped(daemon.pid, "worker-0"), \
                one_thread.stopped(daemon.pid, "worker-1"):
            for _ in range(2000):
                flood.sendto(bytes(1000), ("127.0.0.1", daemon.port))
        raised = daemon.wait_for_event("health.raised", code="socket_drops")
        self.assertRegex(raised["detail"], r"^\d+ datagrams at 127\.0\.0\.1:\d+, "
                                           r"the daemon itself dropped \d+$")
        dropped = self.stat(daemon, "socket_receive_drops_total")
        self.assertGreater(dropped, 0)
        self.eventually(lambda: self.stat(daemon, "socket_receive_drops_total")
                        + sum(self.stats(daemon, "datagrams_dropped_total").values()) == 2000,
                        "every datagram is accounted for")

    def test_a_key_that_others_can_read_is_told(self):
        state = self.folder / "state"
        daemon = self.start_well()
        self.stop(daemon)
        # A credential is somebody else's to guard, so the daemon starts; but it says so.
        (state / "identity.key").chmod(0o644)
        daemon = self.start_daemon(config=self.write_config(server=f"workers: 1, {BUFFER_FITS}"),
                                   env={"CREDENTIALS_DIRECTORY": str(state)})
        raised = daemon.wait_for_event("health.raised", code="key_permissions")
        self.assertIn("mode 0644", raised["detail"])
        self.assertIn("problem", self.jsctl(daemon, "status").stdout)
        self.assertIn("chmod 0600", self.jsctl(daemon, "health").stdout)

    def test_what_a_reload_left_undone_is_told_until_it_is_mended(self):
        config = self.write_config(sessions="max: 10")
        daemon = self.start_daemon(config)
        config.write_text(config.read_text() + "nonsense: 1\n")
        self.assertEqual(self.jsctl(daemon, "config", "reload").code, 78)
        finding = self.wait_for_code(daemon, "config_reload_failed")
        self.assertIn("jetstreamd.yaml", finding["detail"])
        self.assertIn("config_reload_failed", self.jsctl(daemon, "status").stdout)
        self.assertEqual(self.jsctl(daemon, "health").code, 0)
        self.wait_for_metrics(
            daemon, "jetstreamd_config_last_reload_successful 0",
            'jetstreamd_config_reloads_total{result="failed"} 1',
            'jetstreamd_admin_commands_total{command="config.reload",result="error"} 1')
        self.write_config(server="workers: 2", sessions="max: 11")
        self.assertEqual(self.jsctl(daemon, "config", "reload").code, 0)
        self.assertEqual(self.wait_for_code(daemon, "config_restart_required")["detail"],
                         "server.workers")
        self.wait_for_metrics(
            daemon, "jetstreamd_config_last_reload_successful 1",
            "jetstreamd_config_restart_required 1",
            'jetstreamd_config_reloads_total{result="done"} 1',
            'jetstreamd_admin_commands_total{command="config.reload",result="ok"} 1')
        self.assertNotIn("config_reload_failed", self.codes(daemon))

    def codes(self, daemon):
        return {row["code"]: row for row in self.jsctl_json(daemon, "health")["items"]}

    def wait_for_metrics(self, daemon, *lines):
        self.eventually(
            lambda: set(lines) <= set(self.jsctl(daemon, "metrics").stdout.splitlines()),
            f"{lines} in the metrics")

    def wait_for_code(self, daemon, code):
        self.eventually(lambda: code in self.codes(daemon), code)
        return self.codes(daemon)[code]

    def test_wait_ready_begins_before_the_daemon_does(self):
        waiting = self.spawn(harness.JSCTL, "--socket", self.folder / "admin.sock", "wait",
                             "ready", "--timeout", "50s")
        self.start_well()
        self.assertEqual(waiting.wait(), 0, waiting.describe())
        self.assertTrue(waiting.stdout.startswith("running, 0 sessions, after "), waiting.stdout)

    def test_wait_ends_in_time(self):
        absent = self.run_to_end(harness.JSCTL, "--socket", self.folder / "absent.sock", "wait",
                                 "ready", "--timeout", "300ms")
        self.assertEqual(absent.code, 7, absent.describe())
        gone = self.run_to_end(harness.JSCTL, "--socket", self.folder / "absent.sock", "wait",
                               "drained")
        self.assertEqual(gone.code, 3, gone.describe())
        daemon = self.start_well()
        late = self.jsctl(daemon, "wait", "drained", "--timeout", "300ms")
        self.assertEqual(late.code, 7, late.describe())
        self.assertIn('it did not come to "drained" in time', late.stderr)
        for wrong in "soon", "sessions<=", "sessions<=-1", "sessions<=x", "sessions<3":
            self.assertEqual(self.jsctl(daemon, "wait", wrong).code, 2, wrong)

    def test_wait_for_sessions_and_for_the_end_of_a_drain(self):
        daemon = self.start_well(drain="deadline: 60s, pace: 0s")
        client = self.busy_client(daemon)
        self.assertEqual(self.jsctl(daemon, "wait", "sessions<=1").code, 0)
        for_none = self.spawn(harness.JSCTL, "--socket", daemon.socket, "wait", "sessions<=0")
        for_drain = self.spawn(harness.JSCTL, "--socket", daemon.socket, "wait", "drained")
        self.eventually(lambda: self.stat(daemon, "admin_connections") >= 2, "both wait")
        self.assertIsNone(for_none.child.poll())
        self.assertEqual(self.jsctl(daemon, "drain", "start").code, 0)
        client.signal(signal.SIGCONT)
        self.assertEqual(for_none.wait(), 0, for_none.describe())
        self.assertEqual(for_drain.wait(), 0, for_drain.describe())

    def test_wait_drained_is_answered_before_a_stop_ends_the_daemon(self):
        daemon = self.start_well()
        client = self.connect(daemon)
        client.write(b"ready\n")
        client.wait_for_line("ready")
        self.eventually(lambda: self.stat(daemon, 'sessions{state="established"') == 1,
                        "it is counted")
        waiting = self.spawn(harness.JSCTL, "--socket", daemon.socket, "wait", "drained")
        self.eventually(lambda: self.stat(daemon, "admin_connections") >= 1, "it waits")
        self.stop(daemon)
        self.assertEqual(waiting.wait(), 0, waiting.describe())
        self.assertIn(" 0 sessions", waiting.stdout)

    def test_who_stops_waiting_leaves_nothing_behind(self):
        daemon = self.start_well()
        # More than one user may have connections.
        for _ in range(3):
            waiting = [self.spawn(harness.JSCTL, "--socket", daemon.socket, "wait", "drained",
                                  "--timeout", "10m") for _ in range(6)]
            self.eventually(lambda: self.stat(daemon, "admin_connections") >= 6, "all wait")
            for one in waiting:
                one.end()
            self.eventually(lambda: self.stat(daemon, "admin_connections") <= 1, "all are gone")

    def test_stats_and_metrics_over_the_socket(self):
        daemon = self.start_well()
        text = self.jsctl(daemon, "metrics").stdout
        self.assertIn('\njetstreamd_sessions{state="established"} 0\n', text)
        client = self.busy_client(daemon)
        self.eventually(lambda: self.stats(daemon, "sessions{")[
            'jetstreamd_sessions{state="established"}'] == 1, "a session is counted")
        self.assertEqual(self.stat(daemon, "handshake_duration_seconds_count"), 1)
        self.assertEqual(self.stat(daemon, "session_duration_seconds_count"), 0)
        client.signal(signal.SIGCONT)
        client.close_input()
        client.wait()
        self.eventually(lambda: self.stat(daemon, "session_duration_seconds_count") == 1,
                        "its end is counted")
        self.assertEqual(self.jsctl(daemon, "stats", "--prefix", "nothing").code, 5)
        self.assertIn("jetstreamd_ready  1\n",
                      self.jsctl(daemon, "stats", "--prefix", "jetstreamd_ready").stdout)

    def stats(self, daemon, prefix):
        document = self.jsctl_json(daemon, "stats", "--prefix", prefix)
        return {item["series"]: item["value"] for item in document["items"]}

    def stat(self, daemon, prefix):
        """The one series, or the sum of a family."""
        return sum(self.stats(daemon, prefix).values())


if __name__ == "__main__":
    harness.main()
