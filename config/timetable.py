"""Beat's timetable, for a clock that may leap back."""

from celery.beat import PersistentScheduler


class Timetable(PersistentScheduler):
    """After the clock was ahead and is right again, what ran "tomorrow" would not run until tomorrow: here it runs."""

    def tick(self, *args, **kwargs):
        """Ring what is due; return the seconds until the next look."""
        now = self.app.now()
        ahead = [entry for entry in self.schedule.values() if entry.last_run_at > now]
        for entry in ahead:
            entry.last_run_at = now
        if ahead:
            self._heap = None  # it is in an order of moments that are not true any more
        return super().tick(*args, **kwargs)
