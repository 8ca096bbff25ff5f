"""The pages where administrators add questions, and where caseworkers answer them; all without script."""

from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse

from cases.actions.extensions import draft_form, load_fields, write_field
from cases.extensions.definition import Condition, Field
from cases.extensions.xlsform_reading import read
from cases.models import AnswerIndex, Answers, Form, Need, Person
from core.actors import acting
from core.models import Event, Reading
from tests.cases.test_extensions import ARRIVED, DEBT, SCAR, publish
from tests.cases.test_xlsform import HEADS, book
from tests.world import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_(world, settings):
    """`as_("admin")` is that person's browser."""
    settings.REQUIRE_SECOND_FACTOR = False

    def browser(short: str) -> Client:
        client = Client()
        client.force_login(world.members[short].user, "allauth.account.auth_backends.AuthenticationBackend")
        return client

    return browser


QUESTION = {
    "label_en": "How did the person arrive?",
    "label_ru": "Как человек приехал?",
    "kind": "choice",
    "field_class": "2",
    "options": "bus | By bus | Автобусом | Аўтобусам\nfoot | On foot",
    "listed": "on",
    "if_field": "",
    "if_operator": "equals",
    "revision": "1",
}


def test_an_administrator_makes_a_form_from_nothing_to_published(world, as_):
    admin = as_("admin")
    assert "Add questions" in admin.get(reverse("cases:forms")).text
    begun = admin.post(reverse("cases:draft_form", args=["own", "person"]))
    with acting(world.actors["admin"]):
        form = Form.objects.get()
    assert begun["Location"] == reverse("cases:form", args=[form.pk])
    assert admin.post(reverse("cases:add_field", args=[form.pk]), QUESTION).status_code == 302
    asked = {"label_en": "Why on foot?", "kind": "text", "field_class": "3", "if_field": "how_did_the_person_arrive",
             "if_operator": "equals", "if_value": "foot", "required": "on", "revision": "2"}  # fmt: skip
    assert admin.post(reverse("cases:add_field", args=[form.pk]), asked).status_code == 302
    page = admin.get(reverse("cases:form", args=[form.pk])).text
    assert "Only if “How did the person arrive?” is: On foot." in page
    assert "The question is not translated into: be." in page
    assert admin.post(reverse("cases:change_field", args=[form.pk, "why_on_foot", "up"])).status_code == 302
    assert admin.post(reverse("cases:form_step", args=[form.pk, "publish"]))["Location"] == reverse("cases:forms")
    with acting(world.actors["admin"]):
        form.refresh_from_db()
        assert [one.code for one in form.fields] == ["why_on_foot", "how_did_the_person_arrive"]
        assert form.in_use
    with acting(world.actors["officer"]):
        assert Event.objects.filter(kind="form.published", about=form.pk).count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"label_en": "", "label_ru": "", "code": "arrived"}, "label_en"),
        ({"code": "Was he?"}, "code"),
        ({"code": "debt"}, "code"),
        ({"options": ""}, "options"),
        ({"options": "bus | A\nbus | B"}, "options"),
        ({"options": "bus"}, "options"),
        ({"label_en": "a\u202eb"}, "label_en"),
        ({"field_class": "4"}, "listed"),
        ({"if_field": "debt", "if_operator": "equals", "if_value": "much"}, "if_value"),
        ({"kind": "number", "options": "", "minimum": "9", "maximum": "1", "listed": ""}, "maximum"),
    ],
)
def test_a_question_with_a_fault_is_shown_with_its_fault_and_keeps_what_was_typed(world, as_, wrong, field):
    with acting(world.actors["admin"]) as actor:
        form = draft_form(actor=actor, at=NOON, subject="person", scope="own")
        write_field(form.pk, actor=actor, at=NOON, field=DEBT)
    page = as_("admin").post(reverse("cases:add_field", args=[form.pk]), QUESTION | {"revision": "2"} | wrong)
    assert page.status_code == 422
    assert field in page.context["page"].errors, page.context["page"].errors
    assert wrong.get("label_ru", "Как человек приехал?") in page.text


def test_the_second_of_two_who_change_a_form_sees_it_and_loses_nothing(world, as_):
    with acting(world.actors["admin"]) as actor:
        form = draft_form(actor=actor, at=NOON, subject="person", scope="own")
        write_field(form.pk, actor=actor, at=NOON, field=DEBT)
    admin, url = as_("admin"), reverse("cases:add_field", args=[form.pk])
    page = admin.post(url, QUESTION)  # began at revision 1
    assert page.status_code == 409
    assert "Somebody changed this form meanwhile" in page.text
    assert "Как человек приехал?" in page.text
    assert 'name="revision" value="2"' in page.text
    assert admin.post(url, QUESTION | {"revision": "2"}).status_code == 302


