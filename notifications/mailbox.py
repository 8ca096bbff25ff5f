"""The mailbox of the demonstration: mails are kept in the database, where a page shows them, and go nowhere."""

from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from notifications.models import MailboxMessage


class MailboxBackend(BaseEmailBackend):
    """A mail backend that writes a row for each recipient, of many mails in one statement."""

    all_or_none = True

    def send_messages(self, email_messages):
        """Keep the messages; returns their number, as Django expects."""
        now = timezone.now()
        MailboxMessage.objects.bulk_create(
            MailboxMessage(to=address, subject=mail.subject, text=mail.body, html=_html(mail), at=now)
            for mail in email_messages
            for address in mail.recipients()
        )
        return len(email_messages)


def _html(mail) -> str:
    return next((body for body, kind in getattr(mail, "alternatives", []) if kind == "text/html"), "")
