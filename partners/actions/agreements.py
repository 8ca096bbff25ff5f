"""Data-sharing agreements (DOMAIN 2, INV-2)."""

from datetime import date, datetime
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from core.actions import action
from core.codelists import codes
from core.events import record
from partners.actions.refusals import wrong
from partners.models import Agreement, Organisation

ALL_CLASSES = [0, 1, 2, 3, 4]


@action("agreement.record", permission="agreement.write")
def record_agreement(
    *,
    actor,
    at: datetime,
    title: str,
    organisation_ids: list[UUID],
    purposes: list[str],
    data_classes: list[int],
    valid_from: date,
    valid_to: date,
    categories: list[str] = (),
    countries: list[str] = ("BY",),
    duplicate_check: bool = False,
) -> Agreement:
    """Record what organisations may share with each other (DOMAIN 2, INV-2). Raises Incomplete."""
    if not title.strip():
        raise wrong("title", "required", _("Enter a title."))
    parties = sorted(set(organisation_ids))
    if len(parties) < 2 or Organisation.objects.filter(pk__in=parties, member_of_network=True).count() != len(parties):
        raise wrong("organisation_ids", "parties", _("Choose two or more organisations of the network."))
    for field, given, known in (
        ("purposes", purposes, codes("consent_purpose")),
        ("data_classes", data_classes, ALL_CLASSES),
        ("categories", categories, codes("need_category")),
    ):
        if set(given) - set(known) or (not given and field != "categories"):
            raise wrong(field, "unknown_code", _("Choose from the list."))
    if valid_from > valid_to:
        raise wrong("valid_to", "dates_in_order", _("The agreement must end after it begins."))
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
    )
    agreement.save(force_insert=True)
    record("agreement.recorded", actor=actor, at=at, about=agreement.pk, organisations=parties)
    return agreement
