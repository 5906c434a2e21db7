#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures the built programs beside references that are measured in the same run.

    run.py BUILD_FOLDER [NAME...]
    names: goodput copy handshakes idle resting expiry operators abuse bans detection urgent sim
           limiter early reload lines

Absolute figures belong to one machine on one day; the ratios travel better. Each bench ends by
itself, within a minute or two on an idle machine. What runs is printed, to be run again by hand.
"""
import argparse
import hashlib
import json
import os
import pathlib
import platform
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

from abuse import bench_abuse
from ban_list import bench_bans
from operators import bench_operators
from tools import (COMMAND_LIMIT, LONG_COMMAND_LIMIT, MIB, Daemon, Programs, mib, phases_of, run,
                   run_json, say, shown)

SOURCE_DIR = pathlib.Path(__file__).resolve().parents[2]
ROUNDS = 3
SECONDS = 4
COPY_BYTES = 1 << 30
IDLE_SESSIONS = 10000
RESTING_SESSIONS = (1000, 100_000)
EXPIRING_SESSIONS = 100_000
# Two seconds after its last packet a session gives back what it does not need at rest.
RESTING_AFTER = 4
DETECTION_INTERVAL = 1
DETECTION_COUNT = 3
SIM_SEEDS = 300
RELOAD_SECONDS = 30
RELOAD_INTERVAL_MS = 50
# One round trip makes two X25519 keys and two agreements, one signature and one verification.
X25519_A_SIDE = 2


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
            count = daemon.wait_for_sessions(lambda count: count >= IDLE_SESSIONS, client)
            time.sleep(RESTING_AFTER)
            taken = daemon.resident_bytes() - before
        finally:
            client.kill()
            client.wait()
    yield (f"memory of an idle session, {count} of them", f"{taken / max(count, 1):.0f} B",
           "a memory page 4096 B", taken / max(count, 1) / 4096)


def bench_resting(programs):
    """On virtual time: what the server's own calls cost while very many sessions rest."""
    few, many = (phases_of(run([programs.resting_sessions, str(count)],
                               timeout=LONG_COMMAND_LIMIT).decode())
                 for count in RESTING_SESSIONS)
    count = RESTING_SESSIONS[1]
    held = (many["memory_full"]["bytes"] - many["memory_empty"]["bytes"]) / count
    alone = many["memory_objects"]["bytes"]
    yield (f"memory of a resting session, {count} of them, OpenSSL's apart", f"{held:.0f} B",
           f"its slot and Session object alone {alone:.0f} B", held / alone)
    rest, bare = many["rest"], many["bare"]
    yield (f"a minute of heartbeats every 5 s, {count} sessions",
           f"{rest['cpu_s']:.2f} s of processor",
           f"opening and sealing {rest['datagrams']:.0f} alone {bare['cpu_s']:.2f} s",
           rest["cpu_s"] / bare["cpu_s"])
    each, before = (part["cpu_s"] / part["datagrams"] * 1e6 for part in (rest, few["rest"]))
    bare_each, bare_before = (part["cpu_s"] / part["datagrams"] * 1e6
                              for part in (bare, few["bare"]))
    yield ("one heartbeat and its answer", f"{each:.2f} us",
           f"with {RESTING_SESSIONS[0]} sessions {before:.2f} us "
           f"(alone: {bare_each:.2f} and {bare_before:.2f})", each / before)
    silence, short = many["silence"]["cpu_s"], few["silence"]["cpu_s"]
    yield (f"a minute of silence, {count} sessions", f"{silence * 1e3:.1f} ms of processor",
           f"with {RESTING_SESSIONS[0]} sessions {short * 1e3:.1f} ms", silence / short)
    expiry = many["expiry"]
    sealing = bare["cpu_s"] * count / bare["datagrams"]
    yield (f"expiring and freeing {count} sessions", f"{expiry['cpu_s']:.2f} s of processor",
           f"opening and sealing {count} packets alone {sealing:.2f} s", expiry["cpu_s"] / sealing)
    left = many["memory_expired"]["bytes"] - many["memory_empty"]["bytes"]
    yield ("memory they leave behind", f"{left / MIB:.1f} MiB",
           f"they took {held * count / MIB:.1f} MiB", left / (held * count))


