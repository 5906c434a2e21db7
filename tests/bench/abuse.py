# SPDX-License-Identifier: MIT
"""What abuse of the admin socket costs a session: see bench_abuse()."""
import contextlib
import multiprocessing
import os
import re
import socket
import subprocess
import time

from tools import COMMAND_LIMIT, Daemon, shown

PINGS = 2000
STRANGER = 12345
UNITS = {"us": 1, "ms": 1000, "s": 1_000_000}


def connect(path):
    other = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    other.settimeout(1)
    other.connect(path)
    return other


def stall(path):
    """Followers and others that ask for a lot, never read, and come back when they are dropped."""
    with contextlib.ExitStack() as kept:
        for _ in range(6):
            kept.enter_context(connect(path)).sendall(
                b'{"cmd":"log.tail","args":{"level":"trace"}}\n')
        for _ in range(4):
            with contextlib.suppress(OSError):
                kept.enter_context(connect(path)).sendall(b'{"cmd":"commands"}\n' * 3000)
        time.sleep(5)


def long_lines(path):
    for _ in range(20):
        with contextlib.suppress(OSError), connect(path) as other:
            other.sendall(b"x" * (1 << 20))
    time.sleep(1)


def many(path):
    """1000 connections, most of them more than there may be at once."""
    with contextlib.ExitStack() as kept:
        for _ in range(1000):
            with contextlib.suppress(OSError):
                kept.enter_context(connect(path)).sendall(b'{"cmd":"ping"}\n')
    time.sleep(1)


def wrong_user(path):
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(STRANGER)
        os.setuid(STRANGER)
    with contextlib.suppress(OSError), connect(path) as other:
        for _ in range(200):
            other.sendall(b'{"cmd":"stop"}\n')
            other.recv(4096)
    time.sleep(1)


KINDS = {"stalled readers": stall, "lines of 1 MiB": long_lines, "1000 connections": many,
         "a user without a role": wrong_user}


def again_and_again(what, path):
    while True:
        with contextlib.suppress(OSError):
            what(path)


@contextlib.contextmanager
def abused(kinds, path):
    """Every kind in a process of its own, while the `with` lasts."""
    others = [multiprocessing.Process(target=again_and_again, args=(KINDS[kind], path), daemon=True)
              for kind in kinds]
    for other in others:
        other.start()
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.join()


def pings(programs, daemon):
    """Round trips of one session in microseconds, sorted."""
    out = subprocess.run(
        shown([programs.jscat, "ping", daemon.address, "-c", PINGS, "-i", "10ms", *daemon.pin]),
        stdout=subprocess.PIPE, text=True, check=True, timeout=COMMAND_LIMIT).stdout
    times = sorted(float(value) * UNITS[unit] for value, unit in
                   re.findall(r"seq=\d+ time=([0-9.]+) (us|ms|s)\b", out))
    if len(times) < PINGS * 9 // 10:
        raise RuntimeError(f"only {len(times)} of {PINGS} pings came back")
    return times


def figures(times):
    return (f"{len(times)} pings: half within {times[len(times) // 2]:.0f} us, 99 of 100 "
            f"{times[len(times) * 99 // 100]:.0f}, all {times[-1]:.0f}")


def bench_abuse(programs):
    """Each kind alone and all at once, beside the same pings without any, in one run."""
    with Daemon(programs, log=subprocess.DEVNULL) as daemon:
        programs.folder.chmod(0o755)
        daemon.socket.chmod(0o666)
        before = pings(programs, daemon)
        for name, kinds in [*((kind, [kind]) for kind in KINDS), ("all at once", list(KINDS))]:
            with abused(kinds, str(daemon.socket)):
                during = pings(programs, daemon)
            yield (f"admin socket, {name}", figures(during), f"without: {figures(before)}",
                   during[len(during) * 99 // 100] / before[len(before) * 99 // 100])
        if daemon.status()["state"] != "running":
            raise RuntimeError("somebody has stopped the daemon")
