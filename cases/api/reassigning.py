"""Many cases to another caseworker at once, and back: steps of the cases as a whole."""

from types import SimpleNamespace

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from cases.actions import reassigning
from core.api.fields import Code, Flag, Id, Input, Many, Output
from core.api.resource import identifier, wanted
from core.codelists import codes
from partners.models import Member

VERB = "case.reassign"


class ReassignIn(Input):
    """Which cases go to whom, and why; `dry_run` says what would happen and changes nothing."""

    cases = Many(child=Id(), min_length=1, max_length=reassigning.MOST)
    caseworker = Id()
    reason = Code(choices=codes("reassign_reason"))
    dry_run = Flag(required=False)


class StayedOut(Output):
    """A case that stays where it is, with the reason in words."""

    case = serializers.UUIDField()
    why = serializers.CharField()


class ReassignOut(Output):
    """What became of each case; `batch` gives them back within an hour. Those out of sight are only counted."""

    batch = serializers.UUIDField(allow_null=True)
    moved = serializers.ListField(child=serializers.UUIDField())
    stayed = StayedOut(many=True)
    hidden = serializers.IntegerField()


class Reassigning:
    """A part of the resource of cases."""

    @extend_schema(request=ReassignIn, responses={200: ReassignOut})
    @action(detail=False, methods=["post"])
    def reassign(self, request):
        """Give cases to another caseworker: each whole or not at all, with one event each."""
        facts = self.input(ReassignIn)
        trying = facts.pop("dry_run", False)
        facts["caseworker"] = wanted(Member.objects.visible_to(self.actor), facts["caseworker"], "caseworker")
        door = reassigning.try_many if trying else reassigning.reassign_many
        report = door(facts.pop("cases"), actor=self.actor, at=self.at, **facts)
        return _told(report, batch=None if trying else report.batch)

    @extend_schema(request=None, responses={200: ReassignOut})
    @action(detail=False, methods=["post"], url_path="reassign/(?P<batch>[^/]+)/undo", url_name="reassign-undo")
    def reassign_undo(self, request, batch):
        """Give the cases of one's own reassignment back, within an hour, where nobody moved them on."""
        self.input(Input)
        return _told(reassigning.undo_reassign(identifier(batch), actor=self.actor, at=self.at), batch=None)


def _told(report: reassigning.Report, *, batch) -> Response:
    stayed = [{"case": case.pk, "why": why} for case, why in report.stayed]
    moved = [case.pk for case in report.moved]
    row = SimpleNamespace(batch=batch, moved=moved, stayed=stayed, hidden=report.hidden)
    return Response(ReassignOut().to_representation(row))