def bench_expiry(programs):
    """A real daemon whose clients vanish all at once."""
    timeout, interval = 20, 1
    with Daemon(programs, f"{{timeout: {timeout}s, cleanup_interval: {interval}s}}") as daemon:
        run(daemon.load("sink", "handshakes", "--sessions", "64"))
        before = daemon.resident_bytes()
        client = subprocess.Popen(
            shown(daemon.load("sink", "idle", "--sessions", str(EXPIRING_SESSIONS), "--duration",
                              f"{LONG_COMMAND_LIMIT}s")), stdout=subprocess.DEVNULL)
        try:
            count = daemon.wait_for_sessions(lambda count: count >= EXPIRING_SESSIONS, client,
                                             LONG_COMMAND_LIMIT)
            time.sleep(RESTING_AFTER)
            held = daemon.resident_bytes() - before
        finally:
            client.kill()
            client.wait()
        vanished, used = time.monotonic(), daemon.processor_seconds()
        daemon.wait_for_sessions(lambda count: count == 0)
        took = time.monotonic() - vanished
        time.sleep(2 * interval)
        used = daemon.processor_seconds() - used
        left = daemon.resident_bytes() - before
    yield (f"{count} vanished clients, until the last session expired", f"{took:.1f} s",
           f"sessions.timeout {timeout} s", took / timeout)
    yield ("processor time of that, and of freeing them", f"{used:.2f} s", f"of {took:.1f} s",
           used / took)
    yield ("resident memory they leave behind", f"{left / MIB:.1f} MiB",
           f"they took {held / MIB:.1f} MiB, {held / max(count, 1):.0f} B each", left / held)


def bench_detection(programs):
    """How late it is found that the other side has vanished."""
    for line in run([programs.dead_peer]).decode().splitlines():
        words = line.split()
        row = dict(zip(words[::2], (float(word) for word in words[1::2])))
        yield (f"dead peer, every {row['interval_ms']:.0f} ms, {row['count']:.0f} missed",
               f"{row['latest_ms']:.1f} ms after the last sign",
               f"configured {row['expected_ms']:.0f} ms", row["latest_ms"] / row["expected_ms"])
    expected = DETECTION_INTERVAL * (DETECTION_COUNT + 1)
    with Daemon(programs, f"{{heartbeat_enabled: true, heartbeat_interval: {DETECTION_INTERVAL}s, "
                          f"heartbeat_timeout_count: {DETECTION_COUNT}}}") as daemon:
        client = subprocess.Popen(
            shown(daemon.load("sink", "idle", "--sessions", "1", "--duration",
                              f"{COMMAND_LIMIT}s")), stdout=subprocess.DEVNULL)
        try:
            daemon.wait_for_sessions(lambda count: count == 1, client)
            time.sleep(2.5 * DETECTION_INTERVAL)
            client.send_signal(signal.SIGSTOP)
            stopped = time.monotonic()
            silent = daemon.ask("session", "list")["items"][0]["idle_ms"] / 1000
            last_sign = time.monotonic() - silent
            daemon.wait_for_sessions(lambda count: count == 0)
            took = time.monotonic() - last_sign
        finally:
            client.kill()
            client.wait()
    yield ("a stopped process, found by the daemon", f"{took * 1000:.0f} ms after the last sign",
           f"configured {expected * 1000} ms; {last_sign - stopped:+.2f} s from the stop",
           took / expected)


def bench_urgent(programs):
    """What a saturating stream costs an urgent message of the same session."""
    with Daemon(programs) as daemon:
        key = programs.folder / "state/identity.pub"
        phases = phases_of(run([programs.urgent_beside_bulk, daemon.address, key,
                                str(SECONDS)]).decode())
    alone, beside = phases["alone"], phases["beside_bulk"]
    for name, what in (("p50_us", "half"), ("p99_us", "99 of 100")):
        yield (f"64 urgent bytes there and back, beside {mib(beside['bulk_bytes_per_second'])}",
               f"{what} within {beside[name]:.0f} us", f"alone {alone[name]:.0f} us",
               beside[name] / alone[name])


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


def bench_reload(programs):
    """The story of tests/integration, for longer."""
    story = SOURCE_DIR / "tests/integration/reload_load_test.py"
    figures = run_json([sys.executable, "-B", story],
                       env={**os.environ, "JS_RELOAD_SECONDS": str(RELOAD_SECONDS),
                            "JS_BINARY_DIR": str(programs.build)})
    say(json.dumps(figures))
    for part in ("median", "p99"):
        taken = figures[f"{part}_ms"]
        yield (f"reload under load, {part} of {figures['reloads']}", f"{taken} ms",
               f"every {RELOAD_INTERVAL_MS} ms", taken / RELOAD_INTERVAL_MS)


def bench_lines(_):
    counts = {str(path.relative_to(SOURCE_DIR)): len(path.read_bytes().splitlines())
              for folder in ("lib", "daemon", "cli", "docs", "tests")
              for pattern in ("*.h", "*.cc") for path in (SOURCE_DIR / folder).rglob(pattern)}
    longest = max(counts, key=counts.get)
    yield (f"lines a file, {len(counts)} files", f"median {statistics.median(counts.values()):.0f}",
           f"limit 500; longest {counts[longest]}: {longest}", counts[longest] / 500)


BENCHES = {"goodput": bench_goodput, "copy": bench_copy, "handshakes": bench_handshakes,
           "idle": bench_idle, "resting": bench_resting, "expiry": bench_expiry,
           "operators": bench_operators, "abuse": bench_abuse, "bans": bench_bans,
           "detection": bench_detection, "urgent": bench_urgent, "sim": bench_sim,
           "limiter": bench_limiter, "early": bench_early, "reload": bench_reload,
           "lines": bench_lines}


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
