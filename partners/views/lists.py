"""The lists of what an organisation has here: people, tokens, agreements, proposals; and who may identify victims."""

from datetime import UTC, datetime, timedelta

from django.db.models import Case, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.codelists import choices
from core.lists import Filter, Sort, Table, coded, listed, named
from partners.identity import role_label
from partners.models import Team
from partners.roles import ROLES

SOON = timedelta(days=30)
LAST_MOMENT = Value(datetime(9999, 12, 31, tzinfo=UTC))

PEOPLE = listed(
    Table(
        name="partners:people",
        filters=(
            Filter(
                name="role",
                label=gettext_lazy("Role"),
                choices=lambda _actor: [(role, role_label(role)) for role in ROLES],
                where=lambda value, _actor, _at: Q(role=value),
            ),
            Filter(
                name="team",
                label=gettext_lazy("Team"),
                choices=lambda actor: list(
                    Team.objects.filter(organisation_id=actor.organisation_id)
                    .order_by("name")
                    .values_list("pk", "name")
                ),
                where=lambda value, _actor, _at: Q(team_id=value),
            ),
        ),
        sorts=(
            Sort(name="name", label=gettext_lazy("Name"), by=("name", "id")),
            Sort(name="role", label=gettext_lazy("Role"), by=("role", "name", "id")),
            Sort(name="newest", label=gettext_lazy("Newest"), by=("-created_at", "id")),
        ),
        search=named("name", "user__email", label=gettext_lazy("Name or e-mail address")),
    )
)
TOKENS = listed(
    Table(
        name="partners:tokens",
        filters=(
            Filter(
                name="state",
                label=gettext_lazy("State"),
                choices=lambda _actor: [
                    ("valid", _("Valid")),
                    ("expired", _("Expired")),
                    ("withdrawn", _("Withdrawn")),
                ],
                where=lambda value, _actor, at: {
                    "valid": Q(revoked_at=None) & (Q(expires_at=None) | Q(expires_at__gt=at)),
                    "expired": Q(revoked_at=None, expires_at__lte=at),
                    "withdrawn": Q(revoked_at__isnull=False),
                }[value],
            ),
        ),
        sorts=(
            Sort(name="newest", label=gettext_lazy("Newest"), by=("-created_at", "id")),
            Sort(
                name="until",
                label=gettext_lazy("Valid until"),
                by=("ends_at", "id"),
                prepare=lambda rows: rows.annotate(ends_at=Coalesce("expires_at", LAST_MOMENT)),
            ),
        ),
        views=(
            (gettext_lazy("All tokens"), ""),
            (gettext_lazy("Valid"), "state=valid&sort=until"),
            (gettext_lazy("Withdrawn"), "state=withdrawn"),
        ),
        search=named("name", label=gettext_lazy("Name of the token")),
    )
)
ENTITLEMENTS = listed(
    Table(
        name="partners:entitlements",
        filters=(
            Filter(
                name="may",
                label=gettext_lazy("May identify"),
                choices=lambda _actor: [("yes", _("Yes")), ("no", _("No"))],
                where=lambda value, _actor, _at: Q(may_identify_victims=value == "yes"),
            ),
        ),
        sorts=(Sort(name="name", label=gettext_lazy("Name"), by=("name", "id")),),
        views=((gettext_lazy("All organisations"), ""), (gettext_lazy("May identify"), "may=yes")),
        search=named("name", "short_name", label=gettext_lazy("Name of the organisation")),
    )
)


def _agreed(value: str, _actor, at) -> Q:
    today = timezone.localdate(at)
    lasts = Q(status="active", valid_from__lte=today, valid_to__gte=today)
    return {
        "waiting": Q(status="proposed"),
        "in_force": lasts,
        "soon": lasts & Q(valid_to__lte=today + SOON),
        "ended": Q(status="ended") | Q(valid_to__lt=today),
    }[value]


AGREEMENTS = listed(
    Table(
        name="partners:agreements",
        filters=(
            Filter(
                name="state",
                label=gettext_lazy("State"),
                choices=lambda _actor: [
                    ("waiting", _("Waits for the parties")),
                    ("in_force", _("In force")),
                    ("soon", _("Ends soon")),
                    ("ended", _("Ended")),
                ],
                where=_agreed,
            ),
            Filter(
                name="need",
                label=gettext_lazy("Need"),
                choices=lambda _actor: choices("need_category"),
                where=lambda value, _actor, _at: Q(categories=[]) | Q(categories__contains=[value]),
            ),
        ),
        sorts=(
            Sort(
                name="until",
                label=gettext_lazy("To the end of"),
                by=("rank", "valid_to", "id"),
                prepare=lambda rows: rows.annotate(
                    rank=Case(
                        When(status="proposed", then=Value(0)),
                        When(status="active", then=Value(1)),
                        default=Value(2),
                        output_field=IntegerField(),
                    )
                ),
            ),
            Sort(name="title", label=gettext_lazy("Title"), by=("title", "id")),
            Sort(name="newest", label=gettext_lazy("Newest"), by=("-valid_from", "id")),
        ),
        views=(
            (gettext_lazy("All agreements"), ""),
            (gettext_lazy("In force"), "state=in_force"),
            (gettext_lazy("Ends soon"), "state=soon"),
        ),
        search=named("title", label=gettext_lazy("Title of the agreement")),
    )
)
PROPOSALS = listed(
    Table(
        name="partners:proposals",
        filters=(
            Filter(
                name="state",
                label=gettext_lazy("State"),
                choices=lambda _actor: [
                    ("proposed", _("Waits for a decision")),
                    ("approved", _("In the network")),
                    ("refused", _("Not let in")),
                ],
                where=lambda value, _actor, _at: Q(status=value),
            ),
            coded("kind", gettext_lazy("Kind"), "organization_type", column="type"),
        ),
        sorts=(
            Sort(
                name="waiting",
                label=gettext_lazy("Waiting first"),
                by=("rank", "proposed_at", "id"),
                prepare=lambda rows: rows.annotate(
                    rank=Case(When(status="proposed", then=Value(0)), default=Value(1), output_field=IntegerField())
                ),
            ),
            Sort(name="newest", label=gettext_lazy("Newest"), by=("-proposed_at", "id")),
        ),
        views=((gettext_lazy("All"), ""), (gettext_lazy("Waits for a decision"), "state=proposed")),
        search=named("name", label=gettext_lazy("Name of the organisation")),
    )
)
