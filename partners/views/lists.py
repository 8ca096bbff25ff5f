"""The lists of who and what an organisation has here: its people, its access tokens; and who may identify victims."""

from datetime import UTC, datetime

from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.lists import Filter, Search, Sort, Table, listed
from partners.identity import role_label
from partners.models import Team
from partners.roles import ROLES

LAST_MOMENT = Value(datetime(9999, 12, 31, tzinfo=UTC))


def _named(*columns: str, label: str) -> Search:
    def find(rows, words: str, _actor) -> tuple:
        condition = Q(pk__in=[])
        for column in columns:
            condition |= Q(**{f"{column}__icontains": words.strip()})
        return rows.filter(condition), ""

    return Search(find=find, label=label)


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
        search=_named("name", "user__email", label=gettext_lazy("Name or e-mail address")),
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
        search=_named("name", label=gettext_lazy("Name of the token")),
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
        search=_named("name", "short_name", label=gettext_lazy("Name of the organisation")),
    )
)
