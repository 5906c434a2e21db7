# SPDX-License-Identifier: MIT
"""A daemon with its HTTP listener, and a reader of it that hides nothing."""
import socket

import harness


class Story(harness.Story):
    def start_measured(self, listen="127.0.0.1:0", **sections):
        daemon = self.start_daemon(metrics=f'listen: "{listen}"', **sections)
        self.where = daemon.wait_for_event("metrics.listening")["listen"]
        return daemon

    def dial(self):
        if self.where.startswith("unix:"):
            client = socket.socket(socket.AF_UNIX)
            client.settimeout(harness.LIMIT)
            client.connect(self.where.removeprefix("unix:"))
            return client
        host, _, port = self.where.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), harness.LIMIT)

    def exchange(self, request):
        """All that comes back until the other side closes."""
        with self.dial() as client:
            client.sendall(request)
            answer = b""
            while piece := client.recv(65536):
                answer += piece
            return answer

    def get(self, path):
        answer = self.exchange(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        header, _, body = answer.partition(b"\r\n\r\n")
        self.assertIn(f"Content-Length: {len(body)}\r\n".encode(), header + b"\r\n")
        return int(header.split()[1]), body.decode()

    def series(self):
        code, body = self.get("/metrics")
        self.assertEqual(code, 200)
        return {name: float(value) for name, _, value in
                (line.rpartition(" ") for line in body.splitlines() if not line.startswith("#"))}
