"""After erasure nothing of a person is left in any table: every column is read, in several encodings and decrypted."""

import base64
from datetime import date, timedelta
from urllib.parse import quote

import pytest
from django.apps import apps
from django.db import connection

from cases.actions.cases import settle_need
from cases.actions.erasing import erase_case, sweep
from cases.actions.moves import move_case
from cases.actions.plans import add_task, finish_task
from cases.models import (
    BestInterests,
    CallEntry,
    Case,
    Consent,
    ContactWay,
    DataRequest,
    Grant,
    Household,
    IntakeDraft,
    LegalHold,
    Need,
    Person,
    PersonDocument,
    PersonName,
    Relation,
    Retention,
    StatRow,
)
from cases.names import search_key
from core.actions import NotNow
from core.actors import SYSTEM, acting
from core.models import Event
from referral.conversation import write_message
from referral.models import Packet, Referral
from tests.conftest import role
from tests.referral.steps import received, started, step
from tests.world import NOON, member, service
from tests.world import case as opened

NAME = "Зюльфия Канареева-Хвостова"
BORN = date(1987, 6, 5)
WORDS = {
    "contact": "+375 29 7766554",
    "warning": "kanarwarnt nicht",
    "phrase": "kanarlied um neun",
    "caregiver": "Kanartante Vera",
    "gender": "kanarweiblich",
    "hours": "kanarfrueh",
    "representative": "Kanarvormund",
    "evidence": "kanarordner sieben",
    "need": "kanarwohnung fehlt",
    "need2": "kanarzwang",
    "basis": "kanargefahr",
    "task": "kanarschule anrufen",
    "note": "kanarpassport held",
    "sender": "kanarmessage from the sender",
    "receiver": "kanarmessage from the receiver",
    "decline": "kanarvoll words of a decline",
    "closing": "kanarende words",
    "told": "kanarstumm words",
    "request": "kanarantrag words",
    "answer": "kanarantwort words",
    "hold": "kanarbeschwerde words",
    "paper": "KANARNUMMER77",
    "way": "kanarkanal@example.test",
    "relation": "Kanarschwester",
    "interests": "kanarkindeswohl words",
    "said": "kanaranruf words",
    "draft": "kanarentwurf words",
}
AFTER = NOON + timedelta(days=6 * 366)


def encodings(text: str) -> set[bytes]:
    """The text as a column may hold it: plain, folded, for searching, UTF-16, Base64 at each offset, quoted, hex."""
    plain = {
        text.encode(),
        text.lower().encode(),
        text.upper().encode(),
        search_key(text).encode(),
        text.encode("utf-16-le"),
    }
    plain.add(quote(text).encode())
    for pad in range(3):  # the inside of a Base64 text, wherever the words begin
        packed = base64.b64encode(b"x" * pad + text.encode())
        plain.add(packed[4:-4])
    return {found for found in plain | {one.hex().encode() for one in plain} if len(found) > 5}


