"""The figures as Prometheus reads them. Nothing is kept in a process: each scrape asks the database.

So it does not matter which of several web processes answers, and none of them has to share files with the others.
"""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily

from notifications.operation import figures, queue_depth

# name of the figure -> (name of the metric, label, help)
METRICS: dict[str, tuple[str, str, str]] = {
    "outbox_waiting": ("waymark_outbox_waiting", "", "Events that no consumer has taken yet"),
    "outbox_failing": ("waymark_outbox_failing", "", "Events whose telling failed at least once"),
    "outbox_oldest_seconds": ("waymark_outbox_oldest_seconds", "", "Age of the oldest event that waits"),
    "delivery_waiting": ("waymark_delivery_waiting", "channel", "Deliveries that wait"),
    "delivery_sending": ("waymark_delivery_sending", "channel", "Deliveries that a worker holds"),
    "delivery_failed": ("waymark_delivery_failed", "channel", "Deliveries whose last try failed"),
    "delivery_oldest_seconds": (
        "waymark_delivery_oldest_seconds", "channel", "How long the oldest delivery has been due"
    ),
    "alarms_due": ("waymark_alarms_due", "kind", "Marks of clocks and dates that are passed and not dealt with"),
    "untold_open": ("waymark_untold_open", "why", "Dead letters that nobody has settled"),
    "heartbeat_age_seconds": ("waymark_heartbeat_age_seconds", "process", "Age of the last sign of life"),
}  # fmt: skip


class Figures:
    """A collector of prometheus-client: asked at each scrape."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Give each metric with its samples."""
        found = figures()
        for name, (metric, label, words) in METRICS.items():
            family = GaugeMetricFamily(metric, words, labels=[label] if label else [])
            for figure in (one for one in found if one.name == name):
                family.add_metric([figure.of] if label else [], figure.value)
            yield family
        depth = queue_depth()
        yield GaugeMetricFamily("waymark_broker_up", "Whether the broker answers", value=int(depth is not None))
        if depth is not None:
            yield GaugeMetricFamily("waymark_queue_messages", "Messages that wait at the broker", value=depth)


def exposition() -> bytes:
    """Return the text that Prometheus reads (exposition format 0.0.4)."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Figures())
    return generate_latest(registry)
