"""Where a route stands, in one sentence: "2 of 3: Harbour House declined; now with North Centre"."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.codelists import label

# (how the one before came out, whether somebody is asked now)
_ORDERED = {
    ("no", True): gettext_lazy("%(position)s of %(count)s: %(before)s declined; now with %(partner)s"),
    ("silent", True): gettext_lazy("%(position)s of %(count)s: %(before)s did not answer; now with %(partner)s"),
    ("", True): gettext_lazy("%(position)s of %(count)s: now with %(partner)s"),
    ("no", False): gettext_lazy("%(position)s of %(count)s: %(before)s declined"),
    ("silent", False): gettext_lazy("%(position)s of %(count)s: %(before)s did not answer"),
}


def where(route, stops) -> str:
    """Return where a route stands; `stops` in their order, with service and organisation."""
    partner = {stop.state: stop.service.organisation.label for stop in stops}
    if route.state == "planned":
        return _planned(route, len(stops) - 1)
    if "accepted" in partner:
        return _("%(partner)s accepted") % {"partner": partner["accepted"]}
    if route.mode == "parallel":
        facts = {"count": len(stops), "open": sum(stop.state == "open" for stop in stops)}
        return _("%(open)s of %(count)s asked at once have not answered yet") % facts
    over = [stop for stop in stops if stop.state in {"no", "silent"}]
    here = [stop for stop in stops if stop.state == "open"]
    sentence = _ORDERED.get((over[-1].state if over else "", bool(here)))
    if sentence is None:
        return label("route_state", route.state)
    return sentence % {
        "position": (here or over)[-1].position,
        "count": len(stops),
        "before": over[-1].service.organisation.label if over else "",
        "partner": partner.get("open", ""),
    }


def _planned(route, further: int) -> str:
    if route.mode == "parallel":
        words = ngettext(
            "Asked at once with %(count)s other service; the first to accept takes it",
            "Asked at once with %(count)s other services; the first to accept takes it",
            further,
        )
    else:
        words = ngettext(
            "%(count)s service is asked after this one",
            "%(count)s services are asked after this one, in their order",
            further,
        )
    return words % {"count": further}
