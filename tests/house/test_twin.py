"""The twin test: what the application filters and what the database lets through are the same rows, for everybody.

And it can fail: with any filter or any policy taken away, some person of the test world sees too much.
"""

import dataclasses
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import Q

from cases.models import (
    Approval,
    BestInterests,
    CallEntry,
    ContactWay,
    DataRequest,
    Document,
    DuplicateCandidate,
    Emergency,
    ExportJob,
    Household,
    ImportJob,
    ImportMapping,
    ImportRow,
    IntakeDraft,
    LegalHold,
    MergeRecord,
    Note,
    NoteWording,
    PersonDocument,
    Relation,
    Reminder,
    Retention,
    RetentionRule,
    StatRow,
    Task,
)
from core.access import PROTECTED
from core.actors import Actor, acting
from core.models import Event, Feed, IdempotentAnswer, Reading, SavedView
from notifications.models import (
    CalendarFeed,
    ClientMessage,
    Delivery,
    Notice,
    Preference,
    PushSubscription,
    Untold,
    WebhookEndpoint,
)
from partners.models import ApiToken
from referral.amending import amend
from referral.conversation import write_message
from referral.models import Correction, Escalation, MatchingWeights, ServiceStanding
from referral.unmet import record_unmet
from tests.conftest import role
from tests.house.asked import ask
from tests.house.directed import populate_directory
from tests.house.handed import populate_restricted, populate_transfers
from tests.house.planned import populate_plan
from tests.house.travelled import populate_batches, populate_calls, populate_routes, populate_rules
from tests.referral.steps import accepted, received, sent, step
from tests.world import NOON, agreement, case, consent, need, person, service

READABLE = [model for model, protection in PROTECTED.items() if protection.read is not None]


