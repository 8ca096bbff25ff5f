"""Whom a service takes: the evaluator, what contradicts, the door and the page."""

import dataclasses

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.actions import Incomplete
from core.actors import acting
from core.codelists import codes, label
from core.models import User
from partners import actions
from partners.conditions import conditions_of, finding_words, lines
from partners.eligibility import HOUSEHOLDS, RULES, Conditions, Facts, contradictions, evaluate
from partners.forms_eligibility import EligibilityForm
from partners.models import Service
from partners.models.services import ASKED
from tests.partners.conftest import AT

WOMAN = Facts(
    age=27, sex="female", migration_status="irregular", citizenships=frozenset({"AF"}), languages=frozenset({"prs"}),
    areas=frozenset({"BY-MI-01", "BY-MI"}), documents=frozenset({"passport"}), household="single",
)  # fmt: skip
STRICT = frozenset()  # nothing is soft


def some(codes_, **more):
    return st.frozensets(st.sampled_from(codes_), max_size=3, **more)


conditions_ = st.builds(
    Conditions,
    minimum_age=st.none() | st.integers(0, 90),
    maximum_age=st.none() | st.integers(0, 90),
    sexes=some(["female", "male", "other"]),
    migration_statuses=some(ASKED["migration_statuses"]),
    citizenships=some(["AF", "BY", "UA"]),
    residence_areas=some(["BY-MI", "BY-BR", "BY-MI-01"]),
    document_types=some(ASKED["document_types"]),
    household_types=some(HOUSEHOLDS),
    languages=some(["prs", "rus"]),
    interpreter=st.booleans(),
    interpreter_languages=some(["prs", "ara"]),
    covers=some(["BY-MI", "BY-BR"]),
    soft=st.frozensets(st.sampled_from(RULES)),
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(conditions_)
def test_of_whom_nothing_is_known_nobody_is_excluded(conditions):
    fit = evaluate(Facts(), conditions)
    assert not fit.excluded
    assert all(finding.fits is None for finding in fit.findings if finding.code != "language_interpreter")


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(conditions_)
def test_a_soft_rule_never_excludes_and_a_hard_one_does(conditions):
    soft = evaluate(WOMAN, dataclasses.replace(conditions, soft=frozenset(RULES)))
    hard = evaluate(WOMAN, dataclasses.replace(conditions, soft=STRICT))
    assert not soft.excluded
    assert hard.excluded == bool(soft.failed_soft)
    assert 0 <= soft.share <= 1


@pytest.mark.parametrize(
    ("conditions", "code"),
    [
        (Conditions(minimum_age=28), "age_below"),
        (Conditions(maximum_age=26), "age_above"),
        (Conditions(minimum_age=27, maximum_age=27), "age_fits"),
        (Conditions(sexes=frozenset({"male"})), "sex_fails"),
        (Conditions(migration_statuses=frozenset({"refugee"})), "migration_status_fails"),
        (Conditions(citizenships=frozenset({"UA"})), "citizenship_fails"),
        (Conditions(residence_areas=frozenset({"BY-BR"})), "residence_fails"),
        (Conditions(residence_areas=frozenset({"BY-MI"})), "residence_fits"),
        (Conditions(document_types=frozenset({"visa"})), "documents_unknown"),
        (Conditions(document_types=frozenset({"visa", "passport"})), "documents_fits"),
        (Conditions(household_types=frozenset({"family_with_children"})), "household_fails"),
        (Conditions(languages=frozenset({"rus"})), "language_fails"),
        (Conditions(languages=frozenset({"rus"}), interpreter=True), "language_interpreter"),
        (
            Conditions(interpreter=True, interpreter_languages=frozenset({"prs", "ara"})),
            "language_interpreter",
        ),
        (Conditions(interpreter=True, interpreter_languages=frozenset({"ara"})), "language_fails"),
        (Conditions(interpreter_languages=frozenset({"prs"}), languages=frozenset({"rus"})), "language_fails"),
        (Conditions(covers=frozenset({"BY-BR"})), "area_fails"),
    ],
)
def test_each_rule_says_what_it_found(conditions, code):
    (finding,) = evaluate(WOMAN, conditions).findings
    assert finding.code == code
    for language in ("en", "ru", "be"):
        assert label("eligibility_finding", code, language) != code
        with translation.override(language):
            assert finding_words(finding)


def test_an_interpreter_of_named_languages_is_said_with_the_shared_one():
    asks = Conditions(interpreter=True, interpreter_languages=frozenset({"prs", "ara"}))
    (finding,) = evaluate(WOMAN, asks).findings
    assert finding_words(finding) == "An interpreter can be booked: Dari"
    (finding,) = evaluate(WOMAN, Conditions(interpreter=True)).findings
    assert finding_words(finding) == "An interpreter can be booked"
    (finding,) = evaluate(Facts(), asks).findings
    assert finding.fits is None, "whether the named languages help is a question to ask"


def test_only_who_is_known_to_have_no_papers_does_not_fit_a_rule_about_papers():
    asks = Conditions(document_types=frozenset({"passport"}))
    without = dataclasses.replace(WOMAN, documents=frozenset())
    assert not evaluate(without, asks).excluded
    assert evaluate(dataclasses.replace(without, no_documents=True), asks).excluded


def test_every_finding_and_contradiction_has_words():
    assert set(codes("eligibility_rule")) == set(RULES)
    assert set(codes("household_type")) == set(HOUSEHOLDS)
    seen = {finding.code for finding in evaluate(WOMAN, Conditions(minimum_age=1, sexes=frozenset({"male"}))).findings}
    assert seen <= set(codes("eligibility_finding"))


@pytest.mark.parametrize(
    ("facts", "field", "code"),
    [
        ({"minimum_age": 30, "maximum_age": 18}, "maximum_age", "ages_reversed"),
        ({"minimum_age": 200}, "minimum_age", "age_too_high"),
        ({"minimum_age": 18, "household_types": ["unaccompanied_child"]}, "household_types", "child_and_adult"),
        ({"sexes": ["unknown"]}, "sexes", "asks_for_unknown"),
        ({"migration_statuses": ["refugee", "not_asked"]}, "migration_statuses", "asks_for_unknown"),
        ({"migration_statuses": ["stateless"], "citizenships": ["AF"]}, "citizenships", "citizen_and_stateless"),
        ({"residence_areas": ["BY-BR"], "areas": ["BY-MI"]}, "residence_areas", "residence_not_covered"),
        ({"soft_rules": ["height"]}, "soft_rules", "unknown_rule"),
    ],
)
@pytest.mark.django_db
def test_rules_that_contradict_are_refused_with_the_field(desk, facts, field, code):
    Service.objects.filter(pk=desk.service.pk).update(covers_country=False)
    with acting(desk.admin), pytest.raises(Incomplete) as refusal:
        actions.edit_service(desk.service.pk, actor=desk.admin, at=AT, **facts)
    assert refusal.value.fields == {field: [label("eligibility_contradiction", code)]}
    assert Service.objects.get(pk=desk.service.pk).version == 1


@pytest.mark.django_db
def test_a_district_of_a_covered_oblast_is_no_contradiction(desk):
    with acting(desk.admin):
        found = actions.edit_service(
            desk.service.pk, actor=desk.admin, at=AT, covers_country=False, areas=["BY-MI"],
            residence_areas=["BY-MI-01", "BY-MI-01"],
        )  # fmt: skip
    assert found.residence_areas == ["BY-MI-01"]
    assert contradictions(conditions_of(found), parents={"BY-MI-01": "BY-MI"}) == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("citizenships", ["XX"]), ("residence_areas", ["BY-XX"]), ("document_types", ["library_card"]),
        ("household_types", ["tribe"]), ("sexes", ["f"]),
    ],
)  # fmt: skip
@pytest.mark.django_db
def test_a_code_outside_its_list_is_refused_by_the_door_and_by_the_database(desk, field, value):
    with acting(desk.admin), pytest.raises(Incomplete) as refusal:
        actions.edit_service(desk.service.pk, actor=desk.admin, at=AT, **{field: value})
    assert set(refusal.value.fields) == {field}
    if field in ASKED:
        with pytest.raises(IntegrityError), transaction.atomic():
            Service.objects.filter(pk=desk.service.pk).update(**{field: value})


