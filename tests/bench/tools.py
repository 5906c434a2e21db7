# SPDX-License-Identifier: MIT
"""What the benches share: how programs are run, and a daemon to run them against."""
import json
import os
import pathlib
import re
import shlex
import socket
import subprocess
import time

MIB = 1 << 20
COMMAND_LIMIT = 60
LONG_COMMAND_LIMIT = 240


def say(text):
    print(text, flush=True)


def shown(command):
    words = [str(word) for word in command]
    say("$ " + shlex.join(words))
    return words


def run(command, **options):
    """Runs a command that must succeed; its standard output."""
    options = {"check": True, "timeout": COMMAND_LIMIT, "stdout": subprocess.PIPE, **options}
    return subprocess.run(shown(command), **options).stdout


def run_json(command, **options):
    return json.loads(run(command, **options))


class Programs:
    """Where the programs are, and a folder for what they need."""

    def __init__(self, build, folder):
        self.folder = folder
        self.build = build
        self.jetstreamd = build / "daemon/jetstreamd"
        self.jsctl = build / "cli/jsctl/jsctl"
        self.jscat = build / "cli/jscat/jscat"
        self.sim = build / "tests/sim/jetstream_sim"
        self.resting_sessions = build / "tests/bench/resting_sessions"
        self.dead_peer = build / "tests/bench/dead_peer"
        self.limiter_error = build / "tests/bench/limiter_error"
        self.first_byte = build / "tests/bench/first_byte"
        self.urgent_beside_bulk = build / "tests/bench/urgent_beside_bulk"
        self.ping_phases = build / "tests/bench/ping_phases"


class Daemon:
    """jetstreamd with one worker, quiet, on any free port, while the `with` lasts."""

    def __init__(self, programs, sessions="{}", log=None):
        """`log`: where standard error goes, for those who make it say a lot."""
        self.programs = programs
        self.log = log
        self.socket = programs.folder / "admin.sock"
        self.config = programs.folder / "jetstreamd.yaml"
        self.config.write_text(
            "version: 1\n"
            'server: {listen: "127.0.0.1:0", workers: 1, state_dir: state}\n'
            "admin: {socket: {path: admin.sock}, read_socket: {enabled: false}}\n"
            "limits: {session: {messages_per_second: off, bytes_per_second: off},\n"
            "         global: {messages_per_second: off, bytes_per_second: off}}\n"
            f"sessions: {sessions}\n"
            "log: {level: warning, format: json}\n")

    def __enter__(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            path = self.programs.folder / "notify.sock"
            manager.bind(str(path))
            manager.settimeout(COMMAND_LIMIT)
            command = shown([self.programs.jetstreamd, "--config", self.config])
            self.process = subprocess.Popen(
                command, env={**os.environ, "NOTIFY_SOCKET": str(path)}, stderr=self.log)
            self.address = re.search(r"STATUS=serving (\S+)", manager.recv(4096).decode())[1]
            path.unlink()
        self.pin = ["--pin-file", self.programs.folder / "state/identity.pub"]
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(COMMAND_LIMIT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def load(self, service, mode, *words):
        """A `jscat send` against this daemon."""
        return [self.programs.jscat, "send", self.address, service, *self.pin, "--mode", mode,
                "--json", *words]

    def ask(self, *words):
        answer = subprocess.run([self.programs.jsctl, "--socket", self.socket, *words, "--json"],
                                check=True, capture_output=True, timeout=COMMAND_LIMIT).stdout
        return json.loads(answer)

    def status(self):
        return self.ask("status")["data"]

    def wait_for_sessions(self, condition, client=None, limit=COMMAND_LIMIT):
        """Until condition(their number) holds, or nothing will come of it; their number."""
        end = time.monotonic() + limit
        while not condition(count := self.status()["sessions"]):
            if time.monotonic() > end or (client and client.poll() is not None):
                break
            time.sleep(0.05)
        return count

    def processor_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2]
        return sum(int(ticks) for ticks in fields.split()[11:13]) / os.sysconf("SC_CLK_TCK")

    def resident_bytes(self):
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", text)[1]) * 1024


def mib(rate):
    return f"{rate / MIB:.0f} MiB/s"


def phases_of(text):
    """The lines `name key value key value...` of a program; lines of one name come together."""
    phases = {}
    for name, *words in (line.split() for line in text.splitlines()):
        values = zip(words[::2], (float(word) for word in words[1::2]))
        phases.setdefault(name, {}).update(values)
    return phases
