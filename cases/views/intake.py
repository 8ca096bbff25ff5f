"""Logging a new case: search, person, consent, safety, need, in this order, and on to a service."""

import time
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases.actions.cases import add_need, open_case
from cases.actions.consents import record_consent, renew_consent
from cases.ages import is_minor
from cases.codes import country_label
from cases.forms import CaseForm, ConsentForm, NeedForm, SearchForm
from cases.forms.extended import extended
from cases.models import Case, Consent, Person
from cases.search import search_persons
from cases.states import OPEN
from cases.views import drafts
from cases.views.drawing import NO_NAME, hidden_words, identity_bar, intake_steps, main_names, person_words
from core.actions import Refusal
from core.codelists import label
from core.faces import demand, speaks, visible_or_404
from partners.models import Organisation

SEARCH_COUNTS_FOR = 3600  # seconds; after that somebody else may have registered the person
GET_POST = require_http_methods(["GET", "HEAD", "POST"])


@GET_POST
def new(request):
    """Search before registering. The words travel in the body of a POST: a name has no place in an address."""
    demand(request.actor, "case.open")
    if "referral" in request.GET:
        _remember_referral(request)
    form = SearchForm(request.POST or None)
    context = {"form": form, "steps": intake_steps(1), "searched": False, "matches": [], "hidden": ""}
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["q"]
        found = search_persons(words, actor=request.actor)
        request.session["person_searched"] = int(time.time())
        context |= {"searched": True, "words": words, "matches": lines_of(found, request.actor)}
        context["hidden"] = hidden_words(found.hidden) if found.hidden else ""
    return render(request, "cases/_found.html" if request.htmx else "cases/new.html", context)


@GET_POST
@speaks
def register(request):
    """Begin a draft for a new person, once a search has been made and answered (DOMAIN 3), or for a known one."""
    actor, at = request.actor, timezone.now()
    demand(actor, "person.write")
    if "referral" in request.GET:
        _remember_referral(request)
    if request.method != "POST":
        return redirect("cases:new")
    person = drafts.known_or_404(request, request.POST["person"]) if "person" in request.POST else None
    if person is None and time.time() - request.session.get("person_searched", 0) > SEARCH_COUNTS_FOR:
        messages.info(request, _("Search first: perhaps the person is known already."))
        return redirect("cases:new")
    came = request.session.pop("intake_referral", None)
    words = request.POST.get("words", "")
    row = drafts.begin(actor, at=at, words=words, person=person, referral_id=UUID(came) if came else None)
    request.session.pop("person_searched", None)
    return redirect("cases:draft", pk=row.pk, step=row.step)


def _former(request, person) -> Consent | None:
    """Return the consent that is asked anew: its id stands in the address."""
    wanted = request.GET.get("instead")
    if not wanted:
        return None
    try:
        return visible_or_404(Consent, request.actor, pk=wanted, person=person, status="given")
    except ValidationError:
        raise Http404 from None


def _terms(consent: Consent) -> dict:
    """Return what the form shows first when a consent is asked anew: what the person agreed to before."""
    names = ("purposes", "receivers", "receiver_class", "excluded", "data_classes", "given_by", "representative")
    return {name: getattr(consent, name) for name in (*names, "language", "interpreter", "assent", "method")}


@GET_POST
@speaks
def consent(request, person_pk):
    """Record what the person agrees to; for a person with an open case it leads back to that case."""
    demand(request.actor, "consent.record")
    person = visible_or_404(Person, request.actor, pk=person_pk)
    if person.merged_into_id:
        visible_or_404(Person, request.actor, pk=person.merged_into_id)
        return redirect(request.resolver_match.view_name, person_pk=person.merged_into_id)
    case = Case.objects.visible_to(request.actor).filter(person=person, status__in=OPEN).first()
    at = timezone.now()
    former = _former(request, person)
    form = ConsentForm(
        request.POST or None,
        at=at,
        home=Organisation.objects.get(pk=request.actor.organisation_id),
        initial=_terms(former) if former else None,
    )
    if request.method == "POST" and form.is_valid():
        terms = {"actor": request.actor, "at": at, "text_version": drafts.TEXT_VERSION, **form.facts()}
        try:
            if former:
                renew_consent(former.pk, **terms)
            else:
                record_consent(person, **terms)
        except Refusal as refusal:
            form.shows(refusal)
        else:
            messages.success(request, _("Consent recorded"))
            return redirect("cases:detail", pk=case.pk) if case else redirect("cases:open", person_pk=person.pk)
    context = _person_context(request, person, at) | {"form": form, "case": case, "steps": intake_steps(3)}
    return render(request, "cases/consent.html", context, status=422 if form.errors else 200)


