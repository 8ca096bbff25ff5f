"""Answer links leave the house: the link as a mail, its code as a text message; neither says about whom (ADR 16).

Secrets are made when they leave and kept nowhere: a second try carries new ones, and the ones before open nothing.
"""

from datetime import datetime
from functools import partial

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.actors import SYSTEM
from core.references import reference
from notifications.channels import Dead, Done, Dropped, Result, Send
from notifications.models import Delivery
from notifications.words import LINK_MADE
from referral import links
from referral.models import AnswerLink


def send_links(event, *, at: datetime) -> None:
    """Write the deliveries of a link that was made: a consumer; told twice it does nothing the second time."""
    if event.kind != LINK_MADE:
        return
    channels = [("email", event.facts["way"] == links.EMAIL), ("sms", event.facts["code_way"] == links.SMS)]
    rows = [
        Delivery(
            target_id=event.about,
            event_id=event.pk,
            kind=event.kind,
            channel=channel,
            urgency=event.facts["urgency"],
            code=reference("N"),
            next_try_at=at,
        )
        for channel, wanted in channels
        if wanted
    ]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)


def _open_link(delivery: Delivery, *, at: datetime) -> AnswerLink | None:
    rows = AnswerLink.objects.visible_to(SYSTEM).select_related("referral")
    link = rows.get(pk=delivery.target_id)
    return link if links.opens(link, at=at) else None


def mail(delivery: Delivery, *, at: datetime, make) -> Send | Result:
    """Return what sends the link, with a secret that is made now. `make(**parts)` gives what hands a mail over."""
    link = _open_link(delivery, at=at)
    if link is None:
        return Dropped("link_over")
    token = links.give_token(link)
    link.save(update_fields=["digest"])
    with override(link.language):
        facts = {"url": links.address_of(token), "until": link.expires_at}
        subject = _("Waymark: you are asked for an answer")
        body = render_to_string("notifications/link_mail.txt", facts)
    return make(subject=subject, body=body, to=[link.address])


def text(delivery: Delivery, *, at: datetime, gateways: dict) -> Send | Result:
    """Return what sends the code, made now, to the number of the directory."""
    link, gateway = _open_link(delivery, at=at), gateways.get(settings.SMS_GATEWAY)
    if link is None:
        return Dropped("link_over")
    if gateway is None:
        return Dead("no_gateway")
    code = links.give_code(link)
    link.save(update_fields=["code_digest"])
    with override(link.language):
        words = _("Waymark: your code is %(code)s") % {"code": code}
    return partial(gateway, link.number, words, str(delivery.pk))


def settled(delivery: Delivery, result: Result, *, at: datetime) -> None:
    """Keep on the link that it left, or tell the sender that mail or message was given up."""
    link = AnswerLink.objects.visible_to(SYSTEM).get(pk=delivery.target_id)
    if isinstance(result, Done) and delivery.channel == "email":
        link.sent_at, link.failed_at = at, None
        link.save(update_fields=["sent_at", "failed_at"])
        links.record("link.sent", link, actor=SYSTEM, at=at)
    elif Delivery.objects.visible_to(SYSTEM).filter(pk=delivery.pk, status="failed").exists():
        link.failed_at = at
        link.save(update_fields=["failed_at"])
        links.record("link.failed", link, actor=SYSTEM, at=at, channel=delivery.channel)
