#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a service manager hands over: bound sockets and credentials."""
import os
import select
import shutil
import signal
import socket
import stat

import harness
from harness import JETSTREAMD, JSCAT

ACTIVATE = shutil.which("systemd-socket-activate")


class Inherited(harness.Story):
    def udp(self, port=0, shared=False):
        """A socket as the service manager would bind it."""
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(made.close)
        if shared:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        made.bind(("127.0.0.1", port))
        return made

    def launch(self, sockets, **sections):
        """The daemon with these sockets as its descriptors 3, 4 ..."""
        config = self.write_config(**sections)

        def place():
            copies = [os.dup(one.fileno()) for one in sockets]
            # Out of the way first: a copy may sit where another one has to go.
            copies = [os.dup2(copy, 100 + number) for number, copy in enumerate(copies)]
            for number, copy in enumerate(copies):
                os.dup2(copy, 3 + number)
            os.environ["LISTEN_PID"] = str(os.getpid())
            os.environ["LISTEN_FDS"] = str(len(sockets))
            os.execv(JETSTREAMD, ["jetstreamd", "--config", str(config)])

        return self._kept(harness.Daemon(self.folder, config, preexec_fn=place))

    def failed_start(self, sockets, **sections):
        daemon = self.launch(sockets, **sections)
        self.assertEqual(daemon.wait(), 1, daemon.describe())
        self.assertEqual(daemon.events("daemon.ready"), [])
        return daemon.events("daemon.failed")[0]["error"]

    def echo(self, daemon):
        run = self.run_to_end(JSCAT, "connect", daemon.address, "--pin-file", daemon.pin_file,
                              "--no-resume", data=b"hello\n")
        self.assertEqual((run.code, run.stdout), (0, "hello\n"), run.describe())

    def test_a_socket_stands_in_for_the_listen_addresses(self):
        one = self.udp()
        daemon = self.launch([one], server="workers: auto")
        ready = daemon.wait_ready()
        self.assertEqual(ready["listen"], f"127.0.0.1:{one.getsockname()[1]}")
        self.assertEqual(ready["workers"], 1)
        self.echo(daemon)
        self.stop(daemon)

    def test_as_many_workers_as_sockets(self):
        first = self.udp(shared=True)
        port = first.getsockname()[1]
        group = [first, *(self.udp(port, shared=True) for _ in range(2))]
        daemon = self.launch(group, server="workers: auto")
        self.assertEqual(daemon.wait_ready()["workers"], 3)
        for _ in range(12):
            self.echo(daemon)
        self.stop(daemon)

    def test_what_arrives_between_two_daemons_is_not_lost(self):
        one = self.udp()
        first = self.launch([one], server="workers: auto")
        first.wait_ready()
        self.stop(first)
        client = self.connect(first, address=f"127.0.0.1:{one.getsockname()[1]}")
        client.write(b"are you there?\n")
        # The hello waits in the socket, which nobody reads yet.
        self.assertEqual(select.select([one], [], [], harness.LIMIT)[0], [one], client.describe())
        second = self.launch([one], server="workers: auto")
        client.wait_for_line("are you there?")
        client.close_input()
        self.assertEqual(client.wait(), 0, client.describe())
        self.stop(second)

    def test_sockets_that_do_not_fit(self):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as stream:
            stream.bind(("127.0.0.1", 0))
            stream.listen()
            self.assertIn("no bound UDP socket", self.failed_start([stream]))
        self.assertIn("server.workers is 2", self.failed_start([self.udp()], server="workers: 2"))

    def test_systemd_starts_it_with_the_first_datagram(self):
        if not ACTIVATE:
            self.fail("systemd-socket-activate is missing: install the package systemd")
        with self.udp() as probe:
            address = "127.0.0.1:%d" % probe.getsockname()[1]
        config = self.write_config(server="workers: auto")
        daemon = self._kept(harness.Daemon(
            self.folder, config, launcher=[ACTIVATE, "--datagram", "--listen", address]))
        daemon.wait_for_line("Listening on", "err")
        client = self.spawn(JSCAT, "ping", "-c", "1", address, "--insecure-accept-any")
        self.assertEqual(client.wait(), 0, client.describe())
        self.assertEqual(self.jsctl(daemon, "status").code, 0)
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.wait(), 0, daemon.describe())


class Credentials(harness.Story):
    def test_the_identity_key_is_taken_from_there(self):
        made = self.start_daemon()
        fingerprint = made.wait_ready()["fingerprint"]
        self.stop(made)
        given = self.folder / "credentials"
        given.mkdir()
        (self.folder / "state/identity.key").rename(given / "identity.key")
        (self.folder / "state/identity.pub").unlink()
        (given / "identity.key").chmod(0o440)  # as with an access control list

        daemon = self.start_daemon(env={"CREDENTIALS_DIRECTORY": str(given)})
        self.assertEqual(daemon.wait_ready()["fingerprint"], fingerprint)
        self.assertEqual(daemon.events("identity.created"), [])
        self.assertEqual([path.name for path in given.iterdir()], ["identity.key"])
        self.assertEqual(stat.S_IMODE((given / "identity.key").stat().st_mode), 0o440)
        self.assertFalse((self.folder / "state/identity.key").exists())
        client = self.connect(daemon)  # pins state/identity.pub
        client.write(b"hello\n")
        client.close_input()
        self.assertEqual(client.wait(), 0, client.describe())
        self.stop(daemon)

    def test_the_configuration_wins(self):
        given = self.folder / "credentials"
        given.mkdir()
        (given / "identity.key").write_text("no key at all\n")
        daemon = self.start_daemon(server="identity: {key_file: own.key}",
                                   env={"CREDENTIALS_DIRECTORY": str(given)})
        self.assertTrue((self.folder / "own.pub").exists())
        self.stop(daemon)
        refused = self._kept(harness.Daemon(
            self.folder, self.write_config(),
            env={**os.environ, "CREDENTIALS_DIRECTORY": str(given)}))
        self.assertEqual(refused.wait(), 1, refused.describe())
        self.assertIn("is not an identity key", refused.events("daemon.failed")[0]["error"])


if __name__ == "__main__":
    harness.main()
