"""A time limit for a whole conversation with a stranger, however slowly it talks.

A socket's own timeout starts anew with each byte: who sends one byte a second holds the line for ever. The watchdog
shuts the sockets it watches when its time is over, and whoever reads from them sees the end.
"""

import socket
import threading
import time


class Watchdog:
    """Use as `with Watchdog(15) as dog: ... dog.watch(sock)`; `dog.over` says whether the time ran out."""

    def __init__(self, seconds: float):
        self._end = time.monotonic() + seconds
        self._lock, self._watched = threading.Lock(), []
        self._timer = threading.Timer(seconds, self._bark)
        self._timer.daemon = True

    def __enter__(self):
        self._timer.start()
        return self

    def __exit__(self, *_):
        self._timer.cancel()
        with self._lock:
            for watched in self._watched:
                watched.close()
            self._watched.clear()

    @property
    def left(self) -> float:
        """The seconds that are left, never less than a hundredth."""
        return max(self._end - time.monotonic(), 0.01)

    @property
    def over(self) -> bool:
        """Whether the time ran out."""
        return time.monotonic() >= self._end

    def watch(self, sock: socket.socket) -> None:
        """Watch a connected socket, before TLS is laid over it."""
        with self._lock:
            # A copy: wrapping for TLS takes the original's descriptor away, and this one shuts the same connection.
            self._watched.append(sock.dup())

    def _bark(self) -> None:
        with self._lock:
            for watched in self._watched:
                try:
                    watched.shutdown(socket.SHUT_RDWR)
                except OSError:  # it ended by itself
                    continue
