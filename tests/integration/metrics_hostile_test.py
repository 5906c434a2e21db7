#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Readers of metrics that are many, slow or wrong: they cost each other, but never a session."""
import resource
import socket
import threading
import time

import harness
import scrape


class Hostile(scrape.Story):
    def setUp(self):
        super().setUp()
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 16384), hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        self.daemon = self.start_measured(server="workers: 1")
        host, _, port = self.where.rpartition(":")
        self.target = (host, int(port))
        self.sockets = []
        self.addCleanup(lambda: [one.close() for one in self.sockets])

    def open_many(self, count, data=b""):
        for _ in range(count):
            client = socket.create_connection(self.target, harness.LIMIT)
            client.setblocking(False)
            self.sockets.append(client)
            self.drip(client, data)

    @staticmethod
    def drip(client, data):
        try:
            client.send(data)
        except OSError:
            pass  # it was cut off

    def answers_at_once(self):
        begin = time.monotonic()
        self.assertEqual(self.get("/livez"), (200, "live\n"))
        # Far below what one slow reader may take (5 s), far above what a busy machine takes.
        self.assertLess(time.monotonic() - begin, 4.0)

    def open_descriptors(self):
        return len(list(harness.pathlib.Path(f"/proc/{self.daemon.pid}/fd").iterdir()))

    def test_a_thousand_connections_that_say_nothing(self):
        before = self.open_descriptors()
        self.open_many(1000)
        self.answers_at_once()
        self.assertLess(self.open_descriptors(), before + 70)  # 64 are kept at the same time
        self.eventually(lambda: self.open_descriptors() == before, "they are all cut off")

    def test_a_thousand_half_requests_dripping_on(self):
        self.open_many(1000, b"GET /metrics HTTP/1.1\r\nA: ")
        for _ in range(5):
            for client in self.sockets:
                self.drip(client, b"x")
            self.answers_at_once()

    def test_a_slow_request_is_cut_off_as_a_whole(self):
        with self.dial() as client:
            client.settimeout(0.5)
            begin = time.monotonic()
            for byte in b"GET /metrics HTTP/1.1\r\nA: " + b"x" * 1000:
                try:
                    client.send(bytes([byte]))
                    if client.recv(1) == b"":
                        break
                except TimeoutError:
                    continue
                except OSError:
                    break
            self.assertLess(time.monotonic() - begin, harness.LIMIT)

    def test_who_reads_nothing_holds_nobody_up(self):
        for _ in range(64):
            client = self.dial()
            self.sockets.append(client)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
            client.sendall(b"GET /metrics HTTP/1.1\r\n\r\n")
        self.answers_at_once()

    def test_sessions_go_on_as_if_nothing_happened(self):
        self.open_many(500, b"GET /metrics HTTP/1.1\r\nA: ")
        stop = threading.Event()

        def annoy():
            while not stop.is_set():
                try:
                    self.exchange(b"GET /metrics HTTP/1.1\r\n\r\n")
                except OSError:
                    pass  # too many others

        readers = [threading.Thread(target=annoy) for _ in range(4)]
        client = self.connect(self.daemon)
        for reader in readers:
            reader.start()
        try:
            for number in range(200):
                client.write(f"line {number}\n".encode())
                client.wait_for_line(f"line {number}")
        finally:
            stop.set()
            for reader in readers:
                reader.join()


if __name__ == "__main__":
    harness.main()
