#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures the built programs beside references that are measured in the same run.

    run.py BUILD_FOLDER [NAME...]     names: goodput copy handshakes idle sim limiter early lines

Absolute figures belong to one machine on one day; the ratios travel better. Each bench ends by
itself, within a minute on an idle machine. What runs is printed, to be run again by hand.
"""
import argparse
import hashlib
import json
import os
import pathlib
import platform
import re
import shlex
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

SOURCE_DIR = pathlib.Path(__file__).resolve().parents[2]
ROUNDS = 3
SECONDS = 4
COPY_BYTES = 1 << 30
IDLE_SESSIONS = 10000
SIM_SEEDS = 300
MIB = 1 << 20
COMMAND_LIMIT = 60
# One round trip makes two X25519 keys and two agreements, one signature and one verification.
X25519_A_SIDE = 2


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


def run_json(command):
    return json.loads(run(command))


class Programs:
    """Where the programs are, and a folder for what they need."""

    def __init__(self, build, folder):
        self.folder = folder
        self.jetstreamd = build / "daemon/jetstreamd"
        self.jsctl = build / "cli/jsctl/jsctl"
        self.jscat = build / "cli/jscat/jscat"
        self.sim = build / "tests/sim/jetstream_sim"
        self.limiter_error = build / "tests/bench/limiter_error"
        self.first_byte = build / "tests/bench/first_byte"


class Daemon:
    """jetstreamd with one worker, quiet, on any free port, while the `with` lasts."""

    def __init__(self, programs):
        self.programs = programs
        self.socket = programs.folder / "admin.sock"
        self.config = programs.folder / "jetstreamd.yaml"
        self.config.write_text(
            "version: 1\n"
            'server: {listen: "127.0.0.1:0", workers: 1, state_dir: state}\n'
            "admin: {socket: {path: admin.sock}}\n"
            "limits: {session: {messages_per_second: off, bytes_per_second: off},\n"
            "         global: {messages_per_second: off, bytes_per_second: off}}\n"
            "log: {level: warning, format: json}\n")

    def __enter__(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            path = self.programs.folder / "notify.sock"
            manager.bind(str(path))
            manager.settimeout(COMMAND_LIMIT)
            command = shown([self.programs.jetstreamd, "--config", self.config])
            self.process = subprocess.Popen(
                command, env={**os.environ, "NOTIFY_SOCKET": str(path)})
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

    def status(self):
        answer = subprocess.run([self.programs.jsctl, "--socket", self.socket, "status", "--json"],
                                check=True, capture_output=True, timeout=COMMAND_LIMIT).stdout
        return json.loads(answer)["data"]

    def resident_bytes(self):
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", text)[1]) * 1024


def iperf3():
    """Bytes a second of one TCP connection over loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    server = subprocess.Popen(
        shown(["iperf3", "-s", "-1", "--forceflush", "-B", "127.0.0.1", "-p", port]),
        stdout=subprocess.PIPE, text=True)
    try:
        while "listening" not in server.stdout.readline():
            if server.poll() is not None:
                raise RuntimeError("iperf3 does not listen")
        result = run_json(["iperf3", "-c", "127.0.0.1", "-p", port, "-t", str(SECONDS), "-J"])
        server.communicate(timeout=COMMAND_LIMIT)
    finally:
        server.kill()
        server.wait()
    return result["end"]["sum_received"]["bits_per_second"] / 8


def mib(rate):
    return f"{rate / MIB:.0f} MiB/s"


def aes_rate():
    """Bytes that one core encrypts a second, in pieces of the size of the largest datagram."""
    out = run(["openssl", "speed", "-seconds", "2", "-mr", "-bytes", "65507", "-aead", "-evp",
               "aes-256-gcm"], stderr=subprocess.DEVNULL).decode()
    return float(re.search(r"^\+F:\d+:AES-256-GCM:([\d.]+)", out, re.M | re.I)[1])


