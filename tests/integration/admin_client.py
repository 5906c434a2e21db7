# SPDX-License-Identifier: MIT
"""The admin protocol by hand, as docs/CONTROL.md has it: a line of JSON, lines of JSON back."""
import json
import socket

import harness


class AdminClient:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(harness.LIMIT)
        self.socket.connect(str(path))
        self.reader = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.reader.close()
        self.socket.close()

    def send(self, *requests):
        """Writes all requests at once. Bytes go out as they are."""
        try:
            self.socket.sendall(b"".join(
                request if isinstance(request, bytes) else json.dumps(request).encode() + b"\n"
                for request in requests))
        except BrokenPipeError:
            pass  # what the daemon said before it hung up can still be read

    def read_line(self):
        """The next line, or None at the end of the connection."""
        line = self.reader.readline()
        return json.loads(line) if line else None

    def answer(self):
        """(items, final line) of the next answer."""
        items = []
        while True:
            line = self.read_line()
            if line is None:
                raise AssertionError(f"the connection ended after {len(items)} items")
            if line["type"] != "item":
                return items, line
            items.append(line["data"])

    def ask(self, command, identity=None, **args):
        request = {"cmd": command}
        if identity is not None:
            request["id"] = identity
        if args:
            request["args"] = args
        self.send(request)
        return self.answer()

    def half_close(self):
        self.socket.shutdown(socket.SHUT_WR)
