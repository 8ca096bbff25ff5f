"""Data-sharing agreements: proposed, confirmed by each party, ended (DOMAIN 2, INV-2)."""

import re
from datetime import date, datetime
from uuid import UUID, uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from core.actions import NotNow, action
from core.actors import NOBODY
from core.codelists import codes
from core.events import record
from partners import reminders
from partners.actions.refusals import wrong
from partners.models import Agreement, AgreementConfirmation, Organisation
from partners.models.upkeep import AGREEMENT

ALL_CLASSES = [0, 1, 2, 3, 4]
DIGEST = re.compile("[0-9a-f]{64}")


def _made(
    *,
    actor,
    at: datetime,
    status: str,
    title: str,
    organisation_ids: list[UUID],
    purposes: list[str],
    data_classes: list[int],
    valid_from: date,
    valid_to: date,
    categories: list[str] = (),
    countries: list[str] = ("BY",),
    duplicate_check: bool = False,
    file_sha256: str = "",
) -> Agreement:
    if not title.strip():
        raise wrong("title", "required", _("Enter a title."))
    parties = sorted(set(organisation_ids))
    network = Organisation.objects.filter(pk__in=parties, member_of_network=True, status="active")
    if len(parties) < 2 or network.count() != len(parties):
        raise wrong("organisation_ids", "parties", _("Choose two or more organisations of the network."))
    for field, given, known in (
        ("purposes", purposes, codes("consent_purpose")),
        ("data_classes", data_classes, ALL_CLASSES),
        ("categories", categories, codes("need_category")),
    ):
        if set(given) - set(known) or (not given and field != "categories"):
            raise wrong(field, "unknown_code", _("Choose from the list."))
    if any(not re.fullmatch("[A-Z]{2}", country) for country in countries):
        raise wrong("countries", "unknown_code", _("Write countries as two letters, such as BY."))
    if valid_from > valid_to:
        raise wrong("valid_to", "dates_in_order", _("The agreement must end after it begins."))
    if file_sha256 and not DIGEST.fullmatch(file_sha256):
        raise wrong("file_sha256", "wrong_digest", _("This is not the SHA-256 of a file."))
    agreement = Agreement(
        id=uuid4(),
        title=title.strip(),
        organisation_ids=parties,
        purposes=list(purposes),
        data_classes=sorted(data_classes),
        categories=list(categories),
        countries=list(countries),
        duplicate_check=bool(duplicate_check),
        valid_from=valid_from,
        valid_to=valid_to,
        status=status,
        file_sha256=file_sha256,
        recorded_at=at,
    )
    agreement.save(force_insert=True)
    return agreement


@action("agreement.record", permission="agreement.write")
def record_agreement(*, actor, at: datetime, **facts) -> Agreement:
    """Record an agreement that its parties signed already: it is in force by its dates. Raises Incomplete.

    Facts: title, organisation_ids, purposes, data_classes, valid_from, valid_to, and where wanted categories (none:
    every need), countries, duplicate_check, file_sha256 (of the signed file, which the parties keep).
    """
    agreement = _made(actor=actor, at=at, status="active", **facts)
    _remind(agreement, at)
    _say("agreement.recorded", agreement, actor, at)
    return agreement


@action("agreement.propose", permission="agreement.write")
def propose_agreement(*, actor, at: datetime, **facts) -> Agreement:
    """Lay an agreement before its parties: it is in force once each has confirmed it. Facts as for recording."""
    agreement = _made(actor=actor, at=at, status="proposed", **facts)
    _say("agreement.proposed", agreement, actor, at)
    return agreement


@action("agreement.confirm")
def confirm_agreement(agreement_id: UUID, *, actor, at: datetime) -> Agreement:
    """Say for one's organisation that this is what it signed; the last party puts the agreement into force.

    Returns the Agreement. Raises NotNow: unknown or not proposed, not a party, confirmed already, or over.
    """
    agreement = _locked(agreement_id, actor)
    if agreement.status != "proposed" or actor.organisation_id not in agreement.organisation_ids:
        raise NotNow("not_to_confirm", _("There is nothing for your organisation to confirm here."))
    if agreement.valid_to < timezone.localdate(at):
        raise NotNow("agreement_over", _("The dates of this agreement are over. Ask for a new one."))
    rows = AgreementConfirmation.objects.visible_to(actor).filter(agreement=agreement)
    confirmed = set(rows.values_list("organisation_id", flat=True))
    if actor.organisation_id in confirmed:
        raise NotNow("confirmed_already", _("Your organisation has confirmed this agreement already."))
    AgreementConfirmation(
        agreement=agreement,
        organisation_id=actor.organisation_id,
        member_id=None if actor.member_id == NOBODY else actor.member_id,
        by_name=actor.name,
        at=at,
    ).save(force_insert=True)
    if confirmed | {actor.organisation_id} >= set(agreement.organisation_ids):
        agreement.status = "active"
        agreement.save(update_fields=["status"])
    _say("agreement.confirmed", agreement, actor, at)
    return agreement


@action("agreement.end", permission="agreement.write")
def end_agreement(agreement_id: UUID, *, actor, at: datetime) -> Agreement:
    """End an agreement before its date: nothing new is shared under it; what was sent stays readable (INV-2)."""
    agreement = _locked(agreement_id, actor)
    if agreement.status == "ended":
        raise NotNow("agreement_over", _("This agreement has ended already."))
    agreement.status, agreement.ended_at = "ended", at
    agreement.save(update_fields=["status", "ended_at"])
    reminders.drop(about=agreement.pk, kind=AGREEMENT)
    _say("agreement.ended", agreement, actor, at)
    return agreement


def _locked(agreement_id: UUID, actor) -> Agreement:
    row = Agreement.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=agreement_id).first()
    if row is None:
        raise NotNow("no_such_agreement", _("There is no such agreement."))
    return row


def _remind(agreement: Agreement, at: datetime) -> None:
    reminders.plan(
        AGREEMENT,
        about=agreement.pk,
        organisations=agreement.organisation_ids,
        base_at=reminders.morning(agreement.valid_to),
        at=at,
    )


def _say(kind: str, agreement: Agreement, actor, at: datetime) -> None:
    record(kind, actor=actor, at=at, about=agreement.pk, organisations=agreement.organisation_ids)
