"""Which way to a person may be used: one that is not safe is not offered, whatever it is wanted for (DOMAIN 8)."""

from dataclasses import dataclass
from datetime import datetime, time

from django.utils import timezone

from cases.models import ContactWay, Person

DO_NOT_CONTACT = "none"


@dataclass(frozen=True)
class Usable:
    """A safe way: channel, value, hours in words, what must not be done, what to say if somebody else answers."""

    channel: str
    value: str
    hours: str
    warning: str
    phrase: str
    since: time | None = None
    until: time | None = None

    @property
    def words(self) -> str:
        """Return the safe hours as a person reads them: the words, or the times."""
        if self.hours or self.since is None or self.until is None:
            return self.hours
        return f"{self.since:%H:%M}–{self.until:%H:%M}"

    def now(self, at: datetime) -> bool:
        """Return whether the moment lies in the safe hours. Hours that only people can read count as "not now"."""
        if self.since is None or self.until is None:
            return not self.hours.strip()
        local = timezone.localtime(at).time()
        if self.since < self.until:
            return self.since <= local < self.until
        return local >= self.since or local < self.until  # over midnight


def safe_ways(person: Person) -> list[Usable]:
    """Return the ways that are safe at some hour: the one agreed with the person first, then the newest. One query.

    "Do not contact" closes all of them. A number that is also known as unsafe is left out, whoever wrote it twice.
    """
    if person.contact_channel == DO_NOT_CONTACT:
        return []
    agreed = Usable(
        person.contact_channel,
        person.contact_value,
        person.contact_hours,
        person.contact_warning,
        person.safe_phrase,
        person.contact_from,
        person.contact_to,
    )
    rows = list(ContactWay.objects.filter(person_id=person.pk, retired_at=None).order_by("-recorded_at", "pk"))
    unsafe = {_plain(row.value) for row in rows if not row.safe} - {""}
    others = [
        Usable(row.channel, row.value, row.hours, row.warning, person.safe_phrase, row.time_from, row.time_to)
        for row in rows
        if row.safe
    ]
    return [way for way in [agreed, *others] if _plain(way.value) not in unsafe]


def usable_contact(person: Person, *, at: datetime, channels: frozenset[str] | None = None) -> Usable | None:
    """Return the way to reach a person at this moment, or None: then nothing is sent, and nobody is called.

    `channels` narrows the ways to what a sender can do ("sms" for a text message). At most one query.
    """
    ways = (way for way in safe_ways(person) if channels is None or way.channel in channels)
    return next((way for way in ways if way.now(at)), None)


def _plain(value: str) -> str:
    return "".join(sign for sign in value.casefold() if sign.isalnum())
