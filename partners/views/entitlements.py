"""Which organisations may identify victims of trafficking: kept by the network's coordinator (INV-6)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.faces import demand, speaks
from partners.actions import set_entitlement
from partners.models import Organisation
from partners.views.lists import ENTITLEMENTS


@require_http_methods(["GET", "HEAD", "POST"])
def entitlements(request):
    """List the organisations of the network with what each may do."""
    demand(request.actor, "entitlement.set")
    rows = Organisation.objects.filter(member_of_network=True, status="active")
    found = ENTITLEMENTS.open(request, rows, at=timezone.now())
    return render(request, "partners/entitlements.html", found | {"rows": found["page"].rows}, status=found["status"])


@require_POST
@speaks
def entitle(request, pk):
    """Give or take the entitlement."""
    demand(request.actor, "entitlement.set")
    entitled = request.POST.get("entitled") == "1"
    try:
        set_entitlement(pk, actor=request.actor, at=timezone.now(), entitled=entitled)
    except Organisation.DoesNotExist as missing:
        raise Http404 from missing
    messages.success(request, _("Entitlement given") if entitled else _("Entitlement taken away"))
    return redirect("partners:entitlements")
