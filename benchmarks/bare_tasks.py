"""A task that does nothing: what Celery alone can do on the same broker, under the same settings."""

from celery import shared_task


@shared_task(name="benchmarks.nothing", ignore_result=True)
def nothing(**_):
    """Do nothing."""
