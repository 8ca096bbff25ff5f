"""By which ways, and when, a member is told of something: urgency first, then what the member chose (DOMAIN 8)."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from notifications.models import Preference
from notifications.rules import Rule

OUTSIDE = ("email", "push", "sms")  # what a member can choose; in the application everybody is told, always
USUAL = ("email", "push")
DIGEST_AT = time(8)
# A summary that leaves sooner could leave before the transaction that adds to it is written.
MARGIN = timedelta(minutes=5)
MINSK = ZoneInfo("Europe/Minsk")


@dataclass(frozen=True)
class Reach:
    """How one member can be reached: what it chose, whether its number is verified, which devices asked for notices."""

    preference: Preference = field(default_factory=Preference)
    devices: tuple[UUID, ...] = ()
    zone: ZoneInfo = MINSK


@dataclass(frozen=True)
class Way:
    """One delivery to make: the channel, the device where there are several, when, and whether in the summary."""

    channel: str
    at: datetime
    target_id: UUID | None = None
    digest: bool = False


def ways(rule: Rule, *, urgency: str, reach: Reach, at: datetime) -> list[Way]:
    """Return how a member is told outside the application of something that happened at `at`.

    An emergency takes every way there is, at once, whatever the member chose. Routine mail travels in a summary
    unless the member chose otherwise; all that is no emergency waits for the end of the quiet hours.
    """
    if rule.channels == ("app",):
        return []
    emergency = urgency == "emergency"
    chosen = OUTSIDE if emergency else reach.preference.channels.get(rule.words, USUAL)
    found = []
    for channel in OUTSIDE:
        if channel not in chosen or (channel == "sms" and not reach.preference.phone_verified_at):
            continue
        summary = channel == "email" and urgency == "routine" and reach.preference.digest != "now"
        moment = next_summary(at, reach) if summary else at
        moment = moment if emergency else after_quiet(moment, reach)
        targets = reach.devices if channel == "push" else (None,)
        found += [Way(channel, moment, target, summary) for target in targets]
    return found


def next_summary(at: datetime, reach: Reach) -> datetime:
    """Return when the next daily or weekly summary leaves: at eight, where the member works; weekly on Mondays."""
    earliest = (at + MARGIN).astimezone(reach.zone)
    day = earliest.date()
    while True:
        moment = datetime.combine(day, DIGEST_AT, reach.zone)
        if moment >= earliest and (reach.preference.digest == "daily" or day.weekday() == 0):
            return moment
        day += timedelta(days=1)


def after_quiet(at: datetime, reach: Reach) -> datetime:
    """Return `at`, or the end of the quiet hours that it falls into."""
    begins, ends = reach.preference.quiet_from, reach.preference.quiet_until
    if begins is None or ends is None or begins == ends:
        return at
    local = at.astimezone(reach.zone)
    now = local.time()
    quiet = begins <= now < ends if begins < ends else now >= begins or now < ends
    if not quiet:
        return at
    day = local.date() + timedelta(days=1 if now >= ends else 0)
    return datetime.combine(day, ends, reach.zone)
