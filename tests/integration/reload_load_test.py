#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A daemon that gets another configuration twenty times a second while sessions echo data and
clients come and go: nothing is lost, and at every moment one of the two holds, whole.

JS_RELOAD_SECONDS says for how long; tests/bench/run.py does it for half a minute.
"""
import hashlib
import json
import os
import socket
import threading
import time

import harness
from harness import JSCAT

SECONDS = float(os.environ.get("JS_RELOAD_SECONDS", "1.5"))
INTERVAL = 0.05
TALKERS = 4
# Two files. No value of one is that of the other, and none is the default or off.
MAX = (40, 60)
MESSAGES = (3000, 5000)
BYTES = (200_000, 400_000)
GLOBAL_MESSAGES = (21_000, 22_000)
GLOBAL_BYTES = (31_000_000, 32_000_000)
SERVICES = ("alpha", "beta")
# A second's worth may pass at once, and what waits in the window of the stream has come, too.
BURST_SECONDS = 1
WINDOW = 64 * 1024
# Headers, acknowledgements and what is sent again, in the bytes that a session is said to receive.
OVERHEAD = 1.1


class Admin:
    """A connection to the admin socket that stays open."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(harness.LIMIT)
        self.socket.connect(str(path))
        self.lines = self.socket.makefile("rwb")

    def ask(self, command, **args):
        """The items and the data of the answer."""
        request = {"cmd": command, **({"args": args} if args else {})}
        self.lines.write(json.dumps(request).encode() + b"\n")
        self.lines.flush()
        items = []
        while (reply := json.loads(self.lines.readline()))["type"] == "item":
            items.append(reply["data"])
        if reply["type"] != "result":
            raise AssertionError(f"{command}: {reply}")
        return items, reply["data"]

    def close(self):
        self.lines.close()
        self.socket.close()


class Background:
    """Runs a step again and again on a thread of its own, and remembers what went wrong."""

    def __init__(self, step):
        self.steps = 0
        self.error = None
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._run, args=(step,))
        self.thread.start()

    def _run(self, step):
        try:
            while not self.over.is_set():
                step()
                self.steps += 1
        except Exception as error:  # of whatever kind: the story's own thread raises it again
            self.error = error

    def end(self):
        self.over.set()
        self.thread.join()
        if self.error:
            raise self.error


