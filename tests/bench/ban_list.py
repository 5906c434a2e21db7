# SPDX-License-Identifier: MIT
"""What a long list of bans costs: see bench_bans()."""
import random
import sys
import time

from operators import Pings, measured
from tools import COMMAND_LIMIT, MIB, Daemon

BANS = 100_000
QUIET = 4
# Reads what the daemon reads, and does nothing with it.
PARSE = "import ipaddress, sys; [ipaddress.ip_network(line.strip()) for line in open(sys.argv[1])]"


def write_list(path, seed):
    """As many blocks, all different, a tenth of them IPv6."""
    chance = random.Random(seed)
    numbers = chance.sample(range(1 << 24), BANS)
    lines = [f"2001:db8:{n >> 16:x}:{n & 0xffff:x}::/64" if n % 10 == 0 else
             f"{11 + (n >> 20)}.{n >> 12 & 255}.{n >> 4 & 255}.{n & 15}" for n in numbers]
    path.write_text("\n".join(lines) + "\n")


def bench_bans(programs):
    """How long a list of very many bans takes to load, and what a session feels of it."""
    lists = [programs.folder / f"list{seed}" for seed in (1, 2)]
    for seed, path in enumerate(lists):
        write_list(path, seed)
    with Daemon(programs) as daemon:
        jsctl = [programs.jsctl, "--socket", daemon.socket, "--timeout", f"{COMMAND_LIMIT}s"]
        jobs = {
            "load": [*jsctl, "ban", "load", lists[0]],
            "replace": [*jsctl, "ban", "load", lists[1]],
            "list": [*jsctl, "ban", "list", "--all"],
            "clear": [*jsctl, "ban", "clear"],
        }
        held = daemon.resident_bytes()
        results = {}
        with Pings(programs, daemon) as pings:
            pings.begin("nothing")
            time.sleep(QUIET)
            for name, command in jobs.items():
                pings.begin(name)
                results[name], _ = measured(command)
                if name == "replace":
                    grown = daemon.resident_bytes()
            phases = pings.end()
    parse, _ = measured([sys.executable, "-c", PARSE, lists[0]])
    sort, _ = measured(["sort", lists[0]])
    alone = phases["nothing"]
    for name, seconds in results.items():
        phase = phases[name]
        yield (f"ban {name}, {BANS} bans", f"{seconds:.2f} s",
               f"python's ipaddress reads the list in {parse:.2f} s, sort(1) sorts it in "
               f"{sort:.2f}; pings meanwhile: half within {phase['p50_us']:.0f} us, all "
               f"{phase['max_us']:.0f}; without {alone['p50_us']:.0f}, {alone['max_us']:.0f}",
               seconds / parse)
    yield ("resident memory of the daemon with them", f"{grown / MIB:.0f} MiB",
           f"before {held / MIB:.0f} MiB", grown / held)
