# SPDX-License-Identifier: MIT
"""Runs real programs for a story and lets it wait for what they do, never for time to pass.

A story is a unittest.TestCase that derives from Story. Everything it starts ends with it, by its
own process id; every wait has a limit and, when it fails, shows what the programs printed.
JS_BINARY_DIR names the build folder; build/release without it.
"""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest

SOURCE_DIR = pathlib.Path(__file__).resolve().parents[2]
BINARY_DIR = pathlib.Path(os.environ.get("JS_BINARY_DIR", SOURCE_DIR / "build/release")).resolve()
JETSTREAMD = BINARY_DIR / "daemon/jetstreamd"
JSCTL = BINARY_DIR / "cli/jsctl/jsctl"
JSCAT = BINARY_DIR / "cli/jscat/jscat"
UDP_PROXY = BINARY_DIR / "tests/support/udp_proxy"
EXAMPLES = BINARY_DIR / "docs/examples"
INTEROP_CLIENT = SOURCE_DIR / "tests/interop/js1_client.py"

# No healthy run comes near it, not even an instrumented build on a busy machine.
LIMIT = 60.0


class Process:
    """A running program. Its output is collected by line while it runs."""

    def __init__(self, command, **options):
        self.command = [str(word) for word in command]
        self.changed = threading.Condition()
        self.out, self.err = bytearray(), bytearray()
        self.open_pipes = 2
        self.child = subprocess.Popen(
            self.command, stdin=options.pop("stdin", subprocess.PIPE), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, bufsize=0, **options)
        self.pid = self.child.pid
        for pipe, kept in ((self.child.stdout, self.out), (self.child.stderr, self.err)):
            threading.Thread(target=self._collect, args=(pipe, kept), daemon=True).start()

    def _collect(self, pipe, kept):
        with pipe:  # A story may run hundreds of programs.
            while chunk := pipe.read(65536):
                with self.changed:
                    kept += chunk
                    self.changed.notify_all()
        with self.changed:
            self.open_pipes -= 1
            self.changed.notify_all()

    def wait_until(self, condition, what, limit=LIMIT):
        """The first true value of condition(); fails once output can no longer change it."""
        end = time.monotonic() + limit
        with self.changed:
            while not (value := condition()):
                left = end - time.monotonic()
                if left <= 0 or self.open_pipes == 0:
                    raise AssertionError(f"{what} did not happen\n{self.describe()}")
                self.changed.wait(left)
            return value

    def lines(self, stream="out"):
        """The complete lines so far."""
        kept = self.out if stream == "out" else self.err
        return bytes(kept[: kept.rfind(b"\n") + 1]).decode(errors="replace").splitlines()

    def wait_for_line(self, text, stream="out"):
        def find():
            return next((line for line in self.lines(stream) if text in line), None)

        return self.wait_until(find, f'a line with "{text}"')

    def write(self, data):
        self.child.stdin.write(data)

    def close_input(self):
        self.child.stdin.close()

    def signal(self, number):
        self.child.send_signal(number)

    def wait(self, limit=LIMIT):
        """The exit code, once all output has been read."""
        try:
            code = self.child.wait(limit)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"it did not end\n{self.describe()}") from None
        end = time.monotonic() + limit
        with self.changed:
            while self.open_pipes and (left := end - time.monotonic()) > 0:
                self.changed.wait(left)
        return code

    def end(self):
        if self.child.poll() is None:
            self.child.kill()
            self.child.wait()
        if self.child.stdin and not self.child.stdin.closed:
            try:
                self.child.stdin.close()
            except BrokenPipeError:
                pass
        self.wait()
        self.child.stdout.close()
        self.child.stderr.close()

    @property
    def stdout(self):
        return bytes(self.out).decode(errors="replace")

    @property
    def stderr(self):
        return bytes(self.err).decode(errors="replace")

    def describe(self):
        return (f"$ {' '.join(self.command)}   (exit code {self.child.poll()})\n"
                f"-- stdout:\n{self.stdout[-4000:]}\n-- stderr:\n{self.stderr[-8000:]}")


