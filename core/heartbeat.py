"""Signs of life: a row a process, written by the process itself; who looks needs neither the queue nor its broker."""

from datetime import datetime, timedelta

from core.models import Heartbeat

WORKER, BEAT = "worker", "beat"
STALE = timedelta(seconds=90)  # three signs


def sign(name: str, *, at: datetime) -> None:
    """Note that a process lives at the time `at`."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, at=at)], update_conflicts=True, unique_fields=["name"], update_fields=["at"]
    )


def state(name: str, *, at: datetime) -> str:
    """Return "ok" when a process gave a sign lately, "silent" when not, "unknown" before the first one."""
    seen = Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()
    if seen is None:
        return "unknown"
    return "ok" if at - seen < STALE else "silent"
