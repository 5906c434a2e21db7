#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Sessions outlive the client's address; those of a killed daemon do not outlive its return."""
import hashlib
import random
import re
import signal
import socket

import harness
from harness import UDP_PROXY

MIB = 1024 * 1024


class Migration(harness.Story):
    def proxy(self, daemon, *words):
        process = self.spawn(UDP_PROXY, "--to", daemon.address, "--seconds", "240", *words)
        process.wait_for_line("127.0.0.1:")
        return process

    def transfer(self, mib, *words):
        """The proxy's counters after an echo of so much through it; the daemon has seen a move."""
        daemon = self.start_daemon(log="level: info")
        proxy = self.proxy(daemon, *words)
        source = random.Random(mib)
        data = b"".join(source.randbytes(MIB) for _ in range(mib))
        client = self.connect(daemon, address=proxy.lines()[0], stdin=self.file_with(data))
        self.assertEqual(client.wait(240), 0, client.stderr + daemon.stderr[-3000:])
        self.assertEqual(hashlib.sha256(client.out).hexdigest(), hashlib.sha256(data).hexdigest())
        proxy.signal(signal.SIGTERM)
        proxy.wait()
        counters = {name: int(n) for name, n in re.findall(r"(\w+) (\d+)", proxy.lines()[1])}
        daemon.wait_for_event("session.migrated")
        return counters

    def test_a_nat_that_forgets_during_a_transfer(self):
        counters = self.transfer(256, "--rebind", "1000")
        self.assertGreater(counters["rebound"], 0, counters)

    def test_another_address_during_a_transfer(self):
        counters = self.transfer(128, "--move", "500", "--loss", "0.001")
        self.assertGreater(counters["moved"], 0, counters)

    def test_the_operator_sees_where_the_peer_is(self):
        daemon = self.start_daemon()
        proxy = self.proxy(daemon, "--move", "20")
        client = self.connect(daemon, address=proxy.lines()[0])
        hosts = set()

        def seen_at_two():
            client.write(b"x")
            for row in self.jsctl_json(daemon, "ls")["items"]:
                hosts.add(row["peer"].rpartition(":")[0])
            return len(hosts) > 1

        self.eventually(seen_at_two, "a session at another address")

    def test_a_killed_daemon_says_so_when_it_is_back(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
            free.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{free.getsockname()[1]}"
        config = self.write_config()
        config.write_text(config.read_text().replace("127.0.0.1:0", address))
        daemon = self.start_daemon(config)
        client = self.connect(daemon)
        client.write(b"before\n")
        client.wait_for_line("before")
        daemon.signal(signal.SIGKILL)
        daemon.wait()
        self.start_daemon(config)
        client.write(b"after\n")
        self.assertNotEqual(client.wait(), 0)
        # Not what it says when the timeout is what ends a session.
        self.assertIn("does not know this session any more", client.stderr)


if __name__ == "__main__":
    harness.main()