@GET_POST
@speaks
def open_(request, person_pk):
    """Open a case for a registered person: how much danger, and how the person came."""
    demand(request.actor, "case.open")
    person = visible_or_404(Person, request.actor, pk=person_pk)
    if person.merged_into_id:
        visible_or_404(Person, request.actor, pk=person.merged_into_id)
        return redirect(request.resolver_match.view_name, person_pk=person.merged_into_id)
    at = timezone.now()
    referral = request.session.get("intake_referral")
    form = CaseForm(request.POST or None, initial={"entry_point": "referral_in"} if referral else None)
    if request.method == "POST" and form.is_valid():
        parent = UUID(referral) if referral else None
        try:
            case = open_case(person, actor=request.actor, at=at, parent_referral_id=parent, **form.cleaned_data)
        except Refusal as refusal:
            form.shows(refusal)
        else:
            request.session.pop("intake_referral", None)
            messages.success(request, _("Case opened"))
            adds = request.actor.may("need.write")
            return redirect("cases:need", case_pk=case.pk) if adds else redirect("cases:detail", pk=case.pk)
    context = _person_context(request, person, at) | {"form": form, "steps": intake_steps(4, person=person)}
    context["alone"] = is_minor(person, on=timezone.localdate(at)) and not (person.caregiver or person.unaccompanied)
    return render(request, "cases/open.html", context, status=422 if form.errors else 200)


@GET_POST
@speaks
def need(request, case_pk):
    """Record a need; where the actor may refer, the next page chooses a service for it."""
    demand(request.actor, "need.write")
    case = visible_or_404(Case.objects.select_related("person"), request.actor, pk=case_pk)
    form = extended(NeedForm, "need", request.actor)(request.POST or None)
    at = timezone.now()
    if request.method == "POST" and form.is_valid():
        try:
            added = add_need(case, actor=request.actor, at=at, **form.own_facts(), extra=form.extra())
        except Refusal as refusal:
            form.shows(refusal)
        else:
            messages.success(request, _("Need recorded"))
            if "stay" in request.POST or not request.actor.may("referral.draft"):
                return redirect("cases:detail", pk=case.pk)
            return redirect("referral:new", need_pk=added.pk)
    names = main_names([case.person_id], request.actor)
    consents = list(Consent.objects.visible_to(request.actor).filter(person=case.person))
    context = {
        "form": form,
        "case": case,
        "refers": request.actor.may("referral.draft"),
        "bar": identity_bar(case, names.get(case.person_id, NO_NAME), consents, at=at, actor=request.actor),
        "steps": intake_steps(5, person=case.person),
        "fresh": case.status == "intake",
    }
    return render(request, "cases/need.html", context, status=422 if form.errors else 200)


def _remember_referral(request) -> None:
    """Keep the received referral that a case is opened from; the door checks that it is open to us."""
    try:
        request.session["intake_referral"] = str(UUID(request.GET["referral"]))
    except ValueError:
        request.session.pop("intake_referral", None)


def _person_context(request, person, at) -> dict:
    names = main_names([person.pk], request.actor)
    return {"person": person, "name": names.get(person.pk, person.reference), "words": person_words(person, at=at)}


def lines_of(found, actor) -> list[dict]:
    """Return the matches as drawn: who, how like, and where "this is the same person" leads."""
    ids = [match.person_id for match in found]
    people = Person.objects.visible_to(actor).in_bulk(ids)
    names = main_names(ids, actor)
    cases = {}
    for case in Case.objects.visible_to(actor).filter(person_id__in=ids).order_by("opened_at"):
        if case.person_id not in cases or case.status in OPEN:
            cases[case.person_id] = case
    lines = []
    for match in found:
        person, case = people[match.person_id], cases.get(match.person_id)
        facts = [person_words(person, at=timezone.now()), *(country_label(code) for code in person.citizenships)]
        if case is not None:
            facts += [case.reference, label("case_status", case.status)]
        lines.append(
            {
                "name": names.get(person.pk, person.reference),
                "meta": " · ".join(filter(None, [person.reference, *facts])),
                "likely": match.likely,
                "case": case,
                "person": person,
            }
        )
    return lines
