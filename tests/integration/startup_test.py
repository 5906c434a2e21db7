#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What an operator sees before the daemon serves: options, its key, why it does not start."""
import os
import re
import socket
import stat

import harness
from harness import JETSTREAMD, SOURCE_DIR


class Options(harness.Story):
    def test_version(self):
        run = self.run_to_end(JETSTREAMD, "--version")
        self.assertEqual(run.code, 0)
        self.assertRegex(run.stdout, r"^jetstreamd \d+\.\d+\.\d+\n$")

    def test_the_shipped_configuration_is_the_default(self):
        run = self.run_to_end(JETSTREAMD, "--print-default-config")
        self.assertEqual(run.code, 0)
        self.assertEqual(run.stdout, (SOURCE_DIR / "config/jetstreamd.yaml").read_text())

    def test_check(self):
        config = self.write_config()
        run = self.run_to_end(JETSTREAMD, "--config", config, "--check")
        self.assertEqual((run.code, run.stderr), (0, ""))
        self.assertEqual(run.stdout, f"{config}: ok\n")
        self.assertFalse((self.folder / "state").exists(), "--check must not make anything")

    def test_dump(self):
        config = self.write_config(sessions="timeout: 40s")
        run = self.run_to_end(JETSTREAMD, "--config", config, "--listen", "127.0.0.1:9",
                              "--dump-config",
                              env={**os.environ, "JETSTREAMD__LOG__LEVEL": "error"})
        self.assertEqual((run.code, run.stderr), (0, ""))
        self.assertFalse((self.folder / "state").exists(), "it must not make anything")
        for line in ('  listen: ["127.0.0.1:9"]  # --listen', f"  timeout: 40s  # {config}:",
                     "  max_streams: 100  # default",
                     "  level: error  # env:JETSTREAMD__LOG__LEVEL",
                     f"  state_dir: {self.folder}/state  # {config}:"):
            self.assertIn("\n" + line, run.stdout)
        # What it prints can be loaded, and means the same.
        (self.folder / "there").mkdir()
        dumped = self.folder / "there/dump.yaml"
        dumped.write_text(run.stdout)
        again = self.run_to_end(JETSTREAMD, "--config", dumped, "--dump-config")
        self.assertEqual(again.code, 0, again.describe())
        values = [[line.partition("  #")[0] for line in text.splitlines()]
                  for text in (run.stdout, again.stdout)]
        self.assertEqual(*values)

    def test_the_shipped_configuration_is_dumped_as_it_is(self):
        run = self.run_to_end(JETSTREAMD, "--config", SOURCE_DIR / "config/jetstreamd.yaml",
                              "--dump-config")
        self.assertEqual(run.code, 0, run.describe())
        self.assertIn("/config/jetstreamd.yaml:", run.stdout)

    def test_wrong_usage(self):
        for words in (["--bogus"], ["--listen", "nowhere"], ["--check", "--print-default-config"],
                      ["stray"]):
            with self.subTest(words):
                run = self.run_to_end(JETSTREAMD, *words)
                self.assertEqual((run.code, run.stdout), (2, ""))
                self.assertNotEqual(run.stderr, "")

    def test_options_win_over_the_file(self):
        config = self.write_config()
        daemon = self._kept(harness.Daemon(
            self.folder, config, "--listen", "127.0.0.1:0", "--listen", "[::1]:0",
            "--state-dir", "kept", "--admin-socket", "other.sock"))
        ready = daemon.wait_ready()
        self.assertRegex(ready["listen"], r"^127\.0\.0\.1:\d+,\[::1\]:\d+$")
        self.assertEqual(ready["admin_socket"], str(self.folder / "other.sock"))
        self.assertTrue((self.folder / "kept/identity.pub").exists())
        self.assertTrue((self.folder / "other.sock").is_socket())
        self.stop(daemon)


class Configuration(harness.Story):
    def refused(self, text, *more):
        """Standard error of a start that a configuration prevents."""
        config = self.folder / "broken.yaml"
        config.write_text(text)
        run = self.run_to_end(JETSTREAMD, "--config", config, *more)
        self.assertEqual((run.code, run.stdout), (78, ""), run.describe())
        return run.stderr

    def test_every_mistake_with_its_place(self):
        text = ("version: 1\n"
                "sessions:\n"
                "  timeout: 30\n"
                "  maxx: 4\n"
                "server:\n"
                "  workers: 900\n")
        for more in ([], ["--check"], ["--dump-config"]):
            with self.subTest(more):
                errors = self.refused(text, *more)
                places = re.findall(r"^\S*broken\.yaml:(\d+):(\d+): error: ", errors, re.M)
                self.assertEqual(places, [("3", "12"), ("4", "3"), ("6", "12")], errors)
                self.assertIn('did you mean "30s"?', errors)
                self.assertIn('did you mean "max"?', errors)

    def test_no_yaml_at_all(self):
        self.assertRegex(self.refused("version: 1\nserver: [1\n"), r"broken\.yaml:\d+:\d+: error: ")

    def test_no_such_file(self):
        run = self.run_to_end(JETSTREAMD, "--config", "absent.yaml")
        self.assertEqual((run.code, run.stdout), (78, ""))
        self.assertIn("absent.yaml", run.stderr)


