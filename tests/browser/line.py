"""The cable between a tablet and the server: it can be cut, for pages and workers alike."""

import socket
import threading
from contextlib import suppress

CHUNK = 65_536


class Line:
    """A local port behind which the server answers, or nobody does."""

    def __init__(self, address: str) -> None:
        host, _, port = address.removeprefix("http://").partition(":")
        self._server = (host, int(port))
        # Bound for good, never listening: while the line is cut nobody else can take the port.
        self._holder = _bound(0)
        self._port: int = self._holder.getsockname()[1]
        self.address = f"http://127.0.0.1:{self._port}"
        self._lock = threading.Lock()
        self._listener: socket.socket | None = None
        self._open: list[socket.socket] = []
        self.mend()

    def cut(self) -> None:
        """Let nothing through any more."""
        with self._lock:
            if self._listener is None:
                return
            gone = [self._listener, *self._open]
            self._listener, self._open = None, []
        for one in gone:
            _end(one)

    def mend(self) -> None:
        """Let everything through again, at the same address."""
        listener = _bound(self._port)
        listener.listen(128)
        with self._lock:
            self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def close(self) -> None:
        """Take the cable away for good."""
        self.cut()
        self._holder.close()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                self._connect(near, listener)

    def _connect(self, near: socket.socket, listener: socket.socket) -> None:
        """Join a caller to the server, unless the line was cut meanwhile."""
        try:
            far = socket.create_connection(self._server)
        except OSError:
            _end(near)
            return
        with self._lock:
            is_whole = self._listener is listener
            if is_whole:
                self._open = [one for one in self._open if one.fileno() >= 0] + [near, far]
        for ends in ((near, far), (far, near)):
            if is_whole:
                threading.Thread(target=_pass_on, args=ends, daemon=True).start()
            else:
                _end(ends[0])


def _bound(port: int) -> socket.socket:
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    one.bind(("127.0.0.1", port))
    return one


def _end(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while content := source.recv(CHUNK):
            target.sendall(content)
    for one in (source, target):
        _end(one)
