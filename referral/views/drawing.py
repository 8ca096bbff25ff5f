"""From rows to the plain values that components draw. No query but the two that say so."""

from django.urls import reverse
from django.utils.translation import gettext as _

from cases.models import Case
from core import dates
from core.codelists import label
from referral import sharing, states
from referral.models import Packet
from referral.words import EXPECTS, STEP_WORDS, life

NO_CLOCK = {"due_at": None, "started_at": None, "paused": None}


def people_of(rows, actor) -> dict:
    """Return {case id: "Name · reference"} for the referrals whose case the actor may see. One query."""
    found = Case.objects.visible_to(actor).filter(pk__in={row.case_id for row in rows})
    named = found.filter(person__names__is_primary=True).values_list(
        "pk", "reference", "person__names__full_as_written"
    )
    return {pk: f"{name} · {reference}" for pk, reference, name in named}


def first_words_of(rows, actor) -> dict:
    """Return {referral id: "Woman, 25-59 · prs"}: what the packets say now about the person. One query."""
    parts = Packet.objects.visible_to(actor).filter(referral_id__in=[row.pk for row in rows], stage=sharing.NOW)
    words = {}
    for part in parts.order_by("version"):
        shown = [
            sharing.BY_CODE[code].show(part.fields[code]) for code in ("sex_age", "language") if code in part.fields
        ]
        words[part.referral_id] = " · ".join(shown)
    return words


def title_of(referral) -> str:
    """Return what a referral is called in lists: its need and its service. Needs `service`."""
    return _("%(need)s: %(service)s") % {
        "need": label("need_category", referral.category),
        "service": referral.service.label,
    }


def running_clock(referral) -> dict:
    """Return the clock that runs now, as rows and cards take it."""
    return {"due_at": referral.due_at, "started_at": referral.due_from, "paused": referral.paused_at}


def lines(rows, actor, now) -> list[dict]:
    """Return referrals as rows of a work list. Needs `service` and `receiver`."""
    people = people_of(rows, actor)
    return [
        {
            "title": title_of(row),
            "url": reverse("referral:share" if row.state == states.S.DRAFT else "referral:detail", args=[row.pk]),
            "meta": " · ".join(filter(None, [people.get(row.case_id, ""), row.receiver.label, row.reference])),
            "urgency": row.urgency,
            "state": row.state,
            **(
                running_clock(row) if row.state in states.OPEN else {"due_at": None, "started_at": None, "paused": None}
            ),
        }
        for row in rows
    ]


def inbox_item(referral, *, person: str, at) -> dict:
    """Return a card of the inbox. Needs `service` and `sender`."""
    waits = referral.state in states.WAITING
    sent = dates.moment(referral.sent_at, at=at) if referral.sent_at else ""
    return {
        "url": reverse("referral:detail", args=[referral.pk]),
        "title": title_of(referral),
        "urgency": referral.urgency if referral.state in states.OPEN else "",
        "fresh": waits and referral.received_at is None,
        "person": person,
        "note": str(EXPECTS[referral.state][1]) if referral.state in EXPECTS and not waits else "",
        "meta": _("%(sender)s · sent %(when)s") % {"sender": referral.sender.label, "when": sent},
        "state": "" if waits and referral.received_at is None else referral.state,
        **(running_clock(referral) if referral.state in states.OPEN else {"due_at": None}),
    }


def life_of(referral) -> list[dict]:
    """Return the line of life with its dates in words."""
    stations = life(referral, label=lambda state: label("referral_status", state))
    return [
        {
            "label": station["label"],
            "state": station["state"],
            "note": dates.stamp(station["at"]) if station["at"] else "",
        }
        for station in stations
    ]


def buttons(referral, steps: list) -> list[dict]:
    """Return the buttons of the available steps in the order of STEP_WORDS, the first one primary."""
    names = {step.name for step in steps}
    found = []
    for name, words in STEP_WORDS.items():
        if name not in names:
            continue
        url = reverse("referral:send", args=[referral.pk])
        if words.form_page:
            url = reverse("referral:step", args=[referral.pk, name])
        kind = "primary" if not found and words.kind == "default" else words.kind
        found.append({"name": name, "label": words.button, "icon": words.icon, "url": url, "kind": kind})
    if names >= {"send", "submit"}:
        found = [button for button in found if button["name"] != "submit"]  # one page decides which of the two
    return found


def gate_items(gates, *, links: dict[str, tuple[str, str]]) -> list[dict]:
    """Return guards as the `gates` component takes them, with what mends those that are not in order."""
    items = []
    for gate in gates:
        url, text = links.get(gate.code, ("", "")) if gate.state != "ok" else ("", "")
        items.append(
            {
                "code": gate.code,
                "title": gate.title,
                "sentence": gate.sentence,
                "state": gate.state,
                "url": url,
                "link": text,
            }
        )
    return items
