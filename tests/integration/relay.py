# SPDX-License-Identifier: MIT
"""Stands between clients and a server on loopback, and remembers what clients sent."""
import select
import socket
import threading


class Relay:
    """Passes datagrams on, both ways, from a thread of its own."""

    def __init__(self, port, source="127.0.0.1"):
        """The server sees every client at a port of `source`, any loopback address."""
        self.server = ("127.0.0.1", port)
        self.source = source
        self.front = self._socket()
        self.front.bind(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.front.getsockname()[1]
        self.lock = threading.Lock()
        self.sent = {}  # client: [datagram], as they came
        self.backs = {}  # client: the socket that stands for it
        self.stopped = False
        self.wake_in, self.wake_out = socket.socketpair()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    @staticmethod
    def _socket():
        return socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def _run(self):
        while not self.stopped:
            sockets = [self.front, self.wake_in, *self.backs.values()]
            for ready in select.select(sockets, [], [])[0]:
                if ready is self.front:
                    self._from_client(*self.front.recvfrom(65536))
                elif ready is not self.wake_in:
                    self._from_server(ready)

    def _from_client(self, datagram, client):
        with self.lock:
            self.sent.setdefault(client, []).append(datagram)
        if client not in self.backs:
            self.backs[client] = self._socket()
            self.backs[client].bind((self.source, 0))
            self.backs[client].connect(self.server)
        try:
            self.backs[client].send(datagram)
        except ConnectionRefusedError:  # nobody listens there now
            pass

    def _from_server(self, back):
        try:
            datagram = back.recv(65536)
        except ConnectionRefusedError:
            return
        client = next(client for client, own in self.backs.items() if own is back)
        self.front.sendto(datagram, client)

    def last_flight(self):
        """What the newest client sent before it could have heard anything: its hellos, and the
        0-RTT packets with them."""
        with self.lock:
            sent = list(self.sent.values())[-1]
        return [datagram for datagram in sent if datagram[0] & 0xF0 == 0xC0
                or datagram[0] & 0xF0 == 0xD0]

    def end(self):
        self.stopped = True
        self.wake_out.send(b"x")
        self.thread.join()
        for one in (self.front, self.wake_in, self.wake_out, *self.backs.values()):
            one.close()