def bench_goodput(programs):
    """Alternating, so that a machine that gets slower gets slower for all of them."""
    aes = aes_rate()
    rates = {"sink": [], "echo": [], "tcp": []}
    duration = ["--duration", f"{SECONDS}s"]
    with Daemon(programs) as daemon:
        for _ in range(ROUNDS):
            rates["sink"].append(
                run_json(daemon.load("sink", "bulk", *duration))["bytes_sent_per_second"])
            rates["tcp"].append(iperf3())
            rates["echo"].append(
                run_json(daemon.load("echo", "bulk", *duration))["bytes_received_per_second"])
    tcp = statistics.median(rates["tcp"])
    for name, what in (("sink", "one way"), ("echo", "by echo")):
        rate = statistics.median(rates[name])
        ratio = statistics.median(ours / theirs for ours, theirs in zip(rates[name], rates["tcp"]))
        yield f"goodput {what}, 1 stream", mib(rate), f"iperf3 TCP in clear {mib(tcp)}", ratio
        yield "", "", f"AES-256-GCM of one core alone {mib(aes)}", rate / aes


def sha256_of(path):
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() if hasattr(
            hashlib, "file_digest") else hashlib.sha256(file.read()).hexdigest()


def timed(command, **options):
    start = time.monotonic()
    run(command, **options)
    return time.monotonic() - start