def populate(w) -> None:
    """At least one row in every protected table, and people of the stranger beside those of the network."""
    o = w.of
    accepted(w)
    second = received(w, service=service(o.receiver, name="Second"))
    third = sent(w, service=service(o.receiver, name="Third"))
    step(w, third, "receive", "partner")
    step(w, third, "decline", "partner", reason="duplicate")
    with acting(w.actors["partner"]) as actor:
        write_message(second.pk, actor=actor, at=NOON, text="When can she come?")
    stranger = w.actors["stranger"]
    theirs = person(stranger, name="Other Person")
    consent(stranger, theirs, o.receiver)
    with acting(w.actors["other_team"]) as actor:
        Emergency(
            organisation=o.sender, case=o.case, reference=o.case.reference, member_id=actor.member_id, reason="removal",
            opened_at=NOON, until=NOON + timedelta(hours=1), review_due_at=NOON + timedelta(days=2),
        ).save(force_insert=True)  # fmt: skip
    with acting(w.actors["caseworker"]) as actor:
        Approval(
            organisation=o.sender, case=o.case, kind="plan", about=o.case.pk, asked_by_id=actor.member_id, asked_at=NOON
        ).save(force_insert=True)
    their_case = case(stranger, theirs, caseworker=w.members["stranger"])
    after_answers(w, their_need=need(stranger, their_case))
    populate_plan(w, (("caseworker", o.case), ("stranger", their_case)))
    populate_rules(w)
    populate_batches(w, (("caseworker", o.case), ("stranger", their_case)))
    populate_calls(w, second)
    populate_routes(w, (("caseworker", o.case), ("stranger", their_case)))
    agreement(o.stranger, o.receiver, title="Theirs")
    populate_transfers(w, o.case, their_case)
    populate_restricted(w)
    ask(w, "caseworker", o.person)
    ask(w, "stranger", theirs)
    populate_duplicates(w, (("caseworker", o.person), ("stranger", theirs)))
    for where in (o.sender, o.stranger):
        manager = Actor(organisation_id=where.pk, permissions=frozenset({"token.manage"}))
        with acting(manager):
            row = ApiToken(organisation=where, name="t", digest=str(where.pk).replace("-", ""), scopes=["cases:write"])
            row.save(force_insert=True)
    for short, of, whose in (("caseworker", o.person, o.case), ("stranger", theirs, their_case)):
        beside_persons(w.actors[short], w.members[short], of, whose)
    for short, where in (("caseworker", o.sender), ("stranger", o.stranger), ("worker", o.receiver)):
        actor = w.actors[short]
        with acting(actor):
            Reading(
                user_id=actor.user_id,
                organisation_id=where.pk,
                about=o.person.pk,
                subject="person",
                field_class=3,
                at=NOON,
            ).save(force_insert=True)
            IdempotentAnswer(organisation_id=where.pk, principal_id=actor.principal_id, key="k", fingerprint="f").save(
                force_insert=True
            )
            SavedView(
                organisation_id=where.pk, principal_id=actor.principal_id, list_name="x", query="y", created_at=NOON
            ).save(force_insert=True)
            Task(organisation=where, kind="own", text="Call", assignee=w.members[short], created_at=NOON).save(
                force_insert=True
            )
            Reminder(
                organisation=where,
                kind="retention",
                about=actor.member_id,
                case=o.case if short == "caseworker" else None,
                person={"caseworker": o.person, "stranger": theirs}.get(short, o.person),
                due_on=NOON.date(),
                created_at=NOON,
            ).save(force_insert=True)
    keep(w, theirs, their_case)
    populate_directory(w)
    _exchange(w)
    for whose, where in ((o.case, o.sender), (their_case, o.stranger)):
        _records(w.actors["caseworker" if where == o.sender else "stranger"], whose, where)
    with role("WORKER_DATABASE_URL"):
        event = Event.objects.filter(kind="referral.sent").first()
        for where in (o.sender, o.receiver, o.stranger):
            Feed.objects.create(organisation_id=where.pk, event_id=event.pk)
        deadline = second.deadlines.first()
        Escalation(
            deadline=deadline,
            referral=second,
            sender=o.sender,
            receiver=o.receiver,
            stage=50,
            owner="assignee",
            owner_organisation=o.receiver,
            at=NOON,
        ).save(force_insert=True)
        for whose, where in ((o.case, o.sender), (their_case, o.stranger)):
            ClientMessage(
                organisation=where, case=whose, kind="call_back", until=NOON, created_at=NOON
            ).save(force_insert=True)  # fmt: skip
        for where in (o.sender, o.stranger, None):
            Untold(
                event_id=event.pk, kind=event.kind, urgency="urgent", why="nobody", organisation=where, at=NOON
            ).save(force_insert=True)  # fmt: skip
        for short in ("caseworker", "partner", "stranger"):
            Notice(recipient=w.members[short], event_id=event.pk, kind=event.kind, urgency="urgent", at=NOON).save(
                force_insert=True
            )
            Delivery(recipient=w.members[short], event_id=event.pk, channel="email", urgency="urgent", code="X").save(
                force_insert=True
            )
            told = {"member": w.members[short], "created_at": NOON}
            for row in (
                Preference(member=w.members[short]),
                PushSubscription(**told, digest="d", endpoint="https://push.example/1", p256dh="p", auth="a"),
                CalendarFeed(**told, digest=short),
            ):
                row.save(force_insert=True)
        for where in (o.sender, o.stranger):
            endpoint = WebhookEndpoint(
                organisation=where, url="https://x.example/", host="x.example", kinds=[], secret="s", created_at=NOON
            )
            endpoint.save(force_insert=True)
            Delivery(
                organisation_id=where.pk, target_id=endpoint.pk, event_id=event.pk, channel="webhook", urgency="urgent",
                code="X",
            ).save(force_insert=True)  # fmt: skip