class Daemon(Process):
    """jetstreamd with a JSON log, ready for clients."""

    def __init__(self, folder, config, *words, launcher=(), **options):
        super().__init__([*launcher, JETSTREAMD, "--config", config, *words], cwd=folder, **options)
        self.folder = folder
        self.socket = folder / "admin.sock"

    def events(self, name=None, **fields):
        """The log records so far. A line that is no JSON fails the story."""
        records = [json.loads(line) for line in self.lines("err")]
        return [record for record in records
                if (name is None or record["event"] == name)
                and all(record.get(key) == value for key, value in fields.items())]

    def wait_for_event(self, name, count=1, **fields):
        """The count-th such record."""
        return self.wait_until(lambda: self.events(name, **fields)[count - 1 : count],
                               f"event {name} {fields or ''}")[0]

    def wait_for_events(self, name, count, **fields):
        """So many such records, once there are as many."""
        self.wait_for_event(name, count, **fields)
        return self.events(name, **fields)

    def wait_ready(self):
        return self.wait_for_event("daemon.ready")

    @property
    def address(self):
        return self.wait_ready()["listen"]

    @property
    def port(self):
        return int(self.address.rpartition(":")[2])

    @property
    def pin_file(self):
        return self.folder / "state/identity.pub"


class Story(unittest.TestCase):
    def setUp(self):
        # Short, since the path of a Unix socket has at most 107 bytes.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="js-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def spawn(self, *command, **options):
        return self._kept(Process(command, cwd=options.pop("cwd", self.folder), **options))

    def run_to_end(self, *command, data=b"", **options):
        """Runs a program to its end with `data` as its standard input."""
        process = self.spawn(*command, stdin=self.file_with(data), **options)
        process.code = process.wait()
        return process

    def file_with(self, data):
        file = tempfile.TemporaryFile(dir=self.folder)
        file.write(data)
        file.seek(0)
        self.addCleanup(file.close)
        return file

    def write_config(self, name="jetstreamd.yaml", **sections):
        """A configuration that needs no privileges and no fixed port. A section is YAML text."""
        known = {
            "server": 'listen: "127.0.0.1:0", state_dir: state',
            "admin": "socket: {path: admin.sock}, "
                     f'read_socket: {{group: "{os.getegid()}"}}',
            "log": "format: json",
            # What the default limits do has a story of its own.
            "limits": "session: {messages_per_second: off, bytes_per_second: off}, "
                      "global: {messages_per_second: off, bytes_per_second: off}",
        }
        sections.setdefault("server", "workers: 1")
        sections.setdefault("log", "level: debug")
        for section, text in sections.items():
            merged = section in known and section != "limits"
            known[section] = f"{known[section]}, {text}" if merged else text
        path = self.folder / name
        path.write_text("version: 1\n" + "".join(f"{section}: {{{text}}}\n"
                                                for section, text in known.items()))
        return path

    def start_daemon(self, config=None, env=None, **sections):
        config = config or self.write_config(**sections)
        daemon = self._kept(Daemon(self.folder, config, env={**os.environ, **(env or {})}))
        daemon.wait_ready()
        return daemon

    def jsctl(self, daemon, *words, **options):
        return self.run_to_end(JSCTL, "--socket", daemon.socket, *words, **options)

    def jsctl_json(self, daemon, *words):
        """The parsed document of a command that must succeed."""
        run = self.jsctl(daemon, *words, "--json")
        self.assertEqual(run.code, 0, run.describe())
        return json.loads(run.stdout)

    def eventually(self, condition, what):
        """The first true value of condition(), for states that no program announces."""
        end = time.monotonic() + LIMIT
        while not (value := condition()):
            self.assertLess(time.monotonic(), end, f"{what} did not happen")
        return value

    def connect(self, daemon, *words, address=None, service="echo", **options):
        """jscat connect with the daemon's key pinned."""
        return self.spawn(JSCAT, "connect", address or daemon.address, service, "--pin-file",
                          daemon.pin_file, *words, **options)

    def stop(self, daemon):
        """SIGTERM, and the exit code 0 that a clean stop has."""
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.wait(), 0, daemon.describe())

    def _kept(self, process):
        self.addCleanup(process.end)
        return process


def main():
    unittest.main(verbosity=2)
