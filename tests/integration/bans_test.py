#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Who may come, by address: bans by hand and by list, access lists, and what survives a restart."""
import signal

import harness
from harness import JETSTREAMD, JSCAT
from relay import Relay

ELSEWHERE = "127.0.0.2"


class Bans(harness.Story):
    def relay(self, daemon, source=ELSEWHERE):
        relay = Relay(daemon.port, source)
        self.addCleanup(relay.end)
        return relay

    def dial(self, daemon, address=None):
        """Whether a new client gets a session; one that is banned gives up after its timeout."""
        run = self.run_to_end(JSCAT, "connect", address or daemon.address, "--pin-file",
                              daemon.pin_file, "--no-resume", "--timeout", "1s",
                              data=b"hello\n")
        return run.code == 0 and run.stdout == "hello\n"

    def drops(self, daemon):
        return self.jsctl_json(daemon, "status")["data"]["drops"]

    def hold(self, daemon, address):
        client = self.connect(daemon, address=address)
        client.write(b"x\n")
        client.wait_for_line("x")
        return client

    def test_a_ban_ends_sessions_and_keeps_their_clients_out(self):
        daemon = self.start_daemon()
        relay = self.relay(daemon)
        client = self.hold(daemon, relay.address)
        other = self.hold(daemon, daemon.address)
        run = self.jsctl(daemon, "ban", "add", ELSEWHERE, "--for", "1h")
        self.assertEqual(run.code, 6, run.describe())
        self.assertIn("127.0.0.0/8 of limits.exempt", run.stderr)
        run = self.jsctl(daemon, "ban", "add", ELSEWHERE, "--for", "1h", "--reason", "test",
                         "--yes")
        self.assertEqual((run.code, run.stdout), (0, "added the ban of 127.0.0.2 for 1h\n"))
        client.wait()
        self.assertIn("this address is banned", client.stderr)
        status = self.jsctl(daemon, "status").stdout
        self.assertIn("bans        1 in force: admin 1\n", status)
        self.assertFalse(self.dial(daemon, relay.address))
        self.assertGreater(self.drops(daemon)["banned"], 0)
        self.assertTrue(self.dial(daemon))
        other.write(b"still here\n")
        other.wait_for_line("still here")
        row = self.jsctl_json(daemon, "ban", "list")["items"][0]
        self.assertEqual((row["block"], row["origin"], row["reason"]), (ELSEWHERE, "admin", "test"))
        self.assertEqual(self.jsctl(daemon, "ban", "del", ELSEWHERE).code, 0)
        self.assertTrue(self.dial(daemon, relay.address))
        self.assertEqual(self.jsctl(daemon, "ban", "del", ELSEWHERE).code, 5)
        for event in ("ban.added", "ban.removed"):
            self.assertEqual(daemon.wait_for_event(event)["block"], ELSEWHERE)

    def test_who_is_sent_away_can_be_kept_away(self):
        daemon = self.start_daemon(limits='exempt: ["127.0.0.1"]')
        relay = self.relay(daemon)
        client = self.hold(daemon, relay.address)
        run = self.jsctl(daemon, "session", "close", "1", "--ban", "1h")
        self.assertEqual(run.code, 0, run.describe())
        self.assertIn("banned 1 of their addresses", run.stderr)
        client.wait()
        self.assertFalse(self.dial(daemon, relay.address))
        self.assertTrue(self.dial(daemon))
        row, = self.jsctl_json(daemon, "ban", "list")["items"]
        self.assertEqual((row["block"], row["reason"]), (ELSEWHERE, "session closed"))

    def test_a_ban_is_over_in_time(self):
        daemon = self.start_daemon()
        relay = self.relay(daemon)
        self.assertEqual(
            self.jsctl(daemon, "ban", "add", ELSEWHERE, "--for", "2s", "--yes").code, 0)
        self.assertFalse(self.dial(daemon, relay.address))
        self.assertEqual(daemon.wait_for_event("ban.expired")["block"], ELSEWHERE)
        self.assertTrue(self.dial(daemon, relay.address))
        self.assertEqual(self.jsctl_json(daemon, "ban", "list")["items"], [])

    def test_bans_outlive_the_daemon(self):
        config = self.write_config()
        daemon = self.start_daemon(config)
        self.jsctl(daemon, "ban", "add", ELSEWHERE, "--yes")
        self.jsctl(daemon, "ban", "add", "192.0.2.0/24", "--for", "2h", "--reason", "two words")
        before = self.jsctl_json(daemon, "ban", "list")["items"]
        self.stop(daemon)
        daemon = self.start_daemon(config)
        after = self.jsctl_json(daemon, "ban", "list")["items"]
        for row in (*before, *after):
            row.pop("left_ms")
        self.assertEqual(after, before)
        self.assertFalse(self.dial(daemon, self.relay(daemon).address))
        self.assertTrue(self.dial(daemon))
        # Killed in the middle of anything, too.
        daemon.child.kill()
        daemon.wait()
        daemon = self.start_daemon(config)
        self.assertEqual(len(self.jsctl_json(daemon, "ban", "list")["items"]), 2)

    def test_a_broken_file_keeps_the_daemon_from_serving_everybody(self):
        config = self.write_config()
        daemon = self.start_daemon(config)
        self.jsctl(daemon, "ban", "add", "192.0.2.0/24")
        self.stop(daemon)
        path = self.folder / "state/bans"
        path.write_text(path.read_text().replace("end 1\n", ""))
        run = self.run_to_end(JETSTREAMD, "--config", config)
        self.assertEqual(run.code, 1, run.describe())
        self.assertIn("state/bans:3: the last line is missing", run.stderr)
        self.assertIn("move it away to start without bans", run.stderr)
        path.unlink()
        self.assertTrue(self.dial(self.start_daemon(config)))

    def test_a_list_replaces_the_one_before(self):
        daemon = self.start_daemon()
        relay = self.relay(daemon)
        listed = self.folder / "list"
        listed.write_text(f"# ours\n{ELSEWHERE} ; nobody\n" + "".join(
            f"10.{i >> 8}.{i & 255}.0/24\n" for i in range(1000)))
        self.jsctl(daemon, "ban", "add", "192.0.2.1")
        run = self.jsctl(daemon, "ban", "load", listed)
        self.assertEqual(run.code, 6, run.describe())
        self.assertTrue(self.dial(daemon, relay.address))
        run = self.jsctl(daemon, "ban", "load", listed, "--yes")
        self.assertEqual(run.stdout, "loaded 1001 bans; the list before had 0\n", run.describe())
        self.assertFalse(self.dial(daemon, relay.address))
        table = self.jsctl(daemon, "ban", "list", "--all", "--no-header").stdout.splitlines()
        self.assertEqual(len(table), 1002)
        cut = self.jsctl(daemon, "ban", "list")
        self.assertIn("100 of 1002 shown; use --all or --cursor", cut.stderr)
        listed.write_text("198.51.100.0/24\nnobody\n")
        run = self.jsctl(daemon, "ban", "load", listed)
        self.assertEqual(run.code, 2, run.describe())
        self.assertIn("list:2: ", run.stderr)
        self.assertFalse(self.dial(daemon, relay.address))
        run = self.run_to_end(harness.JSCTL, "--socket", daemon.socket, "ban", "load", "-",
                              data=b"198.51.100.0/24\n")
        self.assertEqual(run.stdout, "loaded 1 ban; the list before had 1001\n", run.describe())
        self.assertTrue(self.dial(daemon, relay.address))
        # As if what makes the list had failed.
        load = [harness.JSCTL, "--socket", daemon.socket, "ban", "load", "-"]
        run = self.run_to_end(*load)
        self.assertEqual(run.code, 6, run.describe())
        self.assertIn("the list is empty; the list before had 1", run.stderr)
        run = self.run_to_end(*load, "--yes")
        self.assertEqual(run.stdout, "loaded 0 bans; the list before had 1\n", run.describe())
        self.assertEqual(self.run_to_end(*load).code, 0)
        self.assertEqual(self.jsctl(daemon, "ban", "clear").stdout, "took 1 ban back\n")

    def test_access_lists_of_the_configuration(self):
        daemon = self.start_daemon(access='allow: ["127.0.0.0/8"], deny: ["127.0.0.2"]')
        self.assertTrue(self.dial(daemon))
        self.assertFalse(self.dial(daemon, self.relay(daemon).address))
        self.assertGreater(self.drops(daemon)["denied"], 0)
        self.assertTrue(self.dial(daemon, self.relay(daemon, "127.0.0.3").address))

    def test_access_lists_follow_a_reload(self):
        daemon = self.start_daemon()
        relay = self.relay(daemon)
        client = self.hold(daemon, relay.address)
        other = self.hold(daemon, daemon.address)
        self.write_config(access='deny: ["127.0.0.2"]')
        daemon.signal(signal.SIGHUP)
        # Who is denied now is told so, and has no session any more.
        client.wait()
        self.assertIn("an access list denies this address", client.stderr)
        ended = daemon.wait_for_event("session.closed")
        self.assertEqual((ended["reason"], ended["code"], ended["by"]),
                         ("going_away", "admin_close", "local"))
        self.assertFalse(self.dial(daemon, relay.address))
        other.write(b"still here\n")
        other.wait_for_line("still here")
        self.write_config(access='allow: ["127.0.0.2"]')
        daemon.signal(signal.SIGHUP)
        other.wait()
        self.assertIn("an access list denies this address", other.stderr)
        self.assertFalse(self.dial(daemon))
        self.assertTrue(self.dial(daemon, relay.address))
        self.write_config()
        daemon.signal(signal.SIGHUP)
        daemon.wait_for_event("config.reloaded", count=3)
        self.assertTrue(self.dial(daemon))

    def test_exemptions_follow_a_reload(self):
        limits = "session: {messages_per_second: off, bytes_per_second: off}, exempt: "
        sessions = "max_per_source: 1"
        daemon = self.start_daemon(limits=limits + "[]", sessions=sessions)
        relay = self.relay(daemon)
        first = self.hold(daemon, relay.address)
        self.assertFalse(self.dial(daemon, relay.address))
        self.write_config(limits=limits + '["127.0.0.2"]', sessions=sessions)
        daemon.signal(signal.SIGHUP)
        daemon.wait_for_event("config.reloaded")
        self.assertTrue(self.dial(daemon, relay.address))
        second = self.hold(daemon, relay.address)
        self.write_config(limits=limits + "[]", sessions=sessions)
        daemon.signal(signal.SIGHUP)
        daemon.wait_for_event("config.reloaded", count=2)
        # Sessions that are there stay; there are no further ones.
        self.assertFalse(self.dial(daemon, relay.address))
        for client in (first, second):
            client.write(b"still here\n")
            client.wait_for_line("still here")


if __name__ == "__main__":
    harness.main()
