#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The daemon and a client that shares no code with it, written from docs/PROTOCOL.md alone."""
import os
import subprocess
import sys
import unittest

import harness
from harness import INTEROP_CLIENT, JSCAT


def has_cryptography():
    return subprocess.run([sys.executable, "-c", "import cryptography"], capture_output=True,
                          check=False).returncode == 0


@unittest.skipUnless(has_cryptography(), "the independent client needs python3-cryptography")
class Interop(harness.Story):
    def talk(self, daemon, *words, pin=None):
        return self.run_to_end(sys.executable, "-B", INTEROP_CLIENT, "--port", daemon.port, "--pin",
                               pin or daemon.pin_file.read_text().strip(), *words)

    def test_exchanges(self):
        daemon = self.start_daemon()
        for number, words in enumerate((
                ["--suite", "aes"], ["--suite", "chacha"], ["--framing", "bytes"],
                ["--suite", "chacha", "--framing", "bytes", "--size", "300000"],
                ["--size", "200000", "--count", "3"], ["--size", "0", "--count", "50"],
                ["--service", "sink"], ["--heartbeats", "5"]), start=1):
            with self.subTest(words):
                run = self.talk(daemon, *words)
                self.assertEqual((run.code, run.stderr), (0, ""), run.describe())
                self.assertIn(f"connected, session {number}, ", run.stdout)
                closed = daemon.wait_for_event("session.closed", session_id=str(number))
                self.assertEqual((closed["reason"], closed["by"], closed["message"]),
                                 ("normal", "peer", "done"))
        self.stop(daemon)

    def test_suite_that_was_chosen(self):
        daemon = self.start_daemon()
        for number, (suite, name) in enumerate((("aes", "aes-256-gcm"),
                                                ("chacha", "chacha20-poly1305")), start=1):
            client = self.spawn(sys.executable, "-B", INTEROP_CLIENT, "--port", daemon.port,
                                "--pin", daemon.pin_file.read_text().strip(), "--suite", suite,
                                "--heartbeats", "1000000")
            daemon.wait_for_event("handshake.completed", session_id=str(number))
            item = self.jsctl_json(daemon, "session", "show", str(number))["items"][0]
            client.end()
            # A server without AES instructions may prefer the other one of two that were offered.
            self.assertIn(item["suite"], {name, "chacha20-poly1305"})

    def test_losses(self):
        daemon = self.start_daemon()
        for seed in range(1, 4):
            run = self.talk(daemon, "--loss", "0.1", "--seed", seed, "--size", "60000", "--count",
                            "2", "--timeout", "50")
            self.assertEqual(run.code, 0, run.describe())

    def test_retry(self):
        daemon = self.start_daemon(handshake="retry: always")
        token = []
        for number, suite in enumerate(("aes", "chacha"), start=1):
            run = self.talk(daemon, "--suite", suite)
            self.assertEqual(run.code, 0, run.describe())
            self.assertIn("1 retries", run.stdout)
            token = [line.split()[2] for line in run.stdout.splitlines()
                     if line.startswith("address token")]
            counted = self.jsctl_json(daemon, "status")["data"]["admission"]
            self.assertEqual((counted["retry_sent"], counted["cookie_accepted"]), (number, number))
        run = self.talk(daemon, "--token", *token)
        self.assertEqual(run.code, 0, run.describe())
        self.assertIn("0 retries", run.stdout)
        run = self.talk(daemon, "--token", "41" * 70)
        self.assertEqual(run.code, 0, run.describe())
        self.assertIn("1 retries", run.stdout)
        counted = self.jsctl_json(daemon, "status")["data"]["admission"]
        self.assertEqual(counted["token_accepted"], 1)
        self.assertEqual(counted["token_expired"] + counted["token_invalid"], 1)

    def test_retry_with_losses(self):
        daemon = self.start_daemon(handshake="retry: always")
        for seed in range(1, 4):
            run = self.talk(daemon, "--loss", "0.2", "--seed", seed, "--timeout", "50")
            self.assertEqual(run.code, 0, run.describe())

    def test_refused_identity(self):
        daemon = self.start_daemon()
        run = self.talk(daemon, pin="sha256:" + "A" * 43)
        self.assertEqual((run.code, run.stdout), (3, ""))
        self.assertEqual(daemon.events("handshake.completed"), [])

    def test_refused_service(self):
        daemon = self.start_daemon()
        run = self.talk(daemon, "--service", "absent")
        self.assertEqual(run.code, 5, run.describe())
        self.assertEqual(daemon.wait_for_event("stream.refused")["service"], "absent")

    def test_client_auth(self):
        made = self.run_to_end(JSCAT, "keygen", "client.key")
        (self.folder / "clients.keys").write_text(made.stdout)
        seed = bytes.fromhex((self.folder / "client.key").read_text().split()[1])
        (self.folder / "known.seed").write_bytes(seed)
        (self.folder / "other.seed").write_bytes(os.urandom(32))
        daemon = self.start_daemon(server="workers: 1, client_auth: required, "
                                          "authorized_clients_file: clients.keys")
        run = self.talk(daemon, "--identity", "known.seed")
        self.assertEqual(run.code, 0, run.describe())
        for words in ([], ["--identity", "other.seed"]):
            run = self.talk(daemon, *words)
            self.assertEqual(run.code, 4, run.describe())
            self.assertIn("server closed", run.stderr)
        self.assertEqual(len(daemon.wait_for_events("handshake.completed", 1)), 1)

    def test_shutdown_is_heard(self):
        daemon = self.start_daemon()
        client = self.spawn(sys.executable, "-B", INTEROP_CLIENT, "--port", daemon.port, "--pin",
                            daemon.pin_file.read_text().strip(), "--heartbeats", "1000000")
        daemon.wait_for_event("handshake.completed")
        self.stop(daemon)
        self.assertEqual(client.wait(), 4)
        self.assertIn("reason 1", client.stderr)

    EARLY = "echo: {type: echo, early_data: true}"

    def resumption(self, daemon):
        return self.jsctl_json(daemon, "status")["data"]["resumption"]

    def test_resumption(self):
        daemon = self.start_daemon()
        for suite in ("aes", "chacha"):
            for told in ("", ", resumed", ", resumed"):
                run = self.talk(daemon, "--suite", suite, "--ticket", f"ticket.{suite}")
                self.assertEqual((run.code, run.stderr), (0, ""), run.describe())
                self.assertTrue(run.stdout.splitlines()[0].endswith("retries" + told), run.stdout)
        self.assertEqual(self.resumption(daemon)["resumed"], 4)
        self.stop(daemon)

    def test_early_data(self):
        daemon = self.start_daemon(services=self.EARLY)
        self.talk(daemon, "--ticket", "ticket")
        for words in (["--message", "hello"], ["--size", "0"], ["--size", "16000"],
                      ["--size", "60000", "--framing", "bytes"], ["--loss", "0.2"],
                      ["--suite", "chacha"]):
            with self.subTest(words):
                run = self.talk(daemon, "--ticket", "ticket", "--early", *words)
                self.assertEqual((run.code, run.stderr), (0, ""), run.describe())
                self.assertIn("early data taken\n", run.stdout)
        counts = self.resumption(daemon)
        self.assertEqual((counts["resumed"], counts["early_accepted"]), (6, 6), counts)

    def test_early_data_that_is_refused(self):
        config = self.write_config(services=self.EARLY)
        daemon = self.start_daemon(config)
        self.talk(daemon, "--ticket", "ticket")
        ticket = (self.folder / "ticket").read_text()
        (self.folder / "again").write_text(ticket)
        self.assertIn("early data taken", self.talk(daemon, "--ticket", "ticket", "--early").stdout)
        for ticket in ("again", "ticket"):
            run = self.talk(daemon, "--ticket", ticket, "--early", "--size", "20000")
            self.assertEqual((run.code, run.stderr), (0, ""), run.describe())
            told = "sent again" if ticket == "again" else "taken"
            self.assertIn(f"early data {'refused, ' * (ticket == 'again')}{told}\n", run.stdout)
            config.write_text(config.read_text().replace("127.0.0.1:0", daemon.address))
        self.stop(daemon)
        daemon = self.start_daemon(config)  # with other keys
        run = self.talk(daemon, "--ticket", "ticket", "--early")
        self.assertEqual((run.code, run.stderr), (0, ""), run.describe())
        self.assertIn("early data refused, sent again\n", run.stdout)
        self.assertNotIn("resumed", run.stdout)
        self.assertEqual(len(daemon.wait_for_events("stream.opened", 1)), 1)

    def test_early_data_after_a_retry(self):
        daemon = self.start_daemon(services=self.EARLY, handshake="retry: always")
        self.talk(daemon, "--ticket", "ticket")
        for words in (["--message", "hello"], ["--size", "10000"]):
            run = self.talk(daemon, "--ticket", "ticket", "--early", *words)
            self.assertEqual((run.code, run.stderr), (0, ""), run.describe())
            self.assertIn(", 1 retries, resumed\nearly data taken\n", run.stdout)

    def test_key_updates(self):
        daemon = self.start_daemon()
        for suite in ("aes", "chacha"):
            run = self.talk(daemon, "--suite", suite, "--key-updates", "3", "--size", "50000")
            self.assertEqual((run.code, run.stderr), (0, ""), run.describe())
        self.stop(daemon)

    def test_a_daemon_that_was_killed_is_noticed_at_once(self):
        config = self.write_config()
        daemon = self.start_daemon(config)
        # Tokens of resets depend on the address that is configured.
        config.write_text(config.read_text().replace("127.0.0.1:0", daemon.address))
        self.stop(daemon)
        daemon = self.start_daemon(config)
        client = self.spawn(sys.executable, "-B", INTEROP_CLIENT, "--port", daemon.port, "--pin",
                            daemon.pin_file.read_text().strip(), "--heartbeats", "1000000")
        daemon.wait_for_event("handshake.completed")
        daemon.end()
        self.start_daemon(config)
        self.assertEqual(client.wait(), 6, client.describe())
        self.assertIn("knows nothing of this session", client.stderr)


if __name__ == "__main__":
    harness.main()
