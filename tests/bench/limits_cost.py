#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What rate limits cost a session that has none: instructions for each packet, counted by
callgrind, of limits_cost as it is and of one that is compiled without any call into the limiter.

    tests/bench/limits_cost.py BUILD_FOLDER      needs cmake, ninja and valgrind; takes minutes

The second is built from a copy without exactly the places where the endpoint asks its limiter. Two
runs of different length cancel what is not done for a packet.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[2]
SHORT, LONG = 200, 2200
WITHOUT = {
    "lib/src/endpoint/endpoint_commands.cc": (("limiter_.active()", "false"),),
    "lib/src/endpoint/endpoint_input.cc": (
        ("if (now >= limiter_.deadline()) handle_limits_timeout(now);", ""),),
    "lib/src/endpoint/endpoint_output.cc": ((", limiter_.deadline()", ""),),
}


def run(*command, **options):
    return subprocess.run([str(word) for word in command], check=True, capture_output=True,
                          text=True, **options).stdout


def tree(folder, changes):
    """A copy of what the program is made of, with the changes; fails if one does not fit."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(SOURCE, folder, ignore=shutil.ignore_patterns("build", ".git"))
    for path, replacements in changes.items():
        text = (folder / path).read_text()
        for old, new in replacements:
            assert old in text, f"{path} has changed: {old}"
            text = text.replace(old, new)
        (folder / path).write_text(text)
    return folder


def build(source, folder):
    run("cmake", "-G", "Ninja", "-S", source, "-B", folder, "-DCMAKE_BUILD_TYPE=RelWithDebInfo",
        "-DJS_UNITY=ON")
    run("ninja", "-C", folder, "-j", os.cpu_count(), "limits_cost")
    return folder / "tests/bench/limits_cost"


def instructions(program, messages, folder):
    """(instructions, packets)"""
    out = folder / f"callgrind.{messages}"
    done = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}",
                           str(program), str(messages)], check=True, capture_output=True, text=True)
    return int(re.search(r"Collected : (\d+)", done.stderr)[1]), int(done.stdout)


def per_packet(program, folder):
    short, long = (instructions(program, count, folder) for count in (SHORT, LONG))
    return (long[0] - short[0]) / (long[1] - short[1])


def main():
    folder = pathlib.Path(sys.argv[1]).resolve() / "limits_cost"
    figures = {}
    for name, changes in (("limits off", {}), ("without calls", WITHOUT)):
        place = folder / name.replace(" ", "_")
        program = build(tree(place / "source", changes), place / "build")
        figures[name] = per_packet(program, place)
        print(f"{name}: {figures[name]:.1f} instructions a packet")
    more = figures["limits off"] - figures["without calls"]
    print(f"difference: {more:.1f}, {100 * more / figures['without calls']:.3f} %")


if __name__ == "__main__":
    main()