@pytest.fixture
def admin(desk, settings):
    settings.REQUIRE_SECOND_FACTOR = False
    client = Client()
    user = User.objects.get(pk=desk.admin.user_id)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def page(service):
    return reverse("partners:eligibility", args=[service.pk])


@pytest.mark.django_db
def test_the_page_shows_and_keeps_the_conditions(desk, admin):
    assert admin.get(page(desk.service)).status_code == 200
    answer = admin.post(
        page(desk.service),
        {
            "minimum_age": "18", "maximum_age": "35", "sexes": ["female"], "citizenships": ["AF", "SY"],
            "document_types": ["passport"], "hard_rules": ["age", "sex", "language"],
        },
    )  # fmt: skip
    assert answer.status_code == 302
    found = Service.objects.get(pk=desk.service.pk)
    assert (found.minimum_age, found.maximum_age, found.sexes, found.citizenships) == (18, 35, ["female"], ["AF", "SY"])
    assert set(RULES) - set(found.soft_rules) == {"age", "sex", "language"}
    assert [(line["rule"], line["value"], line["hard"]) for line in lines(found)] == [
        ("age", "18 to 35 years", True),
        ("sex", "Female", True),
        ("citizenship", "Afghanistan, Syria", False),
        ("documents", "Passport", False),
    ]
    form = EligibilityForm(service=found)
    assert form["hard_rules"].initial == ["age", "sex", "language"]


@pytest.mark.django_db
def test_the_page_names_the_field_that_contradicts(desk, admin):
    answer = admin.post(page(desk.service), {"minimum_age": "40", "maximum_age": "20"})
    assert answer.status_code == 422
    assert "The highest age is below the lowest age." in answer.content.decode()


@pytest.mark.django_db
def test_another_organisations_service_has_no_such_page(desk, admin):
    assert admin.get(page(desk.theirs)).status_code == 404
    assert admin.post(page(desk.theirs), {"minimum_age": "40"}).status_code == 404