class Key(harness.Story):
    def failed_start(self, **sections):
        daemon = self._kept(harness.Daemon(self.folder, self.write_config(**sections)))
        self.assertEqual(daemon.wait(), 1, daemon.describe())
        self.assertEqual(daemon.events("daemon.ready"), [])
        return daemon.events("daemon.failed")[0]["error"]

    def test_first_start_makes_a_key_that_stays(self):
        daemon = self.start_daemon()
        key, pub = self.folder / "state/identity.key", self.folder / "state/identity.pub"
        self.assertEqual(stat.S_IMODE(key.stat().st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(key.parent.stat().st_mode), 0o700)
        self.assertRegex(pub.read_text(), r"^ed25519 [A-Za-z0-9+/]{43}=\n$")
        made = daemon.wait_for_event("identity.created")
        self.assertEqual(made["fingerprint"], daemon.wait_ready()["fingerprint"])
        self.assertNotIn(key.read_text().split()[1], daemon.stderr, "the log shows the secret")
        self.stop(daemon)

        before = key.read_text()
        again = self.start_daemon()
        self.assertEqual(again.events("identity.created"), [])
        self.assertEqual(again.wait_ready()["fingerprint"], made["fingerprint"])
        self.assertEqual(key.read_text(), before)
        self.stop(again)

    def test_a_key_that_others_can_read_is_refused(self):
        self.stop(self.start_daemon())
        key = self.folder / "state/identity.key"
        for mode in (0o640, 0o604):
            with self.subTest(oct(mode)):
                key.chmod(mode)
                error = self.failed_start()
                self.assertIn(str(key), error)
                self.assertIn("open to others", error)
                self.assertIn("chmod 0600", error)

    def test_a_damaged_key_is_refused_and_kept(self):
        self.stop(self.start_daemon())
        key = self.folder / "state/identity.key"
        key.write_text("ed25519-seed 00\n")
        self.assertIn("is not an identity key", self.failed_start())
        self.assertEqual(key.read_text(), "ed25519-seed 00\n")

    def test_required_clients_need_a_readable_file(self):
        config = self.write_config(
            server="client_auth: required, authorized_clients_file: absent.keys")
        run = self.run_to_end(JETSTREAMD, "--config", config)
        self.assertEqual((run.code, run.stdout), (78, ""))
        self.assertRegex(run.stderr, rf"{config}:2:\d+: error: cannot read .*absent.keys")


class Taken(harness.Story):
    def second(self, **sections):
        daemon = self._kept(harness.Daemon(
            self.folder, self.write_config("second.yaml", **sections)))
        self.assertEqual(daemon.wait(), 1, daemon.describe())
        return daemon.events("daemon.failed")[0]["error"]

    def test_a_second_daemon_on_the_same_socket(self):
        first = self.start_daemon()
        self.assertIn("admin.sock", self.second())
        self.assertEqual(self.jsctl(first, "status").code, 0, "the first one was harmed")
        self.stop(first)

    def test_a_socket_left_by_a_crash_is_replaced(self):
        first = self.start_daemon()
        first.signal(harness.signal.SIGKILL)
        first.wait()
        self.assertTrue(first.socket.is_socket())
        self.stop(self.start_daemon())

    def test_a_port_of_another_program(self):
        for workers in (1, 2):
            with self.subTest(workers=workers), \
                    socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
                other.bind(("127.0.0.1", 0))
                address = f"127.0.0.1:{other.getsockname()[1]}"
                config = self.write_config(server=f"workers: {workers}")
                daemon = self._kept(harness.Daemon(self.folder, config, "--listen", address))
                self.assertEqual(daemon.wait(), 1, daemon.describe())
                error = daemon.events("daemon.failed")[0]["error"]
                self.assertIn(address, error)
                self.assertIn("in use", error)

    def test_a_port_of_another_daemon(self):
        # Several workers share a port with SO_REUSEPORT, which must not let strangers in.
        config = self.write_config(server="workers: 2")
        first = self.start_daemon(config)
        other = self._kept(harness.Daemon(
            self.folder, config, "--listen", first.address, "--state-dir", "other",
            "--admin-socket", "other.sock"))
        other.wait_until(lambda: other.events("daemon.failed") or other.events("daemon.ready"),
                         "the outcome of the start")
        self.assertEqual(other.events("daemon.ready"), [])
        self.assertIn("in use", other.events("daemon.failed")[0]["error"])


if __name__ == "__main__":
    harness.main()
