#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Who believes whom: unknown servers, wrong keys, clients that must prove themselves, services."""
import os

import harness
from harness import JSCAT


class Servers(harness.Story):
    def setUp(self):
        super().setUp()
        self.daemon = self.start_daemon()
        self.hosts = self.folder / "known_hosts"

    def dial(self, *words, data=b"hello\n", **options):
        return self.run_to_end(JSCAT, "connect", self.daemon.address, *words, data=data, **options)

    def test_unknown_server(self):
        run = self.dial("--known-hosts", self.hosts)
        self.assertEqual((run.code, run.stdout), (255, ""), run.describe())
        self.assertIn(self.daemon.wait_ready()["fingerprint"], run.stderr)
        line = f"{self.daemon.address} {self.daemon.pin_file.read_text().strip()}"
        self.assertIn(line, run.stderr)
        self.assertFalse(self.hosts.exists(), "nobody agreed to trust it")
        self.assertEqual(self.daemon.events("handshake.completed"), [])

        self.hosts.write_text(line + "\n")
        run = self.dial("--known-hosts", self.hosts)
        self.assertEqual((run.code, run.stdout), (0, "hello\n"), run.describe())

    def test_known_hosts_below_the_home_folder(self):
        place = self.folder / ".config/jetstream/known_hosts"
        environment = {**os.environ, "HOME": str(self.folder)}
        environment.pop("XDG_CONFIG_HOME", None)
        self.assertIn(str(place), self.dial(env=environment).stderr)
        place.parent.mkdir(parents=True)
        place.write_text(f"{self.daemon.address} {self.daemon.pin_file.read_text()}")
        self.assertEqual(self.dial(env=environment).code, 0)

    def test_changed_key(self):
        self.hosts.write_text(f"# ours\n{self.daemon.address} {self.daemon.pin_file.read_text()}")
        self.stop(self.daemon)
        before = self.daemon.wait_ready()["fingerprint"]
        (self.folder / "state/identity.key").unlink()
        again = self._kept(harness.Daemon(self.folder, self.folder / "jetstreamd.yaml",
                                          "--listen", self.daemon.address))
        after = again.wait_ready()["fingerprint"]
        run = self.dial("--known-hosts", self.hosts)
        self.assertEqual((run.code, run.stdout), (255, ""))
        for text in ("HAS CHANGED", before, after, f"{self.hosts}:2"):
            self.assertIn(text, run.stderr)

    def test_pins(self):
        key_line = self.daemon.pin_file.read_text().strip()
        fingerprint = self.daemon.wait_ready()["fingerprint"]
        for pin in (key_line, fingerprint):
            self.assertEqual(self.dial("--pin", pin).code, 0)
        other = self.run_to_end(JSCAT, "keygen", "other.key").stdout.strip()
        run = self.dial("--pin", other)
        self.assertEqual((run.code, run.stdout), (255, ""))
        self.assertIn("not the server that was pinned", run.stderr)
        self.assertEqual(self.dial("--pin", other, "--pin", fingerprint).code, 0)

    def test_trust_in_anybody_is_said_aloud(self):
        run = self.dial("--insecure-accept-any")
        self.assertEqual((run.code, run.stdout), (0, "hello\n"))
        self.assertIn("WARNING", run.stderr)

    def test_nobody_there(self):
        self.stop(self.daemon)
        run = self.dial("--pin-file", self.daemon.pin_file, "--timeout", "1s")
        self.assertEqual((run.code, run.stdout), (255, ""))
        self.assertIn(self.daemon.address, run.stderr)

    def test_wrong_usage(self):
        for words in (["connect"], ["connect", "nowhere"], ["bogus"], [],
                      ["connect", self.daemon.address, "--pin", "nonsense"],
                      ["connect", self.daemon.address, "--pin-file", "absent.pub"]):
            with self.subTest(words):
                run = self.run_to_end(JSCAT, *words)
                self.assertEqual((run.code, run.stdout), (2, ""), run.describe())
                self.assertNotEqual(run.stderr, "")


class Clients(harness.Story):
    def keygen(self, name):
        run = self.run_to_end(JSCAT, "keygen", name)
        self.assertEqual(run.code, 0, run.describe())
        self.assertEqual((self.folder / name).stat().st_mode & 0o777, 0o600)
        return run.stdout

    def test_only_authorized_clients(self):
        (self.folder / "clients.keys").write_text("# ours\n" + self.keygen("known.key"))
        self.keygen("stranger.key")
        daemon = self.start_daemon(server="workers: 1, client_auth: required, "
                                          "authorized_clients_file: clients.keys",
                                   log="level: debug")

        def dial(*words):
            return self.run_to_end(JSCAT, "connect", daemon.address, "--pin-file", daemon.pin_file,
                                   *words, data=b"hello\n")

        run = dial("--identity", "known.key")
        self.assertEqual((run.code, run.stdout), (0, "hello\n"), run.describe())
        run = dial()
        self.assertEqual((run.code, run.stdout), (255, ""))
        self.assertIn("showed no identity", run.stderr)
        self.assertIn("jscat keygen", run.stderr)
        run = dial("--identity", "stranger.key")
        self.assertEqual((run.code, run.stdout), (255, ""))
        self.assertIn("does not know this client", run.stderr)
        self.assertEqual(len(daemon.events("handshake.completed")), 1)
        status = self.jsctl_json(daemon, "status")["data"]
        self.assertEqual((status["sessions_opened"], status["handshakes_failed"]), (1, 2))
        counted = status["admission"]
        self.assertEqual((counted["identity_missing"], counted["identity_refused"]), (1, 1))
        refused = daemon.wait_for_events("client.refused", 1, level="debug")
        self.assertEqual([record["code"] for record in refused], ["client_identity_refused"])
        self.assertTrue(all(record["peer"].startswith("127.0.0.1:") for record in refused))

    def test_operators_see_who_it_is(self):
        (self.folder / "clients.keys").write_text(self.keygen("known.key"))
        daemon = self.start_daemon(server="workers: 1, client_auth: required, "
                                          "authorized_clients_file: clients.keys")
        client = self.connect(daemon, "--identity", "known.key")
        client.write(b"x\n")
        client.wait_for_line("x")
        self.assertRegex(self.jsctl_json(daemon, "ls")["items"][0]["peer_identity"], "^sha256:")

    def test_keygen_keeps_what_is_there(self):
        self.keygen("mine.key")
        before = (self.folder / "mine.key").read_text()
        run = self.run_to_end(JSCAT, "keygen", "mine.key")
        self.assertEqual((run.code, run.stdout), (2, ""))
        self.assertEqual((self.folder / "mine.key").read_text(), before)


class Services(harness.Story):
    def test_services(self):
        daemon = self.start_daemon(services="parrot: {type: echo}, hole: {type: sink}")

        def dial(service):
            return self.run_to_end(JSCAT, "connect", daemon.address, service, "--pin-file",
                                   daemon.pin_file, data=b"hello\n")

        run = dial("parrot")
        self.assertEqual((run.code, run.stdout), (0, "hello\n"))
        run = dial("hole")
        self.assertEqual((run.code, run.stdout), (0, ""))
        run = dial("echo")
        self.assertEqual((run.code, run.stdout), (1, ""), run.describe())
        self.assertIn('no service "echo"', run.stderr)
        self.assertEqual(daemon.wait_for_event("stream.refused")["service"], "echo")
        self.assertEqual(len(daemon.events("handshake.completed")), 3,
                         "an unknown service is no reason to refuse the session")


if __name__ == "__main__":
    harness.main()
