#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""jsctl explain says what happens: each verdict is followed by a client that meets it."""
import harness
from harness import JSCAT
from relay import Relay

ELSEWHERE = "127.0.0.2"


class Explain(harness.Story):
    def relay(self, daemon):
        relay = Relay(daemon.port, ELSEWHERE)
        self.addCleanup(relay.end)
        return relay.address

    def explain(self, daemon, address=ELSEWHERE):
        return self.jsctl_json(daemon, "explain", address)["data"]

    def dial(self, daemon, address):
        run = self.run_to_end(JSCAT, "connect", address, "--pin-file", daemon.pin_file,
                              "--no-resume", "--timeout", "1s", data=b"hello\n")
        return run.code == 0 and run.stdout == "hello\n"

    def test_access_lists_and_bans(self):
        daemon = self.start_daemon(access='deny: ["127.0.0.3"]')
        relay = self.relay(daemon)
        told = self.explain(daemon)
        self.assertEqual((told["verdict"], told["access"], told["exempt"]),
                         ("accepted", "none", True))
        self.assertTrue(self.dial(daemon, relay))
        told = self.explain(daemon, "127.0.0.3")
        self.assertEqual((told["verdict"], told["access_block"]), ("refused", "127.0.0.3"))
        self.assertIn("jetstreamd.yaml:6", told["access_origin"])
        self.assertIn(told["access_origin"], told["answer"])
        self.jsctl(daemon, "ban", "add", ELSEWHERE, "--for", "1h", "--reason", "scans", "--yes")
        text = self.jsctl(daemon, "why", ELSEWHERE + ":40000").stdout
        self.assertIn("127.0.0.2:40000: a new client from there would be dropped unread: banned",
                      text)
        self.assertIn("scans", text)
        self.assertFalse(self.dial(daemon, relay))
        self.jsctl(daemon, "ban", "clear")
        self.assertEqual(self.explain(daemon)["verdict"], "accepted")
        self.assertTrue(self.dial(daemon, relay))

    def test_a_source_that_has_used_up_its_handshakes(self):
        daemon = self.start_daemon(limits="exempt: []", handshake="rate_per_source: 1, "
                                                                  "burst_per_source: 3")
        relay = self.relay(daemon)
        self.assertEqual(self.jsctl_json(daemon, "limit", "list", "--all")["items"], [])
        self.assertTrue(self.dial(daemon, relay))
        row, = self.jsctl_json(daemon, "limit", "list", "--all")["items"]
        self.assertEqual((row["source"], row["handshake_burst"]), (ELSEWHERE, 3))

        def used_up():
            """A token comes back each second, so the last is taken and looked at in one go."""
            self.dial(daemon, relay)
            told = self.explain(daemon)
            limited = self.jsctl_json(daemon, "limit", "list")["items"]
            return told["verdict"] == "refused" and limited and (told, limited)

        told, limited = self.eventually(used_up, "the last handshake")
        self.assertEqual((told["unproven"], told["proven"]), ({"retry": 1}, {"source_rate": 1}))
        self.assertEqual([row["handshake_tokens"] for row in limited], [0])
        run = self.jsctl(daemon, "limit", "reset", ELSEWHERE)
        self.assertEqual(run.stdout, "forgot the handshakes of 127.0.0.2\n", run.describe())
        self.assertEqual(self.explain(daemon)["verdict"], "accepted")
        run = self.jsctl(daemon, "limit", "list")
        self.assertEqual((run.code, run.stderr), (0, "none of 0 sources is limited\n"))

    def test_sessions_and_those_that_have_ended(self):
        daemon = self.start_daemon()
        relay = self.relay(daemon)
        client = self.connect(daemon, address=relay)
        client.write(b"x\n")
        client.wait_for_line("x")
        told = self.explain(daemon)
        self.assertEqual((told["sessions_here"], told["sessions"]), (1, 1))
        peer = told["session_rows"][0]["peer"]
        self.assertTrue(peer.startswith(ELSEWHERE + ":"))
        self.assertEqual(self.explain(daemon, peer)["sessions_here"], 1)
        self.assertEqual(self.explain(daemon, ELSEWHERE + ":9")["sessions_here"], 0)
        self.assertEqual(self.explain(daemon, "127.0.0.1")["sessions_here"], 0)
        client.close_input()
        client.wait()
        self.eventually(lambda: self.explain(daemon)["closed"], "the end of the session")
        told = self.explain(daemon)
        self.assertEqual(told["sessions_here"], 0)
        ended = told["closed"][0]
        self.assertEqual((ended["peer"], ended["reason"]), (peer, "normal"))

    def test_a_drain_and_a_port_that_no_client_has(self):
        daemon = self.start_daemon()
        self.assertEqual(self.explain(daemon, "192.0.2.1:53")["unproven"], {"blocked_port": 1})
        self.jsctl(daemon, "drain", "start", "--wait")
        told = self.explain(daemon, "192.0.2.1")
        self.assertTrue(told["answer"].endswith("refused: no new sessions are taken"), told)
        self.assertEqual(self.jsctl(daemon, "explain", "nobody").code, 2)


if __name__ == "__main__":
    harness.main()
