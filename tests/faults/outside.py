"""What is outside the house: a mail server and a webhook receiver that work, hang, refuse, break off and trickle.

Both keep what they took, so that what was sent twice can be seen.
"""

import contextlib
import re
import socket
import struct
import threading
import time
from abc import ABC, abstractmethod

MAIL_WAYS = ("hang", "greylist", "refuse", "reset", "trickle", "reset after the mail")
HOOK_WAYS = ("hang", "500", "429", "400", "reset", "trickle", "redirect", "large", "half")


class Outside(ABC):
    """A TCP server, a thread for each connection. `way` is how it behaves now: "" is well."""

    def __init__(self):
        self.way, self.taken, self.seen = "", [], 0
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.others: set[str] = set()
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self.listening.close()

    def _serve(self) -> None:
        while True:
            try:
                connection = self.listening.accept()[0]
            except OSError:
                return
            threading.Thread(target=self._one, args=(connection, self.way), daemon=True).start()

    def _one(self, connection: socket.socket, way: str) -> None:
        self.seen += 1
        with contextlib.suppress(OSError, ValueError), connection:
            connection.settimeout(60)
            if way == "hang":
                time.sleep(40)
            elif way == "reset":
                _reset(connection)
            else:
                self.talk(connection, way)

    @abstractmethod
    def talk(self, connection: socket.socket, way: str) -> None:
        """Speak the protocol, in the way that is set."""


def _reset(connection: socket.socket) -> None:
    """Break off with RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def _trickle(connection: socket.socket, content: bytes, seconds: float = 1) -> None:
    for sign in content:
        connection.sendall(bytes([sign]))
        time.sleep(seconds)


class Mail(Outside):
    """Takes mail; `taken` holds (id of the delivery, moment)."""

    def talk(self, connection, way):
        if way == "trickle":
            _trickle(connection, b"220 " + b"slow" * 20)
            return
        with connection.makefile("rwb") as talk:

            def say(text):
                talk.write(text + b"\r\n")
                talk.flush()

            say(b"220 mail.test")
            for line in talk:
                word = line.upper()[:4]
                if word == b"RCPT" and way in {"greylist", "refuse"}:
                    say(b"451 later" if way == "greylist" else b"421 no")
                elif word == b"DATA":
                    say(b"354 go on")
                    mail = b"".join(iter(talk.readline, b".\r\n"))
                    self.taken.append((re.search(rb"(?im)^Message-ID:\s*<([^@>]+)@", mail)[1].decode(), time.time()))
                    if way == "reset after the mail":
                        _reset(connection)
                        return
                    say(b"250 taken")
                elif word == b"QUIT":
                    say(b"221 bye")
                    return
                else:
                    say(b"250 ok")


class Hook(Outside):
    """Takes webhooks; `taken` holds (webhook-id, moment) of those taken, `others` what was asked for elsewhere."""

    def talk(self, connection, way):
        with connection.makefile("rb") as read:
            path = read.readline().split()[1].decode()
            headers = {}
            for line in iter(read.readline, b"\r\n"):
                name, _colon, value = line.decode().partition(":")
                headers[name.lower()] = value.strip()
            read.read(int(headers.get("content-length", 0)))
        if path != "/hook":
            self.others.add(path)
        if way in {"500", "429", "400"}:
            more = "Retry-After: 3\r\n" if way == "429" else ""
            connection.sendall(f"HTTP/1.1 {way} No\r\n{more}Content-Length: 0\r\n\r\n".encode())
        elif way == "redirect":
            where = f"http://127.0.0.1:{self.port}/elsewhere"
            connection.sendall(f"HTTP/1.1 301 There\r\nLocation: {where}\r\nContent-Length: 0\r\n\r\n".encode())
        elif way == "trickle":
            _trickle(connection, b"HTTP/1.1 204 No Content\r\nX: " + b"x" * 60)
        elif way == "half":
            connection.sendall(b"HTTP/1.1 20")
            _reset(connection)
        else:
            self.taken.append((headers["webhook-id"], time.time()))
            size = 10_000_000 if way == "large" else 0
            status = "200 OK" if size else "204 No Content"
            connection.sendall(f"HTTP/1.1 {status}\r\nContent-Length: {size}\r\n\r\n".encode() + b"x" * size)
