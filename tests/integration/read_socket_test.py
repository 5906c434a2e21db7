#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Who may do what at both admin sockets, as real users with real groups."""
import grp
import json
import os
import re
import stat
import subprocess
import unittest

import harness
from admin_client import AdminClient
from harness import JSCTL

READER, STRANGER = 12345, 12346
OPERATORS, READERS = 12401, 12402
OVERFLOW = 65534
NO_GROUP = "there-is-no-such-group"


class Sockets(harness.Story):
    def config_with(self, admin, name="jetstreamd.yaml"):
        """A configuration whose section `admin` is this."""
        config = self.write_config(name)
        config.write_text(re.sub(r"(?m)^admin: .*$", f"admin: {{{admin}}}", config.read_text()))
        return config

    def start(self, read_socket, access="[]", **options):
        self.folder.chmod(0o755)
        config = self.config_with(f'socket: {{path: admin.sock, group: "{os.getegid()}"}}, '
                                  f"read_socket: {read_socket}, access: {access}")
        self.daemon = self.start_daemon(config, **options)
        self.read_socket = self.folder / "read.sock"
        return self.daemon

    def warnings(self):
        return [record["warning"] for record in self.daemon.events("config.warning")]


class ReadSocket(Sockets):
    def test_it_is_there_by_default_and_gone_in_the_end(self):
        daemon = self.start_daemon()
        read_socket = self.folder / "read.sock"
        self.assertEqual(stat.S_IMODE(read_socket.stat().st_mode), 0o660)
        with AdminClient(read_socket) as reader:
            self.assertEqual(reader.ask("hello")[1]["data"]["role"], "read")
            self.assertEqual(reader.ask("status")[1]["type"], "result")
            for command in ("drain.start", "stop"):
                refusal = reader.ask(command)[1]["error"]
                self.assertEqual(refusal["code"], "permission_denied")
                self.assertIn("have read at the read socket", refusal["message"])
                self.assertIn("admin socket", refusal["hint"])
        self.assertEqual(self.jsctl_json(daemon, "status")["data"]["state"], "running")
        self.stop(daemon)
        self.assertFalse(read_socket.exists())

    def test_off(self):
        self.start("{enabled: false}")
        self.assertFalse(self.read_socket.exists())
        self.assertEqual(self.warnings(), [])

    def test_a_second_instance_leaves_both_alone(self):
        self.start(f'{{group: "{os.getegid()}"}}')
        before = self.read_socket.stat().st_ino
        other = self.config_with("socket: {path: other.sock}, read_socket: {path: read.sock}",
                                 "other.yaml")
        second = self.run_to_end(harness.JETSTREAMD, "--config", other)
        self.assertEqual(second.code, 1)
        self.assertIn("another instance", second.stderr)
        self.assertEqual(self.read_socket.stat().st_ino, before)
        self.assertFalse((self.folder / "other.sock").exists())

    def test_a_stale_one_is_replaced(self):
        self.start(f'{{group: "{os.getegid()}"}}')
        self.daemon.child.kill()
        self.daemon.wait()
        self.assertTrue(self.read_socket.exists())
        self.start(f'{{group: "{os.getegid()}"}}')
        with AdminClient(self.read_socket) as reader:
            self.assertEqual(reader.ask("ping")[1]["data"]["pid"], self.daemon.pid)

    def test_a_group_that_is_not_there_is_told_and_no_more(self):
        with self.assertRaises(KeyError):
            grp.getgrnam(NO_GROUP)
        self.start(f"{{group: {NO_GROUP}}}")
        warning, = self.warnings()
        self.assertIn(f"there is no group {NO_GROUP}", warning)
        self.assertIn(f"groupadd --system {NO_GROUP}", warning)
        self.assertEqual(self.read_socket.stat().st_gid, os.getegid())

    def test_roles_of_the_default_need_no_groups(self):
        daemon = self.start_daemon()
        self.assertEqual([record for record in daemon.events("config.warning")
                          if "admin.access" in record["warning"]], [])

    def test_whom_a_user_namespace_hides(self):
        launcher = ["unshare", "--user", "--map-root-user"]
        probe = subprocess.run([*launcher, "true"], capture_output=True, check=False)
        if probe.returncode != 0:
            self.skipTest(f"no user namespaces here: {probe.stderr.decode().strip()}")
        self.folder.chmod(0o777)
        config = self.config_with('socket: {path: admin.sock, mode: "0666"}')
        self.daemon = self._kept(harness.Daemon(self.folder, config, launcher=launcher))
        self.daemon.wait_ready()
        finding = self.daemon.wait_for_event("health.raised", code="ids_mapped")
        self.assertIn("/proc/self/uid_map: 0 ", finding["detail"])
        row, = [row for row in self.jsctl_json(self.daemon, "health")["items"]
                if row["code"] == "ids_mapped"]
        self.assertIn("PrivateUsers", row["advice"])
        if os.geteuid() != 0:
            return
        run = self.run_to_end(JSCTL, "--socket", self.daemon.socket, "status",
                              user=STRANGER, group=STRANGER, extra_groups=[])
        self.assertEqual(run.code, 4, run.describe())
        self.assertIn("you (uid 65534) have none", run.stderr)
        self.assertIn("unknown in jetstreamd's user namespace", run.stderr)


