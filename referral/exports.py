"""The list of referrals that can be taken out: both sides of one's own organisation, codes and times, no packet."""

from types import SimpleNamespace

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from cases.exports import Column, Listing, between, offer
from cases.models import Case
from core.codelists import label
from referral.models import Referral
from referral.states import OPEN, codes


def _rows(actor, filters: dict) -> QuerySet:
    """The referrals of one's own organisation as far as visible; the network's desk takes none out here."""
    ours = Q(sender_id=actor.organisation_id) | Q(receiver_id=actor.organisation_id)
    states = {"open": Q(state__in=codes(OPEN)), "ended": ~Q(state__in=codes(OPEN))}
    condition = ours & states.get(filters.get("state", "open"), Q()) & between("created_at", filters)
    # A list is a use of data that the person forbade (cases.restricting); a receiver's own rows name no person.
    held = Case.objects.visible_to(actor).filter(person__restricted_at__isnull=False)
    return Referral.objects.visible_to(actor).filter(condition).exclude(case_id__in=held.values("pk"))


def _gather(rows: QuerySet, actor) -> list[SimpleNamespace]:
    found = rows.select_related("sender", "receiver", "service")
    return [SimpleNamespace(row=row, ours=row.sender_id == actor.organisation_id) for row in found]


def _coded(column: str, name: str):
    return lambda about: label(name, getattr(about.row, column)) if getattr(about.row, column) else ""


offer(
    Listing(
        code="referrals",
        label=gettext_lazy("Referrals"),
        rows=_rows,
        gather=_gather,
        subject="referral",
        person="case_id",  # a receiver has no other sign of the person
        columns=(
            Column("referral", gettext_lazy("Referral number"), 1, lambda about: about.row.reference),
            Column("state", gettext_lazy("State"), 1, _coded("state", "referral_status")),
            Column("urgency", gettext_lazy("Urgency"), 1, _coded("urgency", "urgency")),
            Column("from", gettext_lazy("Sent by"), 1, lambda about: about.row.sender.full_label),
            Column("to", gettext_lazy("Sent to"), 1, lambda about: about.row.receiver.full_label),
            Column("created", gettext_lazy("Begun"), 1, lambda about: about.row.created_at),
            Column("sent", gettext_lazy("Sent on"), 1, lambda about: about.row.sent_at),
            Column("received", gettext_lazy("Opened on"), 1, lambda about: about.row.received_at, usual=False),
            Column("decided", gettext_lazy("Answered on"), 1, lambda about: about.row.decided_at),
            Column("closed", gettext_lazy("Closed on"), 1, lambda about: about.row.closed_at, usual=False),
            Column("worker", gettext_lazy("Worker"), 1, lambda about: about.row.worker_name, usual=False),
            Column("reason", gettext_lazy("Reason of a decline"), 1, _coded("reason", "decline_reason"), usual=False),
            Column("outcome", gettext_lazy("Outcome"), 2, _coded("outcome", "referral_outcome"), usual=False),
            # A service or a need can say that somebody was trafficked: class 4, whatever the row's own class.
            Column("service", gettext_lazy("Service"), 4, lambda about: about.row.service.label, usual=False),
            Column("need", gettext_lazy("Need"), 4, _coded("category", "need_category"), usual=False),
        ),
    )
)
