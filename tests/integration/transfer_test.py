#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What goes in comes out, byte for byte, over good networks and bad ones."""
import hashlib
import random
import re

import harness
from harness import JSCAT, UDP_PROXY

MIB = 1024 * 1024


def random_bytes(size, seed):
    return random.Random(seed).randbytes(size)


class Transfer(harness.Story):
    def setUp(self):
        super().setUp()
        self.daemon = self.start_daemon(log="level: info")

    def proxy(self, *words):
        process = self.spawn(UDP_PROXY, "--to", self.daemon.address, "--seconds", "240", *words)
        process.wait_for_line("127.0.0.1:")
        return process

    def counters(self, proxy):
        proxy.signal(harness.signal.SIGTERM)
        proxy.wait()
        return {name: int(number) for name, number in re.findall(r"(\w+) (\d+)", proxy.lines()[1])}

    def echo(self, data, address, *words):
        client = self.spawn(JSCAT, "connect", address, "--pin-file", self.daemon.pin_file,
                            "--stats", *words, stdin=self.file_with(data))
        self.assertEqual(client.wait(240), 0, client.stderr)
        self.assertEqual(len(client.out), len(data))
        self.assertEqual(hashlib.sha256(client.out).hexdigest(), hashlib.sha256(data).hexdigest())
        self.assertIn(f"sent {len(data)} bytes", client.stderr)

    def test_good_network(self):
        self.echo(random_bytes(64 * MIB, 1), self.daemon.address)

    def test_one_percent_of_loss(self):
        proxy = self.proxy("--loss", "0.01", "--seed", "2")
        self.echo(random_bytes(64 * MIB, 2), proxy.lines()[0])
        self.assertGreater(self.counters(proxy)["lost"], 0)

    def test_everything_that_can_go_wrong(self):
        proxy = self.proxy("--loss", "0.05", "--duplicate", "0.05", "--reorder", "0.05",
                           "--corrupt", "0.02", "--delay", "5", "--jitter", "5", "--seed", "3")
        self.echo(random_bytes(4 * MIB, 3), proxy.lines()[0])
        done = self.counters(proxy)
        for name in ("lost", "duplicated", "reordered", "corrupted"):
            self.assertGreater(done[name], 0, done)
        drops = self.jsctl_json(self.daemon, "status")["data"]["drops"]
        self.assertGreater(drops["duplicate"], 0, drops)
        self.assertGreater(sum(drops.values()), drops["duplicate"], "corrupted ones, too")

    def test_messages_on_a_bad_network(self):
        source = random.Random(4)
        lines = [source.randbytes(source.choice((0, 1, 900, 1500, 40000))).replace(b"\n", b"")
                 for _ in range(100)]
        proxy = self.proxy("--loss", "0.05", "--duplicate", "0.05", "--delay", "2", "--seed", "4")
        self.echo(b"".join(line + b"\n" for line in lines), proxy.lines()[0], "--framing",
                  "messages")


if __name__ == "__main__":
    harness.main()
