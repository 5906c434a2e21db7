# SPDX-License-Identifier: MIT
"""What operators at the admin socket cost the sessions: see bench_operators()."""
import os
import subprocess
import time

from tools import (COMMAND_LIMIT, LONG_COMMAND_LIMIT, MIB, Daemon, phases_of, run, shown)

OPERATED_SESSIONS = 100_000
OPERATED_HALF = OPERATED_SESSIONS // 2
# Two seconds after its last packet a session gives back what it does not need at rest.
RESTING_AFTER = 4


class Pings:
    """Round trips of a session of its own, by phases, while the `with` lasts."""

    def __init__(self, programs, daemon):
        key = programs.folder / "state/identity.pub"
        self.process = subprocess.Popen(
            shown([programs.ping_phases, daemon.address, key]), stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        self.process.stdout.readline()
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def begin(self, phase):
        self.process.stdin.write(phase + "\n")
        self.process.stdin.flush()

    def end(self):
        return phases_of(self.process.communicate(timeout=COMMAND_LIMIT)[0])


def measured(command):
    """Runs a command with its output thrown away: seconds, and the most memory it held."""
    start = time.monotonic()
    process = subprocess.Popen(shown(command), stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{command[-1]} failed")
    return time.monotonic() - start, usage.ru_maxrss * 1024


def bench_operators(programs):
    """What an operator who looks at very many sessions, or ends half of them, costs a session."""
    count, half = OPERATED_SESSIONS, OPERATED_HALF
    jobs = {
        "list_all": ["ls", "--all", "-o", "ndjson"],
        "list_none": ["ls", "rx_bytes > 1000GiB"],
        "sorted": ["ls", "--sort", "-rx_bytes", "--limit", "40"],
        "close_half": ["session", "close", "--match", f"id <= {half} and streams_open = 0",
                       "--max", str(half)],
    }
    results = {}
    with Daemon(programs, "{timeout: 10m}") as daemon:
        run(daemon.load("sink", "handshakes", "--sessions", "64"))
        client = subprocess.Popen(
            shown(daemon.load("sink", "idle", "--sessions", str(count + 64), "--duration",
                              f"{LONG_COMMAND_LIMIT}s")), stdout=subprocess.DEVNULL)
        try:
            found = daemon.wait_for_sessions(lambda now: now >= count, client, LONG_COMMAND_LIMIT)
            time.sleep(2 * RESTING_AFTER)
            held = daemon.resident_bytes()
            jsctl = [programs.jsctl, "--socket", daemon.socket, "--timeout", f"{COMMAND_LIMIT}s"]
            with Pings(programs, daemon) as pings:
                pings.begin("nothing")
                time.sleep(2 * RESTING_AFTER)
                for name, words in jobs.items():
                    pings.begin(name)
                    results[name] = measured([*jsctl, *words])
                    pings.begin("between")
                    time.sleep(1)
                phases = pings.end()
            grown = daemon.resident_bytes()
        finally:
            client.kill()
            client.wait()
    alone = phases["nothing"]
    for name, words in jobs.items():
        seconds, memory = results[name]
        phase = phases[name]
        yield (f"{' '.join(words[:4])}, {found} sessions", f"{seconds:.2f} s, jsctl "
               f"{memory / MIB:.0f} MiB", f"{phase['pings']:.0f} pings meanwhile: half within "
               f"{phase['p50_us']:.0f} us, 99 of 100 {phase['p99_us']:.0f}, all "
               f"{phase['max_us']:.0f}; without {alone['p50_us']:.0f}, {alone['p99_us']:.0f}, "
               f"{alone['max_us']:.0f}", phase["p99_us"] / alone["p99_us"])
    yield ("resident memory of the daemon after all of it", f"{grown / MIB:.0f} MiB",
           f"before {held / MIB:.0f} MiB", grown / held)