def after_answers(w, *, their_need) -> None:
    """A corrected referral, entries of the register, and an entry of the directory that was found to be wrong."""
    o = w.of
    corrected = sent(w, service=service(o.receiver, name="Fourth"))
    with acting(w.actors["caseworker"]) as actor:
        amend(corrected.pk, actor=actor, at=NOON, reason="Better known now", note="She came with a child")
    for short, which in (("caseworker", o.need), ("caseworker", o.secret_need), ("stranger", their_need)):
        with acting(w.actors[short]) as actor:
            record_unmet(which, actor=actor, at=NOON, reason="no_service")
    for short, where, of in (("partner", o.receiver, o.service), ("stranger", o.stranger, service(o.stranger))):
        with acting(w.actors[short]):
            Correction(
                organisation=where, service=of, referral_id=corrected.pk, reason="no_capacity", column="capacity",
                value="no_capacity", proposed_at=NOON,
            ).save(force_insert=True)  # fmt: skip


def keep(w, theirs, their_case) -> None:
    """Dates, holds, requests and rules of two organisations, and a figure of each."""
    o = w.of
    for who, where, whom, which in (
        ("supervisor", o.sender, o.person, o.case),
        ("stranger", o.stranger, theirs, their_case),
    ):
        told = {"organisation": where, "person": whom}
        by = w.members[who]
        actor = dataclasses.replace(w.actors[who], permissions=w.actors[who].permissions | {"retention.set"})
        with acting(actor):
            for row in (
                RetentionRule(organisation=where, kind="case", amount=3, unit="years", set_by_id=by.pk, set_at=NOON),
                Retention(**told, kind="case", case=which, reference="C", planned_at=NOON, retain_until=NOON.date()),
                LegalHold(
                    **told, reference="P", reason="court", placed_by=by, placed_at=NOON, until=NOON.date()
                ),
                DataRequest(
                    **told, reference=f"Q-{who[:6]}", person_reference="P", kind="access", identity_check="known",
                    asked_by=by, received_at=NOON, due_at=NOON + timedelta(days=5),
                ),
            ):  # fmt: skip
                row.save(force_insert=True)
    with acting(w.actors["coordinator"]) as actor:
        MatchingWeights(version=1, set_by_id=actor.member_id, set_by_name="C", set_at=NOON).save(force_insert=True)
    with role("WORKER_DATABASE_URL"):
        ServiceStanding(service=o.service, acceptance=0.7, answer_hours=24, computed_at=NOON).save(force_insert=True)
        for where in (o.sender, o.stranger, o.network):
            StatRow(
                organisation=where, sex="female", status_group="regular", entry_point="walk_in", risk_level="low",
                opened_month=NOON.date().replace(day=1),
            ).save(force_insert=True)  # fmt: skip


def _exchange(w) -> None:
    """An import with a row, a saved mapping and a list of the sender's supervisor and of the stranger."""
    for short in ("supervisor", "stranger"):
        actor = w.actors[short]
        with acting(actor):
            job = ImportJob(
                organisation_id=actor.organisation_id,
                team_id=w.members[short].team_id,
                uploaded_by=w.members[short],
                kind="csv",
                created_at=NOON,
            )
            job.save(force_insert=True)
            ImportRow(job=job, number=2, state="ready").save(force_insert=True)
            ImportMapping(organisation_id=actor.organisation_id, name="Old list", saved_at=NOON).save(force_insert=True)
            ExportJob(
                organisation_id=actor.organisation_id,
                asked_by=w.members[short],
                listing="cases",
                form="csv",
                columns=["case"],
                row_count=1,
                person_count=1,
                field_class=1,
                purpose="audit",
                created_at=NOON,
                expires_at=NOON,
            ).save(force_insert=True)


def populate_duplicates(w, ours) -> None:
    """A pair and a merge of each side's person with a second record."""
    for short, first in ours:
        second = person(w.actors[short], name="Amina Haidari")
        low, high = sorted([first.pk, second.pk])
        where = {"organisation_id": first.organisation_id}
        with acting(w.actors[short]):
            DuplicateCandidate(low_id=low, high_id=high, score=0.9, found_at=NOON, **where).save(force_insert=True)
            MergeRecord(survivor=first, shell=second, merged_by_id=first.pk, merged_at=NOON, until=NOON, **where).save(
                force_insert=True
            )


