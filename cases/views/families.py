"""Who belongs to a person: relations, household, and the best interests of a child."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases.actions.households import (
    add_relation,
    end_relation,
    join_household,
    leave_household,
    record_best_interests,
)
from cases.forms.identity import BestInterestsForm, HouseholdForm, RelationForm
from cases.models import Person, Relation
from cases.views.persons import GET_POST, ask, back_url, person_or_404, sent
from core.faces import demand, speaks, visible_or_404


@GET_POST
@speaks
def new_relation(request, person_pk):
    """Say who somebody is to the person."""
    person = person_or_404(request, person_pk)
    form = RelationForm(sent(request), actor=request.actor)

    def door(at):
        add_relation(person.pk, actor=request.actor, at=at, **form.cleaned_data)

    return ask(request, person, form, title=_("Add a relation"), door=door, done=_("Relation added"))


@require_POST
@speaks
def end(request, relation_pk):
    """Note that a relation is not so any more."""
    demand(request.actor, "person.write")
    row = visible_or_404(Relation, request.actor, pk=relation_pk)
    end_relation(row.pk, actor=request.actor, at=timezone.now())
    messages.success(request, _("Relation ended"))
    sides = Person.objects.visible_to(request.actor).in_bulk([row.person_id, *filter(None, [row.other_id])])
    return redirect(back_url(sides.get(row.person_id) or sides[row.other_id], request.actor))


@GET_POST
@speaks
def join(request, person_pk):
    """Put the person into somebody's household."""
    person = person_or_404(request, person_pk)
    form = HouseholdForm(sent(request), actor=request.actor)

    def door(at):
        join_household(person.pk, actor=request.actor, at=at, **form.cleaned_data)

    return ask(request, person, form, title=_("Join a household"), door=door, done=_("Household changed"))


@require_POST
@speaks
def leave(request, person_pk):
    """Take the person out of its household."""
    person = person_or_404(request, person_pk)
    leave_household(person.pk, actor=request.actor, at=timezone.now())
    messages.success(request, _("Household changed"))
    return redirect(back_url(person, request.actor))


@GET_POST
@speaks
def best_interests(request, person_pk):
    """Record what was found to be best for a child."""
    person = person_or_404(request, person_pk)
    form = BestInterestsForm(sent(request))

    def door(at):
        record_best_interests(person.pk, actor=request.actor, at=at, **form.cleaned_data)

    return ask(
        request, person, form, title=_("Record the best interests"), door=door, done=_("Best interests recorded")
    )
