"""A mail server that hangs or trickles ends with the time limit, and the mail waits for another try."""

import socket
import threading
import time
from contextlib import contextmanager

import pytest
from django.core.mail import EmailMessage

from notifications.channels.smtp import Backend


@contextmanager
def server(talk):
    """A mail server that does with each connection what `talk` says."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve():
            while True:
                try:
                    connection = listening.accept()[0]
                except OSError:
                    return
                threading.Thread(target=talk, args=(connection,), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield listening.getsockname()[1]


def trickle(connection):
    try:
        for sign in b"220 " + b"slow" * 1000:
            connection.send(bytes([sign]))
            time.sleep(0.05)
    except OSError:
        return


def hang(connection):
    time.sleep(5)


def take(connection):
    """Take mails as a server does."""
    with connection.makefile("rwb") as talk:

        def say(text):
            talk.write(text + b"\r\n")
            talk.flush()

        say(b"220 mail.test")
        for line in talk:
            if line.upper().startswith(b"DATA"):
                say(b"354 go on")
                while talk.readline().strip() != b".":
                    pass
            say(b"221 bye" if line.upper().startswith(b"QUIT") else b"250 ok")


def post(port):
    backend = Backend(host="127.0.0.1", port=port, username="", password="", use_tls=False, timeout=10)
    return backend.send_messages([EmailMessage("s", "b", "from@x.test", ["to@x.test"])])


@pytest.mark.parametrize("talk", [trickle, hang])
def test_the_whole_conversation_has_one_time_limit(talk, settings):
    settings.EMAIL_SECONDS = 0.6
    with server(talk) as port:
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            post(port)
        assert time.monotonic() - began < 2


def test_a_server_that_answers_takes_the_mail(settings):
    settings.EMAIL_SECONDS = 10
    with server(take) as port:
        assert post(port) == 1
