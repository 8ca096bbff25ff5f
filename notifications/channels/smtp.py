"""Django's SMTP backend with one time limit for the whole conversation: a server that trickles holds up nobody."""

import smtplib
from functools import partial

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend

from core.watchdog import Watchdog


class _Watched(smtplib.SMTP):
    def __init__(self, *args, dog: Watchdog, **kwargs):
        self._dog = dog
        super().__init__(*args, **kwargs)

    def _get_socket(self, host, port, timeout):
        sock = super()._get_socket(host, port, timeout)
        self._dog.watch(sock)
        return sock


class _WatchedSSL(smtplib.SMTP_SSL, _Watched):
    """The order of the bases lets the watchdog see the socket before TLS is laid over it."""


class Backend(EmailBackend):
    """Set EMAIL_SECONDS for the whole, EMAIL_TIMEOUT for one silence."""

    _dog = None

    @property
    def connection_class(self):
        return partial(_WatchedSSL if self.use_ssl else _Watched, dog=self._dog)

    def send_messages(self, email_messages):
        """Send the messages. Raises TimeoutError when the conversation as a whole takes too long."""
        with Watchdog(settings.EMAIL_SECONDS) as self._dog:
            try:
                return super().send_messages(email_messages)
            except OSError:
                if self._dog.over:
                    raise TimeoutError from None
                raise