def raw_values() -> list[tuple[str, bytes]]:
    """Every text, binary, JSON and array column of every table, as bytes, read by the owner."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns c "
            "JOIN information_schema.tables t USING (table_schema, table_name) "
            "WHERE table_schema = 'public' AND table_type = 'BASE TABLE' "
            "AND data_type IN ('text', 'character varying', 'character', 'bytea', 'json', 'jsonb', 'ARRAY', 'date')"
        )
        columns = cursor.fetchall()
        assert len(columns) > 150
        values = []
        for table, column, kind in columns:
            shown = f'"{column}"' if kind == "bytea" else f'"{column}"::text'
            cursor.execute(f'SELECT {shown} FROM "{table}" WHERE "{column}" IS NOT NULL')
            for (value,) in cursor.fetchall():
                values.append((f"{table}.{column}", value.encode() if isinstance(value, str) else bytes(value)))
    return values


def read_values() -> list[tuple[str, bytes]]:
    """Every value of every model as the application reads it: what is encrypted is decrypted here."""
    values = []
    for model in apps.get_models():
        for row in model._base_manager.all():
            for field in model._meta.concrete_fields:
                values.append((f"{model.__name__}.{field.name}", str(getattr(row, field.attname)).encode()))
    return values


def hits(values) -> dict[str, set[str]]:
    wanted = {name: encodings(text) for name, text in {**WORDS, "name": NAME}.items()}
    wanted["born"] = {BORN.isoformat().encode()}
    found: dict[str, set[str]] = {}
    for place, value in values:
        for name, forms in wanted.items():
            if any(form in value for form in forms):
                found.setdefault(name, set()).add(place)
    return found


def fill(w) -> None:
    """A record with every canary in it, through the doors where they take it: a declined and a completed referral."""
    o = w.of
    with acting(w.actors["caseworker"]) as actor:
        Person.objects.filter(pk=o.person.pk).update(
            birth_date=BORN, gender=WORDS["gender"], contact_value=WORDS["contact"], contact_warning=WORDS["warning"],
            safe_phrase=WORDS["phrase"], caregiver=WORDS["caregiver"], contact_hours=WORDS["hours"],
            citizenships=["AF"],
        )  # fmt: skip
        PersonName.objects.filter(person=o.person).update(full_as_written=NAME, search_key=search_key(NAME))
        Consent.objects.filter(pk=o.consent.pk).update(
            representative=WORDS["representative"], evidence=WORDS["evidence"], data_classes=[1, 2, 3, 4]
        )
        Case.objects.filter(pk=o.case.pk).update(basis_note=WORDS["basis"])
        Need.objects.filter(pk=o.need.pk).update(description=WORDS["need"])
        Need.objects.filter(pk=o.secret_need.pk).update(description=WORDS["need2"])
        home = {"organisation": o.sender}
        Household(member_ids=[o.person.pk], head=o.person, created_at=NOON, **home).save(force_insert=True)
        for row in (
            PersonDocument(person=o.person, type="passport", number=WORDS["paper"], recorded_at=NOON, **home),
            ContactWay(person=o.person, channel="email", value=WORDS["way"], recorded_at=NOON, **home),
            Relation(person=o.person, kind="sibling", outsider=WORDS["relation"], recorded_at=NOON, **home),
            BestInterests(
                person=o.person, kind="bia", on=NOON.date(), decision="against", text=WORDS["interests"],
                recorded_by_id=actor.member_id, recorded_at=NOON, **home,
            ),
            CallEntry(case=o.case, channel="sms", said=WORDS["said"], risk_level="low", at=NOON, **home),
            IntakeDraft(
                person=o.person, member_id=actor.member_id, step="need", data={"need": {"x": [WORDS["draft"]]}},
                created_at=NOON, saved_at=NOON, **home,
            ),
        ):  # fmt: skip
            row.save(force_insert=True)
        task = add_task(o.case, actor=actor, at=NOON, text=WORDS["task"])
        finish_task(task.pk, actor=actor, at=NOON)
    refused = received(w, service=service(o.receiver, name="Full"), note=WORDS["note"])
    step(w, refused, "decline", "partner", hours=2, reason="other", text=WORDS["decline"])
    done = started(w, note=WORDS["note"])
    for by, text in (("caseworker", WORDS["sender"]), ("partner", WORDS["receiver"])):
        with acting(w.actors[by]) as actor:
            write_message(done.pk, actor=actor, at=NOON, text=text)
    step(w, done, "complete", "worker", hours=9, outcome="provided_full")
    with acting(w.actors["supervisor"]) as actor:
        DataRequest(
            reference="Q-AAAAAAAA", organisation=o.sender, person=o.person, person_reference=o.person.reference,
            kind="access", identity_check="known", note=WORDS["request"], answer=WORDS["answer"], state="answered",
            asked_by=w.members["caseworker"], received_at=NOON, due_at=NOON + timedelta(days=5), answered_at=NOON,
        ).save(force_insert=True)  # fmt: skip
        LegalHold(
            organisation=o.sender, person=o.person, reference="P", reason="complaint", note=WORDS["hold"],
            placed_by=w.members["supervisor"], placed_at=NOON, until=NOON.date(),
        ).save(force_insert=True)  # fmt: skip


def close(w, *, at=NOON) -> None:
    with acting(w.actors["supervisor"]) as actor:
        for need in Need.objects.filter(case=w.of.case):
            if need.status not in {"met", "unmet"}:
                settle_need(need.pk, actor=actor, at=at, status="met")
        move_case(
            w.of.case.pk, "close", actor=actor, at=at, reason="other", note=WORDS["closing"], told="no",
            told_note=WORDS["told"],
        )  # fmt: skip


def find() -> tuple[dict, dict]:
    with role("OWNER_DATABASE_URL"):
        return hits(raw_values()), hits(read_values())


@pytest.fixture
def filled(committed_world):
    fill(committed_world)
    close(committed_world)
    return committed_world


def test_after_erasure_no_column_of_any_table_holds_anything_of_the_person(filled, as_worker):
    raw, read = find()
    assert {"name", "born"} <= set(raw)  # the control: the search finds what is there
    assert set(read) == {*WORDS, "name", "born"}
    o = filled.of
    with as_worker():
        assert sweep(at=AFTER) == 1
        assert sweep(at=AFTER) == 0
    assert find() == ({}, {})
    with as_worker(), acting(SYSTEM):
        shell = Case.objects.get(pk=o.case.pk)
        assert (shell.erased_at, shell.status) == (AFTER, "closed")
        assert shell.reference != o.case.reference
        assert Person.objects.get(pk=o.person.pk).reference != o.person.reference
        figure = StatRow.objects.get()
        assert (figure.birth_band, figure.citizenship, figure.need_outcomes) == ("1985-1989", "AF", ["met", "met"])
        keys = {str(o.case.pk), str(o.person.pk), shell.reference}
        assert not keys & {str(getattr(figure, f.attname)) for f in StatRow._meta.concrete_fields}
        assert Retention.objects.get(case=o.case).outcome == "erased"
        assert not Grant.objects.filter(case=o.case, closed_at=None).exists()
        assert not Household.objects.filter(member_ids__contains=[o.person.pk]).exists()
        assert Event.objects.filter(kind="case.erased", about=o.case.pk).count() == 1
    for who in ("caseworker", "supervisor", "colleague"):
        with acting(filled.actors[who]) as actor:
            assert not Case.objects.visible_to(actor).exists()
            assert not Person.objects.visible_to(actor).exists()


def test_a_hold_keeps_a_record_and_ends_by_itself(filled, as_worker):
    with acting(filled.actors["supervisor"]):
        LegalHold.objects.update(until=AFTER.date())
    with as_worker():
        assert sweep(at=AFTER) == 0
        with acting(SYSTEM), pytest.raises(NotNow, match="held"):
            erase_case(filled.of.case.pk, actor=SYSTEM, at=AFTER, why="request")
        assert sweep(at=AFTER + timedelta(days=1)) == 1


def test_a_case_is_not_erased_before_its_date(filled, as_worker):
    with as_worker():
        assert sweep(at=NOON + timedelta(days=4 * 366)) == 0
    assert find()[1]


def test_a_case_opened_again_is_kept_whatever_the_stored_date_says(filled, as_worker):
    with as_worker(), acting(SYSTEM):
        Case.objects.filter(pk=filled.of.case.pk).update(status="active")
    with as_worker():
        assert sweep(at=AFTER) == 0
        with acting(SYSTEM), pytest.raises(NotNow, match="case_open"):
            erase_case(filled.of.case.pk, actor=SYSTEM, at=AFTER, why="request")
    assert find()[1]


def test_nobody_but_the_worker_erases(filled):
    for who in filled.actors.values():
        assert not who.may("case.erase")
        assert not who.may("person.erase")


def test_a_person_stays_as_long_as_another_case_does(filled, as_worker):
    second = opened(filled.actors["caseworker"], filled.of.person, caseworker=filled.members["caseworker"])
    with as_worker():
        assert sweep(at=AFTER) == 1
        with acting(SYSTEM):
            assert Person.objects.get().contact_value == WORDS["contact"]
            assert Case.objects.get(pk=second.pk).erased_at is None
            assert not Packet.objects.exists()


def test_a_receiver_that_works_on_a_case_of_its_own_keeps_what_it_was_sent(filled, as_worker):
    worker = member(filled.of.receiver, "caseworker", name="Own")
    with as_worker(), acting(SYSTEM):
        done = Referral.objects.get(state="completed")
        own = Case.objects.get(pk=filled.of.case.pk)
        own.pk, own.organisation, own.parent_referral_id = worker.pk, filled.of.receiver, done.pk
        own.reference, own.caseworker = "C-RECEIVER", worker
        own.status, own.closed_at, own.closure_reason = "active", None, ""
        own.save(force_insert=True)
    with as_worker():
        assert sweep(at=AFTER) == 1
        with acting(SYSTEM):
            assert set(Packet.objects.values_list("referral_id", flat=True)) == {done.pk}
            assert set(Grant.objects.filter(closed_at=None).values_list("referral_id", flat=True)) == {done.pk}
            Case.objects.filter(pk=own.pk).update(status="closed", closed_at=AFTER, closure_reason="moved")
            erase_case(own.pk, actor=SYSTEM, at=AFTER, why="retention")
            assert not Packet.objects.exists()


def test_the_worker_cannot_erase_what_was_said_of_a_record_that_is_kept(filled, as_worker):
    with as_worker(), acting(SYSTEM):
        ids = [str(pk) for pk in Referral.objects.values_list("pk", flat=True)]
        before = Packet.objects.count()
        with connection.cursor() as cursor:
            cursor.execute("SELECT waymark.erase_said(%s::uuid[], %s)", [ids, b"x"])
        assert Packet.objects.count() == before > 0


def test_the_web_cannot_call_what_erases(filled):
    with acting(filled.actors["supervisor"]), connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, has_function_privilege('waymark_app', oid, 'EXECUTE') FROM pg_proc "
            "WHERE proname IN ('erase_said', 'forget_declined', 'forget_trail')"
        )
        assert sorted(cursor.fetchall()) == [("erase_said", False), ("forget_declined", False), ("forget_trail", False)]
