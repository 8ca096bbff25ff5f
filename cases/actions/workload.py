"""What moves with the work on a case: open tasks and the appointments to come."""

from cases.models import Appointment, Task


def hand_over(case_id, former_id, to_id, *, actor) -> int:
    """Give the open tasks and planned appointments of a case from one member to another; return how many moved.

    Those that the actor may not see (class 4) are moved by the worker, after the event (`cases.consumers`).
    """
    if former_id is None or former_id == to_id:
        return 0
    tasks = Task.objects.visible_to(actor).filter(case_id=case_id, assignee_id=former_id, done_at=None)
    meetings = Appointment.objects.visible_to(actor).filter(case_id=case_id, member_id=former_id, attendance="planned")
    return tasks.update(assignee_id=to_id) + meetings.update(member_id=to_id)