def test_html_in_words_is_shown_as_it_was_written(world, as_):
    bold = Field("bold", "yes_no", {"en": "<b>Bold</b> & <script>alert(1)</script>?"}, field_class=2)
    publish(world, [bold], subject="need")
    page = as_("caseworker").get(reverse("cases:need", args=[world.of.case.pk])).text
    assert "&lt;b&gt;Bold&lt;/b&gt; &amp; &lt;script&gt;" in page
    assert "<script>alert" not in page


def test_a_preview_checks_and_keeps_nothing(world, as_):
    form = publish(world, [DEBT])
    url = reverse("cases:preview_form", args=[form.pk])
    admin = as_("admin")
    assert admin.get(url).status_code == 200
    assert "This question needs an answer." in admin.post(url, {}).text
    assert "These answers would be accepted" in admin.post(url, {"extra_own_debt": "3"}).text
    with acting(world.actors["admin"]):
        assert not Answers.objects.exists()


def test_a_form_with_a_problem_is_not_published_and_says_why(world, as_):
    with acting(world.actors["admin"]) as actor:
        form = load_fields(actor=actor, at=NOON, subject="person", scope="own", fields=[ARRIVED, DEBT])
        hanging = Field("why", "text", {"en": "Why"}, shown_if=Condition("arrived", "equals", "foot"))
        write_field(form.pk, actor=actor, at=NOON, field=hanging)
    admin = as_("admin")
    admin.post(reverse("cases:change_field", args=[form.pk, "arrived", "drop"]))
    page = admin.post(reverse("cases:form_step", args=[form.pk, "publish"]))
    assert page.status_code == 422
    assert "There is no question with the code arrived." in page.text


def test_nobody_opens_the_forms_of_others(world, as_):
    form = publish(world, [DEBT])
    for short, status in (("caseworker", 403), ("supervisor", 403), ("coordinator", 404), ("stranger", 403)):
        assert as_(short).get(reverse("cases:form", args=[form.pk])).status_code == status, short
    assert as_("coordinator").post(reverse("cases:draft_form", args=["own", "person"])).status_code == 403


NEED = {"category": "legal", "priority": "routine", "description": "", "stay": "1"}


def test_a_need_is_recorded_with_its_answers_and_shown_on_the_case(world, as_):
    if_foot = Field(
        "why", "text", {"en": "Why on foot?"}, required=True, shown_if=Condition("arrived", "equals", "foot")
    )
    publish(world, [ARRIVED, if_foot], subject="need")
    worker, url = as_("caseworker"), reverse("cases:need", args=[world.of.case.pk])
    page = worker.get(url).text
    assert "Only if “How did the person arrive?” is: On foot." in page  # without a script the condition stands there
    assert 'data-wm-when="{&quot;name&quot;: &quot;extra_own_arrived&quot;' in page
    page = worker.post(url, NEED | {"extra_own_arrived": "foot"})
    assert set(page.context["form"].errors) == {"extra_own_why"}
    page = worker.post(url, NEED | {"extra_own_arrived": "bus", "extra_own_why": "No bus"})
    assert set(page.context["form"].errors) == {"extra_own_why"}
    assert "No bus" in page.text
    with acting(world.actors["caseworker"]):
        assert Need.objects.count() == 2
    assert worker.post(url, NEED | {"extra_own_arrived": "foot", "extra_own_why": "No bus"}).status_code == 302
    fragment = reverse("cases:answers_of_case", args=[world.of.case.pk])
    assert fragment in worker.get(reverse("cases:detail", args=[world.of.case.pk])).text
    for headers in ({}, {"HX-Request": "true"}):
        text = worker.get(fragment, headers=headers).text
        assert "On foot" in text
        assert "No bus" in text
    with acting(world.actors["caseworker"]):
        assert AnswerIndex.objects.get().choice == "foot"


def test_a_person_is_registered_with_its_answers_in_one_step_or_not_at_all(world, as_):
    publish(world, [DEBT])
    publish(world, [ARRIVED], by="coordinator", scope="network")
    worker = as_("caseworker")
    worker.post(reverse("cases:new"), {"q": "Zahra"})
    address = worker.post(reverse("cases:register"), {"words": "Zahra"})["Location"]
    person = {"name_1": "Zahra Karimi", "contact_channel": "in_person"}
    page = worker.post(address, person)
    assert set(page.context["form"].errors) == {"extra_own_debt"}
    with acting(world.actors["caseworker"]):
        assert Person.objects.count() == 1
    sent = person | {"extra_own_debt": "1 200,50", "extra_network_arrived": "bus"}
    safety = worker.post(worker.post(address, sent)["Location"], {"go": "skip"})["Location"]
    chosen = {"risk_level": "low", "entry_point": "walk_in", "consent_basis": "consent"}
    assert worker.post(worker.post(safety, chosen)["Location"], {"go": "skip"}).status_code == 302
    with acting(world.actors["caseworker"]):
        assert sorted(map(str, (row.document for row in Answers.objects.all()))) == [
            "{'arrived': 'bus'}",
            "{'debt': 1200.5}",
        ]


