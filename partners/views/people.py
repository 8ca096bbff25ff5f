"""An organisation's own members, services and tokens, for its administrators."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.actions import Refusal
from core.faces import demand, into_form, speaks, visible_or_404
from partners import actions
from partners.directory import own_services
from partners.forms import MemberForm, MemberRoleForm, ServiceForm, TokenForm
from partners.identity import role_label
from partners.models import ApiToken, Member
from partners.views.lists import PEOPLE, TOKENS

_GET_POST = require_http_methods(["GET", "HEAD", "POST"])


@_GET_POST
def people(request):
    """Members and services of one's own organisation; words to search the members for come by POST."""
    actor = request.actor
    demand(actor, "member.manage", "service.manage")
    members = Member.objects.visible_to(actor).filter(organisation_id=actor.organisation_id, is_active=True)
    found = PEOPLE.open(request, members.select_related("user", "team"), at=timezone.now())
    context = found | {
        "members": [
            {
                "pk": row.pk,
                "name": row.name,
                "email": row.user.email,
                "role": role_label(row.role),
                "team": row.team.name if row.team else "",
                "url": reverse("partners:member", args=[row.pk]),
                "close_url": reverse("partners:close_member", args=[row.pk]),
                "self": row.pk == actor.member_id,
            }
            for row in found["page"].rows
        ],
        "services": own_services(actor),
    }
    return render(request, "partners/people.html", context, status=found["status"])


@_GET_POST
def tokens(request):
    """The access tokens of one's organisation's own system."""
    demand(request.actor, "token.manage")
    found = TOKENS.open(request, ApiToken.objects.visible_to(request.actor), at=timezone.now())
    return render(request, "partners/tokens.html", found | {"tokens": found["page"].rows}, status=found["status"])


def _form_page(request, form, *, title: str, button: str, status: int = 200, lead: str = ""):
    facts = {"form": form, "title": title, "button": button, "lead": lead}
    return render(request, "partners/form.html", facts, status=status)


def _handled(request, form, act, *, title: str, button: str, done: str, lead: str = ""):
    """Show the form; on POST act once through the door and go back to the list."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                act(form)
                messages.success(request, done)
                return redirect("partners:people")
            except Refusal as refusal:
                into_form(form, refusal)
                status = refusal.status
    return _form_page(request, form, title=title, button=button, status=status, lead=lead)


@_GET_POST
def add_member(request):
    """A new member. The person sets a password with "Forgot your password?" on the sign-in page."""
    demand(request.actor, "member.manage")
    form = MemberForm(request.POST or None, actor=request.actor)
    return _handled(
        request,
        form,
        lambda form: actions.add_member(actor=request.actor, at=timezone.now(), **form.facts()),
        title=_("Add a person"),
        button=_("Add person"),
        done=_("Added. The person can set a password from the sign-in page now."),
    )


@_GET_POST
def member(request, pk):
    """Another role or team."""
    demand(request.actor, "member.manage")
    rows = Member.objects.filter(organisation_id=request.actor.organisation_id, is_active=True)
    found = visible_or_404(rows, request.actor, pk=pk)
    form = MemberRoleForm(
        request.POST or None, actor=request.actor, initial={"role": found.role, "team": found.team_id}
    )
    return _handled(
        request,
        form,
        lambda form: actions.change_member(pk, actor=request.actor, at=timezone.now(), **form.facts()),
        title=found.name,
        button=_("Save"),
        done=_("Saved. It counts from the next page the person opens."),
    )


@require_POST
@speaks
def close_member(request, pk):
    """End a membership."""
    demand(request.actor, "member.manage")
    rows = Member.objects.filter(organisation_id=request.actor.organisation_id, is_active=True)
    visible_or_404(rows, request.actor, pk=pk)
    actions.close_member(pk, actor=request.actor, at=timezone.now())
    messages.success(request, _("The membership is closed."))
    return redirect("partners:people")


@_GET_POST
def add_service(request):
    """A new service of one's own organisation."""
    demand(request.actor, "service.manage")
    return _handled(
        request,
        ServiceForm(request.POST or None),
        lambda form: actions.add_service(actor=request.actor, at=timezone.now(), **form.cleaned_data),
        title=_("Add a service"),
        button=_("Add service"),
        done=_("Added. It is in the directory now."),
    )


def _own_or_404(request, pk):
    found = own_services(request.actor).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_safe
def edit_service(request, pk):
    """The parts of an entry begin with what it is."""
    demand(request.actor, "service.manage")
    _own_or_404(request, pk)
    return redirect("partners:edit_part", pk=pk, part="about")


@require_POST
@speaks
def verify_service(request, pk):
    """What the directory says is still right."""
    demand(request.actor, "service.manage")
    _own_or_404(request, pk)
    actions.verify_service(pk, actor=request.actor, at=timezone.now())
    messages.success(request, _("Confirmed for half a year."))
    return redirect("partners:service", pk=pk)


@_GET_POST
def add_token(request):
    """A token for one's organisation's own system; the answer is the only page that shows it."""
    demand(request.actor, "token.manage")
    form = TokenForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            at, facts = timezone.now(), form.cleaned_data
            expires_at = at + timedelta(days=facts["days"])
            try:
                token, secret = actions.create_token(
                    actor=request.actor, at=at, name=facts["name"], scopes=facts["scopes"], expires_at=expires_at
                )
                return render(request, "partners/token.html", {"token": token, "secret": secret})
            except Refusal as refusal:
                into_form(form, refusal)
    return _form_page(request, form, title=_("New access token"), button=_("Make token"), status=status)


@require_POST
@speaks
def revoke_token(request, pk):
    """Withdraw a token."""
    demand(request.actor, "token.manage")
    visible_or_404(ApiToken, request.actor, pk=pk)
    actions.revoke_token(pk, actor=request.actor, at=timezone.now())
    messages.success(request, _("The token no longer works."))
    return redirect("partners:tokens")
