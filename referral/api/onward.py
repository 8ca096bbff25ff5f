"""What the steps after an answer take and give in the API."""

from rest_framework import serializers

from core.api.fields import Code, Id, Input, Output, Whole, Words
from core.codelists import codes, label
from referral.api.shares import ShareIn
from referral.nextsteps import WAYS
from referral.unmet import RECORDED

ROOT = "/api/v1"


class AgainIn(Input):
    """Which service is asked next."""

    service = Id()


class ReferOnIn(Input):
    """A referral of one's own from one that was accepted: need of one's own case, and consent to the new partner."""

    need = Id()
    service = Id()
    urgency = Code(choices=codes("urgency"))
    consent = Id()


class AmendIn(Input):
    """A correction of what was sent; what is left out stays as it is."""

    reason = Words(max_length=1000)
    share = ShareIn(required=False)
    note = Words(max_length=4000, required=False)
    consent = Id(required=False)


class AcknowledgeIn(Input):
    """That a correction was read."""

    version = Whole(required=False, help_text="Of the packet that was read; 409 when there is a newer one")


class UnmetIn(Input):
    """Why nothing meets a need."""

    reason = Code(choices=list(RECORDED))


class UnmetOut(Output):
    """An entry of the register of unmet needs."""

    id = serializers.UUIDField()
    need = serializers.UUIDField(source="need_id")
    category = serializers.ChoiceField(choices=codes("need_category"))
    reason = serializers.ChoiceField(choices=codes("unmet_reason"))
    declines = serializers.IntegerField()
    at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    closed_as = serializers.CharField()


class ChangedLineOut(Output):
    """A line before and after; null is what opens later, empty what is not shared."""

    label = serializers.CharField()
    old = serializers.CharField(allow_null=True)
    new = serializers.CharField(allow_null=True)


class AmendmentOut(Output):
    """A correction of the packet."""

    version = serializers.IntegerField()
    at = serializers.DateTimeField()
    author = serializers.CharField()
    reason = serializers.CharField()
    seen_at = serializers.DateTimeField(allow_null=True)
    seen_by = serializers.CharField()
    lines = ChangedLineOut(many=True)


class NextStepOut(Output):
    """What can be done after the answer: where it is done in this API, empty where only a page does it."""

    code = serializers.ChoiceField(choices=list(WAYS))
    label = serializers.CharField()
    href = serializers.CharField()


def next_step(code: str, referral) -> dict:
    """Return a next step with the address that takes it."""
    here, need = f"{ROOT}/referrals/{referral.pk}/", f"{ROOT}/needs/{referral.need_id}/"
    addresses = {
        **dict.fromkeys(("draft_suggested", "send_again"), f"{here}again/"),
        "choose_other": f"{need}candidates/",
        "settle_need": f"{need}settle/",
        "record_unmet": f"{need}unmet/",
        "see_others": f"{ROOT}/referrals/?need={referral.need_id}",
        "call_partner": f"{ROOT}/services/{referral.service_id}/",
        "refer_on": f"{here}refer-on/",
        "acknowledge": f"{here}acknowledge/",
    }
    return {"code": code, "label": label("next_step", code), "href": addresses.get(code, "")}
