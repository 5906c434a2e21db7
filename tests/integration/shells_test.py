#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The manual pages pass through groff without a warning, and bash, zsh and fish complete."""
import os
import pathlib
import subprocess
import tempfile
import unittest

from harness import JSCTL, SOURCE_DIR

MAN = SOURCE_DIR / "docs/man"
COMPLETION = SOURCE_DIR / "docs/completion"

# Answers as the program does, for values that only a running daemon knows.
LIVE = "#!/bin/sh\nprintf '17 peer-a\\n18 peer-b\\n'\n"


# Keys with stars and brackets, which must not be taken for patterns of files.
SERVICES = {"services.*.type", "services.*.early_data"}
ACCESS = {"admin.access[].user", "admin.access[].group", "admin.access[].role"}


def run(*command, **options):
    return subprocess.run([str(word) for word in command], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=60, **options)


class ManualPages(unittest.TestCase):
    def test_groff_has_nothing_to_complain_about(self):
        pages = sorted(MAN.iterdir())
        self.assertEqual([page.name for page in pages],
                         ["jetstreamd.8", "jetstreamd.yaml.5", "jscat.1", "jsctl.1"])
        for page in pages:
            done = run("groff", "-man", "-ww", "-z", page)
            self.assertEqual((done.returncode, done.stderr), (0, ""), page)

    def test_every_command_of_the_program_has_its_place(self):
        page = (MAN / "jsctl.1").read_text()
        commands = run(JSCTL, "--help").stdout
        self.assertIn("status", commands)
        for command in ("session close", "drain start", "stop", "log level"):
            self.assertIn(f'.SS "{command}', page)


class Shells(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        program = pathlib.Path(folder.name) / "jsctl"
        program.write_text(LIVE)
        program.chmod(0o755)
        self.environment = dict(os.environ, PATH=f"{folder.name}:{os.environ['PATH']}",
                                HOME=folder.name, XDG_CONFIG_HOME=folder.name, TERM="dumb")

    def bash(self, *words):
        script = ('source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1));'
                  ' compopt() { echo "files"; }; _$1; printf "%s\\n" "${COMPREPLY[@]}"')
        done = run("bash", "--norc", "-c", script, "bash", COMPLETION / f"{words[0]}.bash", *words,
                   env=self.environment)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return set(done.stdout.split())

    def test_bash(self):
        self.assertLessEqual({"status", "session", "ls", "--socket"}, self.bash("jsctl", ""))
        self.assertEqual(self.bash("jsctl", "session", "cl"), {"close", "closed"})
        self.assertEqual(self.bash("jsctl", "session", "close", "1"), {"17", "18"})
        self.assertEqual(self.bash("jsctl", "session", "close", "--reason", "go"), {"going_away"})
        self.assertEqual(self.bash("jsctl", "--socket", "session", "st"),
                         {"stats", "status", "stop"})
        self.assertEqual(self.bash("jsctl", "--socket", "x"), {"files"})
        self.assertEqual(self.bash("jsctl", "config", "explain", "sessions.t"),
                         {"sessions.timeout"})
        self.assertEqual(self.bash("jsctl", "config", "explain", "services."), SERVICES)
        self.assertLessEqual(ACCESS, self.bash("jsctl", "config", "explain", "admin.access"))
        self.assertEqual(self.bash("jsctl", "config", "show", "log.l"), {"log.level"})
        self.assertEqual(self.bash("jscat", "send", "--mode", "b"), {"bulk"})
        self.assertEqual(self.bash("jetstreamd", "--ch"), {"--check"})

    def fish(self, line):
        program = line.split()[0]
        done = run("fish", "--no-config", "-c",
                   f"source {COMPLETION / program}.fish; complete -C '{line}'",
                   env=self.environment)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return {row.split("\t")[0] for row in done.stdout.splitlines()}

    def test_fish(self):
        self.assertLessEqual({"status", "session", "ls"}, self.fish("jsctl "))
        self.assertEqual(self.fish("jsctl session cl"), {"close", "closed"})
        self.assertEqual(self.fish("jsctl session close 1"), {"17", "18"})
        self.assertEqual(self.fish("jsctl session close --reason go"), {"going_away"})
        self.assertEqual(self.fish("jsctl config explain sessions.t"), {"sessions.timeout"})
        self.assertEqual(self.fish("jsctl config explain services."), SERVICES)
        self.assertLessEqual(ACCESS, self.fish("jsctl config explain admin.access"))
        self.assertEqual(self.fish("jsctl config show log.l"), {"log.level"})
        self.assertEqual(self.fish("jscat send --mode b"), {"bulk"})
        self.assertEqual(self.fish("jetstreamd --ch"), {"--check"})

    def zsh(self, function, *state):
        # Outside of its line editor zsh completes nothing: what would be offered is printed.
        script = ('source "$1" 2>/dev/null; compadd() { shift 2; print -l $values };'
                  ' _arguments() { print -rl -- "$@" }; _describe() { print -l $commands };'
                  " state=$3; line=($4); $2")
        done = run("zsh", "-f", "-c", script, "zsh", COMPLETION / f"{function.split('_')[1]}.zsh",
                   function, *state, env=self.environment)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.splitlines()

    def test_zsh(self):
        for page in COMPLETION.glob("*.zsh"):
            done = run("zsh", "-n", page)
            self.assertEqual((done.returncode, done.stderr), (0, ""), page)
        close = self.zsh("_jsctl_session_close")
        self.assertIn("*:ID:_jsctl_live", close)
        self.assertTrue(any(row.startswith("--reason[") and "going_away" in row for row in close))
        self.assertEqual(self.zsh("_jsctl_live"), ["17", "18"])
        # _arguments takes the words between the parentheses as the shell does.
        for function in ("_jsctl_config_explain", "_jsctl_config_show"):
            key, = [row for row in self.zsh(function) if row.startswith(":KEY:(")]
            words = run("zsh", "-f", "-c", f"eval 'ws={key[5:]}'; print -l $ws")
            self.assertEqual((words.returncode, words.stderr), (0, ""))
            keys = set(words.stdout.split())
            self.assertLessEqual(SERVICES | ACCESS | {"sessions.timeout", "log.level"}, keys)


if __name__ == "__main__":
    unittest.main()