class ReloadUnderLoad(harness.Story):
    def setUp(self):
        super().setUp()
        self.config = self.write_config(**self.sections(0))
        # As texts, so that a reload reads what it was asked to read.
        self.texts = [self.write_config(f"{which}.yaml", **self.sections(which)).read_text()
                      for which in (0, 1)]
        self.digests = ["sha256:" + hashlib.sha256(text.encode()).hexdigest()
                        for text in self.texts]
        self.daemon = self.start_daemon(self.config)
        self.backgrounds = []

    def sections(self, which):
        return {"server": "workers: 2", "log": "level: info",
                "sessions": f"max: {MAX[which]}, max_stream_data: {WINDOW}B, "
                            f"message_bytes_max: {WINDOW}B",
                "services": f"echo: {{type: echo}}, sink: {{type: sink}}, "
                            f"{SERVICES[which]}: {{type: echo}}",
                "limits": f"session: {{messages_per_second: {MESSAGES[which]}, "
                          f"bytes_per_second: {BYTES[which]}B}}, "
                          f"global: {{messages_per_second: {GLOBAL_MESSAGES[which]}, "
                          f"bytes_per_second: {GLOBAL_BYTES[which]}B}}"}

    def admin(self):
        admin = Admin(self.daemon.socket)
        self.addCleanup(admin.close)
        return admin

    def background(self, step):
        background = Background(step)
        self.addCleanup(background.over.set)
        self.backgrounds.append(background)
        return background

    def talk(self):
        """A session that echoes line after line; each has to come back."""
        client = self.connect(self.daemon)
        lines = iter(range(10**9))

        def step():
            word = f"line {next(lines)};"
            client.write(word.encode() + b"\n")
            client.wait_for_line(word)
            del client.out[:-64]

        return self.background(step)

    def come_and_go(self):
        """Clients whose whole session falls into the reloads: none is refused."""

        def step():
            run = self.run_to_end(JSCAT, "connect", self.daemon.address, "echo", "--pin-file",
                                  self.daemon.pin_file, "--no-resume", data=b"hello\n")
            self.assertEqual((run.code, run.stdout), (0, "hello\n"), run.describe())

        return self.background(step)

    def look(self):
        """Whatever is asked, the answer is of one file."""
        admin = self.admin()

        def step():
            items, data = admin.ask("config.show")
            which = self.digests.index(data["digest"])
            values = {row["key"]: row["value"] for row in items}
            self.assertEqual(values["sessions.max"], str(MAX[which]))
            self.assertEqual(values["limits.session.messages_per_second"], str(MESSAGES[which]))
            self.assertEqual(values["limits.global.messages_per_second"],
                             str(GLOBAL_MESSAGES[which]))
            self.assertIn(f"services.{SERVICES[which]}.type", values)
            self.assertNotIn(f"services.{SERVICES[1 - which]}.type", values)
            # What a worker really does with one of its sessions.
            items, _ = admin.ask("limit.show", ids=["1"])
            rates = {row["limit"]: row["per_second"] for row in items}
            pair = (rates["session_messages_received"], rates["session_bytes_received"])
            self.assertIn(pair, list(zip(MESSAGES, BYTES)))
            pair = (rates["session_messages_sent"], rates["session_bytes_sent"])
            self.assertIn(pair, list(zip(MESSAGES, BYTES)))
            _, status = admin.ask("status")
            self.assertIn(status["sessions_max"], MAX)

        return self.background(step)

    def reload(self, admin, which):
        following = self.folder / "next.yaml"
        following.write_text(self.texts[which])
        os.replace(following, self.config)
        began = time.monotonic()
        _, report = admin.ask("config.reload", expect_digest=self.digests[which])
        took = time.monotonic() - began
        self.assertEqual(report["digest"],
                         {"before": self.digests[1 - which], "after": self.digests[which]})
        self.assertEqual((report["restart_required"], report["warnings"]), ([], []))
        self.assertGreater(len(report["applied"]), 5)
        # Every worker has it when the answer comes.
        items, _ = admin.ask("limit.show", ids=["1"])
        rates = {row["limit"]: row["per_second"] for row in items}
        self.assertEqual((rates["session_messages_received"], rates["session_bytes_received"],
                          rates["global_messages_received"], rates["global_bytes_received"]),
                         (MESSAGES[which], BYTES[which], GLOBAL_MESSAGES[which],
                          GLOBAL_BYTES[which]))
        return took

    def rx_bytes(self, admin, session):
        items, _ = admin.ask("session.show", ids=[session])
        return items[0]["rx_bytes"]

    def test_nothing_is_lost_and_nothing_is_mixed(self):
        admin = self.admin()
        talkers = [self.talk() for _ in range(TALKERS)]
        for number, talker in enumerate(talkers):
            self.eventually(lambda: talker.steps or talker.error, f"an echo for talker {number}")
        # One that sends as fast as it may.
        flood = self.spawn(JSCAT, "send", self.daemon.address, "sink", "--pin-file",
                           self.daemon.pin_file, "--size", "1000", "--duration", "3600s")
        flooding = str(TALKERS + 1)
        self.eventually(lambda: len(admin.ask("session.list")[0]) > TALKERS, "the flood")
        visitors, watcher = self.come_and_go(), self.look()
        took, which = [], 0
        began, before = time.monotonic(), self.rx_bytes(admin, flooding)
        end = began + SECONDS
        while (now := time.monotonic()) < end:
            which = 1 - which
            took.append(self.reload(admin, which))
            # The next one is due then, however long this one took.
            watcher.over.wait(max(0, now + INTERVAL - time.monotonic()))
        received = self.rx_bytes(admin, flooding) - before
        seconds = time.monotonic() - began
        for background in self.backgrounds:
            background.end()
        _, status = admin.ask("status")
        self.assertIsNone(flood.child.poll(), flood.describe())
        self.assertEqual(status["sessions_expired"], 0)
        self.assertEqual(status["handshakes_failed"], 0)
        # The talkers' sessions, and the flood's, are those of the beginning.
        ids = {row["id"] for row in admin.ask("session.list")[0]}
        self.assertLessEqual({str(number + 1) for number in range(TALKERS + 1)}, ids)
        self.assertGreater(min(talker.steps for talker in talkers), 1)
        self.assertGreater(visitors.steps, 0)
        self.assertGreater(watcher.steps, 0)
        # Never more than the larger limit allows, which is less than half of the default: neither
        # no limit at all nor full buckets after every reload.
        self.assertLess(received, OVERHEAD * (BYTES[1] * (seconds + BURST_SECONDS) + WINDOW))
        took.sort()
        print(json.dumps({
            "reloads": len(took), "seconds": round(seconds, 1),
            "median_ms": round(took[len(took) // 2] * 1e3, 1),
            "p99_ms": round(took[int(len(took) * 0.99)] * 1e3, 1),
            "max_ms": round(took[-1] * 1e3, 1), "echoes": sum(talker.steps for talker in talkers),
            "visitors": visitors.steps, "looks": watcher.steps,
            "flood_bytes_per_second": round(received / seconds)}))


if __name__ == "__main__":
    harness.main()