def test_answers_are_changed_later_and_reading_them_leaves_a_trail(world, as_):
    publish(world, [ARRIVED, SCAR])
    worker, url = as_("caseworker"), reverse("cases:answers", args=["person", world.of.person.pk])
    sent = {"extra_own_arrived": "foot", "extra_own_scar": "left hand", "seen": worker.get(url).context["seen"]}
    assert worker.post(url, sent).status_code == 302
    page = worker.get(url).text
    assert "left hand" in page
    colleague = as_("colleague").get(url).text
    assert "On foot" in colleague
    assert "left hand" not in colleague
    assert "extra_own_scar" not in colleague
    with acting(world.actors["officer"]):
        readers = set(Reading.objects.filter(about=world.of.person.pk, field_class=4).values_list("user_id", flat=True))
        assert readers == {world.actors["caseworker"].user_id}
        assert Event.objects.filter(kind="answers.changed", about=world.of.person.pk).count() == 1
    for short, status in (("other_team", 404), ("stranger", 404), ("admin", 403), ("officer", 403)):
        assert as_(short).get(url).status_code == status, short


def test_the_second_of_two_who_answer_at_once_sees_both_and_loses_nothing(world, as_):
    publish(world, [ARRIVED, DEBT])
    url = reverse("cases:answers", args=["person", world.of.person.pk])
    first, second = as_("caseworker"), as_("colleague")
    seen = second.get(url).context["seen"]
    assert first.post(url, {"extra_own_arrived": "foot", "extra_own_debt": "1", "seen": seen}).status_code == 302
    page = second.post(url, {"extra_own_arrived": "bus", "extra_own_debt": "77", "seen": seen})
    assert page.status_code == 409
    assert "As your colleague saved it" in page.text
    assert "On foot" in page.text
    assert 'value="77"' in page.text
    again = {"extra_own_arrived": "bus", "extra_own_debt": "77", "seen": page.context["seen"]}
    assert second.post(url, again).status_code == 302


def test_the_answers_of_a_case_cost_the_same_however_many_there_are(world, as_, queries):
    publish(world, [ARRIVED, DEBT], subject="need")
    worker, url = as_("caseworker"), reverse("cases:answers_of_case", args=[world.of.case.pk])

    def count() -> int:
        with queries() as seen:
            assert worker.get(url, headers={"HX-Request": "true"}).status_code == 200
        return len(seen)

    add = reverse("cases:need", args=[world.of.case.pk])
    worker.post(add, NEED | {"extra_own_arrived": "foot", "extra_own_debt": "1"})
    first = count()
    for _ in range(4):
        worker.post(add, NEED | {"extra_own_arrived": "bus", "extra_own_debt": "2"})
    assert count() <= first + 4  # one line of the reading trail for each need with sensitive answers


def test_a_note_keeps_its_answers(world, as_):
    publish(world, [DEBT], subject="note")
    worker, url = as_("caseworker"), reverse("cases:note", args=[world.of.case.pk])
    note = {"kind": "phone", "text": "Called", "field_class": "2"}
    kinds = [code for code, _words in worker.get(url).context["form"].fields["kind"].choices]
    page = worker.post(url, note | {"kind": kinds[0]})
    assert set(page.context["form"].errors) == {"extra_own_debt"}
    assert worker.post(url, note | {"kind": kinds[0], "extra_own_debt": "4321"}).status_code == 302
    assert "4321" in worker.get(reverse("cases:records", args=[world.of.case.pk])).text


def test_a_form_goes_out_and_in_again(world, as_):
    form = publish(world, [ARRIVED, DEBT])
    admin = as_("admin")
    answer = admin.get(reverse("cases:export_form", args=[form.pk]))
    assert answer["Content-Disposition"] == 'attachment; filename="waymark_person_1.xlsx"'
    assert read(BytesIO(answer.content)) == [ARRIVED, DEBT]
    upload = BytesIO(answer.content)
    upload.name = "form.xlsx"
    loaded = admin.post(reverse("cases:load_form", args=["own", "need"]), {"file": upload})
    with acting(world.actors["admin"]):
        draft = Form.objects.get(subject="need")
    assert loaded["Location"] == reverse("cases:form", args=[draft.pk])
    assert draft.fields == [ARRIVED, DEBT]


def test_a_file_that_is_not_understood_is_explained_and_changes_nothing(world, as_):
    upload = BytesIO(book([HEADS, ["text", "first", "First"], ["geopoint", "where", "Where"]]))
    upload.name = "form.xlsx"
    admin, url = as_("admin"), reverse("cases:load_form", args=["own", "person"])
    page = admin.post(url, {"file": upload})
    assert page.status_code == 422
    assert "geopoint: this type of question is not known here." in page.text
    broken = BytesIO(b"no workbook")
    broken.name = "form.xlsx"
    assert admin.post(url, {"file": broken}).status_code == 422
    assert admin.post(url, {}).status_code == 422
    with acting(world.actors["admin"]):
        assert not Form.objects.exists()
