"""The referral form on paper: three languages, every script, and never more than its reader may read."""

import io
import re

import pytest
from pypdf import PdfReader

from core.actors import acting
from core.models import Reading
from tests import world as worlds
from tests.referral.steps import accepted, drafted, received, sent, started, step

pytestmark = pytest.mark.django_db
SECRETS = ("Амина", "Хайдари", "+375290000000", "1999", "Только до обеда")
TITLES = {"en": "Inter-agency referral form", "ru": "Межведомственное направление", "be": "Міжведамаснае накіраванне"}


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.REQUIRE_SECOND_FACTOR = False


def words(content: bytes) -> str:
    """Return the text of a PDF without the watermark's order: blanks folded."""
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return re.sub(r"\s+", " ", text)


def asked(client, world, by, referral, language="en"):
    client.force_login(world.members[by].user, "allauth.account.auth_backends.AuthenticationBackend")
    return client.get(f"/referrals/{referral.pk}/form/{language}/")


def form(client, world, by, referral, language="en") -> str:
    response = asked(client, world, by, referral, language)
    assert response.status_code == 200, response.content[:500]
    return words(response.content)


@pytest.mark.parametrize("language", ["en", "ru", "be"])
def test_the_form_is_in_three_languages(world, client, language):
    text = form(client, world, "caseworker", sent(world), language)
    assert TITLES[language] in text
    assert "Амина Хайдари" in text
    assert "Receiver partner" in text
    for other in set(TITLES) - {language}:
        assert TITLES[other] not in text


def test_the_minimum_content_stands_on_it(world, client):
    """Of DOMAIN 4.1; each line is asked by its label and its value."""
    referral = started(world)
    text = form(client, world, "caseworker", referral)
    expected = [
        referral.reference, "Urgency Urgent", "Referring organisation", "Sender agency", "Caseworker",
        "Receiving organisation", "Receiver partner", "Contact person Worker", "Case code C-", "Name Амина Хайдари",
        "Sex and age Female, 25-59", "Birth date", "Citizenship", "Language and interpreter Dari; interpreter needed",
        "Safe contact and what to avoid Phone call, +375290000000, Только до обеда", "Caregiver of a child",
        "Employer keeps the passport", "Kind of need Legal aid", "Legal advice", "I agree that",
        "Signature of the person", "Delivered In the system",
        "Receipt and answer", "× Accepted", "First contact", "Feedback", "Outcome",
    ]  # fmt: skip
    missing = [line for line in expected if line not in text]
    assert missing == ["Outcome"]  # nothing came of it yet
    ended = step(world, referral, "complete", "partner", hours=5, outcome="provided_full")
    assert "Outcome Service provided in full" in form(client, world, "caseworker", ended)


def test_the_receivers_form_holds_no_identity_before_it_accepts(world, client):
    referral = received(world)
    before = form(client, world, "partner", referral)
    assert not [secret for secret in SECRETS if secret in before]
    assert "Name Opens when the partner accepts" in before
    assert "Birth date Not shared" in before
    step(world, referral, "accept", "partner", hours=2, worker=world.members["worker"].pk)
    after = form(client, world, "partner", referral)
    assert "Name Амина Хайдари" in after
    assert "+375290000000" in after


def test_after_a_decline_nothing_is_left_on_it(world, client):
    referral = step(world, received(world), "decline", "partner", hours=2, reason="duplicate")
    text = form(client, world, "partner", referral)
    assert not [secret for secret in (*SECRETS, "Employer keeps", "Female") if secret in text]
    assert "× Declined" in text
    assert "Reason Duplicate referral" in text


def test_the_sender_sees_what_the_partner_reads_only_later(world, client):
    referral = received(world)
    assert "Name * Амина Хайдари" in form(client, world, "caseworker", referral)
    step(world, referral, "accept", "partner", hours=2, worker=world.members["worker"].pk)
    assert "Name Амина Хайдари" in form(client, world, "caseworker", referral)


def test_a_draft_says_that_it_was_not_sent(world, client):
    assert "Not sent yet" in form(client, world, "caseworker", drafted(world))


def test_file_name_and_properties_say_nothing_about_the_person(world, client):
    referral = accepted(world)
    response = asked(client, world, "caseworker", referral, "ru")
    assert re.fullmatch(r'attachment; filename="referral-form-[0-9a-f]{8}\.pdf"', response["Content-Disposition"])
    assert (response["Content-Type"], response["Cache-Control"]) == ("application/pdf", "no-store")
    reader = PdfReader(io.BytesIO(response.content))
    told = f"{dict(reader.metadata)} {reader.xmp_metadata.stream.get_data().decode()}"
    assert reader.metadata.title == TITLES["ru"]
    for secret in ("Амина", "Хайдари", "+375290000000", "1999-03-08", referral.reference, world.of.case.reference):
        assert secret not in told


def test_it_is_noted_who_took_it(world, client):
    referral = received(world)
    asked(client, world, "caseworker", referral)
    asked(client, world, "stranger", referral)
    with acting(world.actors["officer"]) as actor:
        found = list(Reading.objects.visible_to(actor).values_list("subject", "about", "member_id"))
    assert found == [("referral_form", referral.pk, world.members["caseworker"].pk)]


@pytest.mark.parametrize(("by", "status"), [("stranger", 404), ("coordinator", 404), ("admin", 404), ("worker", 404)])
def test_who_is_on_neither_side_gets_nothing(world, client, by, status):
    assert asked(client, world, by, received(world)).status_code == status


def test_another_language_is_no_address(world, client):
    assert asked(client, world, "caseworker", received(world), "xx").status_code == 404


def test_the_page_offers_both_copies_to_both_sides(world, client):
    referral = received(world)
    for by in ("caseworker", "partner"):
        client.force_login(world.members[by].user, "allauth.account.auth_backends.AuthenticationBackend")
        page = client.get(f"/referrals/{referral.pk}/").content.decode()
        for copy in ("form/en/", "form/ru/", "form/be/", "fhir/"):
            assert f'href="/referrals/{referral.pk}/{copy}"' in page
    client.force_login(world.members["coordinator"].user, "allauth.account.auth_backends.AuthenticationBackend")
    assert "/form/en/" not in client.get(f"/referrals/{referral.pk}/").content.decode()


def test_names_in_every_script_stand_on_it_each_on_its_own_line(world, client):
    mine = world.actors["caseworker"]
    person = worlds.person(mine, name="زهرا کریمی")
    consent = worlds.consent(mine, person, world.of.receiver)
    who = {"team": world.of.team, "caseworker": world.members["caseworker"]}
    need = worlds.need(mine, worlds.case(mine, person, **who))
    response = asked(client, world, "caseworker", sent(world, need=need, consent=consent), "be")
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in PdfReader(io.BytesIO(response.content)).pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert any("Arabic" in name for name in fonts)
    assert not any("LastResort" in name for name in fonts)


def test_what_looks_like_markup_is_printed_as_it_was_written(world, client):
    text = '#read("/etc/passwd") *bold* $x$'
    assert text in form(client, world, "caseworker", sent(world, note=text))