@unittest.skipUnless(os.geteuid() == 0, "only root can become somebody else")
class Others(Sockets):
    ACCESS = (f'[{{group: "{OPERATORS}", role: operate}}, {{group: "{READERS}", role: read}}, '
              f'{{user: "{OVERFLOW}", role: admin}}, {{group: "{OVERFLOW}", role: admin}}]')

    def ask(self, socket, *words, user=READER, groups=()):
        return self.run_to_end(JSCTL, "--socket", socket, *words, user=user, group=user,
                               extra_groups=list(groups))

    def role(self, socket, **who):
        """As hello says; the exit code where the socket is closed."""
        run = self.ask(socket, "version", "--json", **who)
        return json.loads(run.stdout)["data"]["role"] if run.code == 0 else run.code

    def test_roles_by_supplementary_groups(self):
        admin = self.start(f'{{group: "{READERS}"}}', self.ACCESS).socket
        os.chown(admin, -1, OPERATORS)
        reader = self.read_socket
        self.assertEqual(reader.stat().st_gid, READERS)
        for groups, at_admin, at_reader in (
                ([], 4, 4), ([READERS], 4, "read"), ([OPERATORS], "operate", 4),
                ([7, 8, OPERATORS, READERS], "operate", "read"), ([OVERFLOW], 4, 4)):
            with self.subTest(groups):
                self.assertEqual(self.role(admin, groups=groups), at_admin)
                self.assertEqual(self.role(reader, groups=groups), at_reader)

    def test_a_refusal_names_the_role_and_the_way_to_it(self):
        admin = self.start(f'{{group: "{READERS}"}}', self.ACCESS).socket
        for words, role, way in (
                (["drain", "start"], "operate", f"ask to be added to group {OPERATORS}"),
                (["stop"], "admin", "ask for a role in admin.access")):
            run = self.ask(self.read_socket, *words, groups=[READERS])
            self.assertEqual((run.code, run.stdout), (4, ""))
            self.assertIn(f"needs role {role}; you (uid {READER}) have read at the read socket",
                          run.stderr)
            self.assertIn(f"try: {way}", run.stderr)
        run = self.ask(self.read_socket, "drain", "start", groups=[READERS, OPERATORS])
        self.assertIn("ask at the admin socket instead: there you have role operate", run.stderr)
        self.daemon.wait_for_event("admin.refused", count=3, uid=READER, role="read",
                                   socket="read")
        self.assertEqual(self.ask(admin, "status").code, 4)

    def test_streams_end_when_a_reload_takes_the_role(self):
        self.start(f'{{group: "{READERS}"}}', self.ACCESS)
        watch = self.spawn(JSCTL, "--socket", self.read_socket, "session", "watch", "-o", "ndjson",
                           user=READER, group=READER, extra_groups=[READERS])
        watch.wait_for_line("begin")
        self.config_with(f'socket: {{path: admin.sock, group: "{os.getegid()}"}}, '
                         f'read_socket: {{group: "{READERS}"}}, access: []')
        self.jsctl_json(self.daemon, "config", "reload")
        self.assertEqual(watch.wait(), 4)
        self.assertIn("session.watch needs role read", watch.stderr)
        self.assertEqual(self.ask(self.read_socket, "status", groups=[READERS]).code, 4)
        self.daemon.wait_for_event("admin.refused", uid=READER, command="session.watch",
                                   socket="read", role="none")

    def test_the_overflow_ids_have_no_role_whatever_is_configured(self):
        self.start(f'{{group: "{READERS}", mode: "0666"}}', self.ACCESS)
        told = [warning for warning in self.warnings() if "never gets a role" in warning]
        self.assertEqual(len(told), 2, self.warnings())
        for who, why in (({"user": OVERFLOW, "groups": [READERS]}, "65534 stands for any user"),
                         ({"user": STRANGER, "groups": [OVERFLOW]}, "your group 65534")):
            run = self.ask(self.read_socket, "status", **who)
            self.assertEqual(run.code, 4)
            self.assertIn("have none", run.stderr)
            self.assertIn(why, run.stderr)

    def start_unprivileged(self, *groups):
        """A daemon of a user who has these groups besides their own."""
        state = self.folder / "state"
        state.mkdir()
        for path in (self.folder, state):
            os.chown(path, READER, READER)
        config = self.config_with(
            f'socket: {{path: admin.sock}}, read_socket: {{group: "{READERS}"}}')
        self.daemon = self._kept(harness.Daemon(self.folder, config, user=READER, group=READER,
                                                extra_groups=groups))
        self.daemon.wait_ready()

    def test_a_daemon_that_may_not_give_the_group_says_so(self):
        self.start_unprivileged()
        warning, = self.warnings()
        self.assertIn(f"cannot give the socket to group {READERS} (Operation not permitted)",
                      warning)
        self.assertIn("SupplementaryGroups=", warning)
        self.assertEqual((self.folder / "read.sock").stat().st_gid, READER)
        self.stop(self.daemon)

    def test_members_of_the_group_need_no_privilege_to_give_it(self):
        self.start_unprivileged(READERS)
        self.assertEqual(self.warnings(), [])
        self.assertEqual((self.folder / "read.sock").stat().st_gid, READERS)


if __name__ == "__main__":
    harness.main()
