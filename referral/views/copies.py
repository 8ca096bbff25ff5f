"""Taking a referral out: the form on paper in one of three languages, and FHIR for another system."""

import orjson
from django.http import Http404
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.faces import speaks, visible_or_404
from core.files import download, save_as
from referral.copies.fhir import bundle
from referral.copies.form import LANGUAGES, paper
from referral.copies.taking import FHIR, FORM, take
from referral.models import Referral


def _taken(request, pk, kind: str):
    rows = Referral.objects.select_related("sender", "receiver", "service")
    row = visible_or_404(rows, request.actor, pk=pk)
    try:
        return take(row, actor=request.actor, at=timezone.now(), kind=kind)
    except Referral.DoesNotExist:
        raise Http404 from None


@require_safe
@speaks
def form(request, pk, language):
    """Save the inter-agency referral form as a PDF, as far as this side reads the referral now."""
    if language not in LANGUAGES:
        raise Http404
    return download(paper(_taken(request, pk, FORM), language=language), kind="pdf", name="referral-form")


@require_safe
@speaks
def fhir(request, pk):
    """Save the referral as a FHIR R4 Bundle, as far as this side reads it now."""
    content = orjson.dumps(bundle(_taken(request, pk, FHIR)), option=orjson.OPT_INDENT_2)
    return save_as(content, mime="application/fhir+json", ending="json", name="referral-fhir")
