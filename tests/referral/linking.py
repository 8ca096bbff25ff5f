"""Short ways to answer links: a partner without accounts, a link to a referral, a browser that opens it."""

from datetime import timedelta

from django.test import Client

from core.actors import Actor, acting
from referral import links
from referral.links import make_link
from tests import world as worlds
from tests.referral.steps import drafted, step
from tests.world import NOON

PAPER = {"way": "paper", "code_way": "phone", "language": "en"}


def bare_partner(w, *, places=5):
    """A partner that nobody works for in Waymark, with an agreement, a service and a consent that names it."""
    o = w.of
    o.bare = worlds.organisation("Parish office", email="desk@parish.test", phone="+375 29 111-22-33")
    worlds.agreement(o.sender, o.bare)
    o.bare_service = worlds.service(o.bare, name="Warm meals", places=places)
    o.bare_consent = worlds.consent(w.actors["caseworker"], o.person, o.bare)
    return o.bare


def sent_to_bare(w, **facts):
    """Return a referral that was sent to a partner without accounts."""
    if not hasattr(w.of, "bare"):
        bare_partner(w)
    chosen = {"service": w.of.bare_service, "consent": w.of.bare_consent, "need": worlds.need(*_of(w))} | facts
    referral = drafted(w, **chosen)
    with acting(w.actors["caseworker"]) as actor:
        links.Referral.objects.visible_to(actor).filter(pk=referral.pk).update(by_link=True)
    return step(w, referral, "send", "caseworker")


def _of(w):
    return w.actors["caseworker"], w.of.case


def linked(w, referral=None, *, by="caseworker", later=0, **facts):
    """Return (referral, Made): a link on paper whose code is told by telephone."""
    referral = referral or sent_to_bare(w)
    with acting(w.actors[by]) as actor:
        made = make_link(referral.pk, actor=actor, at=NOON + timedelta(hours=later), **PAPER | facts)
    return referral, made


def holder(made) -> Actor:
    """Return who acts with the link."""
    found = links.holder_of(made.token)
    assert found is not None
    return found


def opened(made, *, hours=1) -> str:
    """Enter the right code through the door; return the session."""
    with acting(holder(made)) as actor:
        return links.open_link(actor=actor, at=NOON + timedelta(hours=hours), code=made.code)


def answered(made, session, step="accept", *, hours=1, name="Sister Maria, kitchen", packet_version=1, **facts):
    """Answer through the door."""
    if step == "accept":
        facts = {"worker": "Father Piotr"} | facts
    with acting(holder(made)) as actor:
        return links.answer_link(
            actor=actor, at=NOON + timedelta(hours=hours), session=session, step=step, name=name,
            packet_version=packet_version, **facts,
        )  # fmt: skip


def browser(made, **facts) -> Client:
    """Return a browser that entered the right code."""
    client = Client(**facts)
    answer = client.post(f"/answer/{made.token}/", {"code": made.code})
    assert answer.status_code == 302, answer.content
    return client