def _records(actor, case, where) -> None:
    """A note with an earlier wording and a document of class 3 and of class 4."""
    with acting(actor):
        for field_class in (3, 4):
            facts = {"organisation": where, "case": case, "field_class": field_class}
            note = Note(kind="call", text="Called", occurred_at=NOON, written_at=NOON, **facts)
            note.save(force_insert=True)
            NoteWording(note=note, version=1, text="Call", until=NOON, **facts).save(force_insert=True)
            Document(kind="legal", file_kind="pdf", size=1, digest="d", stored_as=uuid4(), added_at=NOON, **facts).save(
                force_insert=True
            )


def beside_persons(actor, member, of, whose) -> None:
    """What belongs to a person and to the beginning of its case."""
    home = {"organisation_id": actor.organisation_id}
    with acting(actor):
        for row in (
            PersonDocument(person=of, type="passport", number="AB1", recorded_at=NOON, **home),
            ContactWay(person=of, channel="sms", value="+375290000001", recorded_at=NOON, **home),
            Household(member_ids=[of.pk], created_at=NOON, **home),
            Relation(person=of, outsider="A sister", kind="sibling", recorded_at=NOON, **home),
            BestInterests(
                person=of,
                kind="bia",
                on=NOON.date(),
                decision="in_favour",
                recorded_by_id=actor.member_id,
                recorded_at=NOON,
                **home,
            ),
            IntakeDraft(member=member, step="person", created_at=NOON, saved_at=NOON, **home),
            CallEntry(case=whose, channel="phone_call", said="x", risk_level="high", at=NOON, **home),
        ):
            row.save(force_insert=True)


def everybody(w) -> dict[str, Actor]:
    people = dict(w.actors)
    people["token"] = Actor(
        organisation_id=w.of.sender.pk,
        token_id=w.of.case.pk,
        permissions=frozenset({"case.read", "case.read_team", "event.read", "token.manage"}),
    )
    return people


def raw_ids(model) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{model._meta.pk.column}"::text FROM "{model._meta.db_table}"')
        return {row[0] for row in cursor.fetchall()}


def differences(w, models=READABLE) -> set[str]:
    """Return `Model/person` wherever filter and policy disagree; the filter's side is read round the policies."""
    found = set()
    people = everybody(w)
    by_policy = {}
    for name, actor in people.items():
        with acting(actor):
            by_policy[name] = {model: raw_ids(model) for model in models}
    with role("WORKER_DATABASE_URL"):  # sees every row: only the filter speaks
        for name, actor in people.items():
            for model, ids in by_policy[name].items():
                filtered = {str(pk) for pk in model.objects.visible_to(actor).values_list("pk", flat=True)}
                if filtered != ids:
                    found.add(f"{model.__name__}/{name}")
    return found


@pytest.fixture
def populated(committed_world):
    populate(committed_world)
    return committed_world


def test_filter_and_policy_agree_for_every_model_and_person_and_each_can_be_missed(populated):
    assert differences(populated) == set()

    with acting(populated.actors["analyst"]):
        assert all(
            not raw_ids(model) for model in PROTECTED if model.__name__ in {"Person", "Case", "Referral", "Packet"}
        )

    for model in READABLE:
        protection = PROTECTED[model]
        PROTECTED[model] = dataclasses.replace(protection, read=lambda actor: Q(pk__isnull=False))
        try:
            assert any(found.startswith(f"{model.__name__}/") for found in differences(populated, [model])), (
                f"nobody noticed that the filter of {model.__name__} is gone"
            )
        finally:
            PROTECTED[model] = protection

    for model in READABLE:
        table = model._meta.db_table
        try:
            with role("OWNER_DATABASE_URL"), connection.cursor() as cursor:
                cursor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
            assert any(found.startswith(f"{model.__name__}/") for found in differences(populated, [model])), (
                f"nobody noticed that the policy of {model.__name__} is gone"
            )
        finally:
            with role("OWNER_DATABASE_URL"), connection.cursor() as cursor:
                cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


def test_a_query_with_nobody_acting_raises(populated):
    for model in PROTECTED:
        with pytest.raises(Exception, match=r"nobody is acting|permission denied"):
            raw_ids(model)
        connection.close()