def bench_copy(programs):
    """Files in memory where there is room, so that no disk is measured."""
    memory = pathlib.Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > 4 * COPY_BYTES
    with tempfile.TemporaryDirectory(dir=memory if roomy else programs.folder) as folder:
        there, back = pathlib.Path(folder) / "there", pathlib.Path(folder) / "back"
        with there.open("wb") as file:
            for _ in range(COPY_BYTES // MIB):
                file.write(os.urandom(MIB))
        with there.open("rb") as source, back.open("wb") as target:
            cat = timed(["cat"], stdin=source, stdout=target)
        with Daemon(programs) as daemon, there.open("rb") as source, back.open("wb") as target:
            ours = timed([programs.jscat, "connect", daemon.address, "echo", *daemon.pin],
                         stdin=source, stdout=target)
        if sha256_of(there) != sha256_of(back):
            raise RuntimeError("what came back is not what was sent")
    yield (f"{COPY_BYTES // MIB} MiB through connect echo, same SHA-256",
           f"{ours:.1f} s, {mib(COPY_BYTES / ours)}",
           f"cat of the same file {mib(COPY_BYTES / cat)}", cat / ours)


def openssl_rates():
    """Operations for each second of CPU time: X25519, signatures, verifications."""
    out = run(["openssl", "speed", "-seconds", "2", "-mr", "ecdhx25519", "ed25519"],
              stderr=subprocess.DEVNULL).decode()
    agree = float(re.search(r"^\+F5:\d+:253:([\d.]+):", out, re.M)[1])
    sign, verify = re.search(r"^\+F6:\d+:253:Ed25519:([\d.]+):([\d.]+)", out, re.M).groups()
    return agree, float(sign), float(verify)


def bench_handshakes(programs):
    agree, sign, verify = openssl_rates()
    # Both sides work at the same time, each on a core of its own; the slower one decides.
    bound = 1 / (X25519_A_SIDE / agree + 1 / min(sign, verify))
    with Daemon(programs) as daemon:
        rate = statistics.median(
            run_json(daemon.load("sink", "handshakes", "--duration", f"{SECONDS}s"))[
                "handshakes_per_second"] for _ in range(ROUNDS))
    yield ("handshakes with one worker", f"{rate:.0f}/s",
           f"X25519 {agree:.0f}, sign {sign:.0f}, verify {verify:.0f}: at most {bound:.0f}/s",
           rate / bound)


def bench_idle(programs):
    with Daemon(programs) as daemon:
        run(daemon.load("sink", "handshakes", "--sessions", "64"))  # what is made once is made now
        before = daemon.resident_bytes()
        client = subprocess.Popen(
            shown(daemon.load("sink", "idle", "--sessions", str(IDLE_SESSIONS), "--duration",
                              f"{COMMAND_LIMIT}s")), stdout=subprocess.DEVNULL)
        try:
            end = time.monotonic() + COMMAND_LIMIT
            while (count := daemon.status()["sessions"]) < IDLE_SESSIONS:
                if time.monotonic() > end or client.poll() is not None:
                    break
                time.sleep(0.2)
            taken = daemon.resident_bytes() - before
        finally:
            client.kill()
            client.wait()
    yield (f"memory of an idle session, {count} of them", f"{taken / max(count, 1):.0f} B",
           "a memory page 4096 B", taken / max(count, 1) / 4096)


def bench_sim(programs):
    out = run([programs.sim, "--first", "1", "--count", str(SIM_SEEDS)]).decode()
    virtual, real, rate = re.search(r"(\d+) virtual seconds in ([\d.]+) s: (\d+) seeds/s",
                                    out).groups()
    yield ("simulator", f"{rate} seeds/s", "time itself 1 s a second", float(virtual) / float(real))


def bench_limiter(programs):
    """Messages let through in a minute of virtual time, beside what the limit allows."""
    for line in run([programs.limiter_error]).decode().splitlines():
        workers, load, expected, admitted, error = re.match(
            r"workers (\d+) load (\d+) expected (\d+) admitted (\d+) error (\S+)", line).groups()
        yield (f"global limit, {workers} workers, {load}x the limit", f"{admitted} ({error})",
               f"exactly {expected}", int(admitted) / int(expected))


def bench_early(programs):
    """From connect() to the first byte of an answer, in virtual time over a path of 50 ms."""
    times = dict(re.findall(r"^(\w+) first_byte_ms ([\d.]+)", run([programs.first_byte]).decode(),
                            re.M))
    for name, what in (("resumed", "with a ticket"), ("early", "with early data")):
        yield (f"first byte {what}, round trip 50 ms", f"{times[name]} ms",
               f"full handshake {times['full']} ms", float(times[name]) / float(times["full"]))


def bench_lines(_):
    counts = {str(path.relative_to(SOURCE_DIR)): len(path.read_bytes().splitlines())
              for folder in ("lib", "daemon", "cli", "docs", "tests")
              for pattern in ("*.h", "*.cc") for path in (SOURCE_DIR / folder).rglob(pattern)}
    longest = max(counts, key=counts.get)
    yield (f"lines a file, {len(counts)} files", f"median {statistics.median(counts.values()):.0f}",
           f"limit 500; longest {counts[longest]}: {longest}", counts[longest] / 500)


BENCHES = {"goodput": bench_goodput, "copy": bench_copy, "handshakes": bench_handshakes,
           "idle": bench_idle, "sim": bench_sim,
           "limiter": bench_limiter, "early": bench_early, "lines": bench_lines}


def print_table(rows):
    table = [("WHAT", "MEASURED", "REFERENCE", "RATIO")]
    table += [(what, value, reference, f"{ratio:.2f}") for what, value, reference, ratio in rows]
    widths = [max(len(row[i]) for row in table) for i in range(4)]
    say("")
    for row in table:
        say("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.
                                     RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("names", nargs="*", choices=[[], *BENCHES], metavar="NAME")
    args = parser.parse_args()
    say(f"{platform.system()} {platform.release()}, {os.cpu_count()} CPUs, "
        f"load {os.getloadavg()[0]:.1f}, rate limits off")
    rows, failed = [], False
    for name in args.names or BENCHES:
        with tempfile.TemporaryDirectory(prefix="js-") as folder:
            try:
                rows += BENCHES[name](Programs(args.build.resolve(), pathlib.Path(folder)))
            except (subprocess.SubprocessError, OSError, RuntimeError) as error:
                failed = True
                say(f"{name}: {error}")
    print_table(rows)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
