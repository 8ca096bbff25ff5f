"""A household over the API: an own referral for each person, what is missing by its code, and nothing for others."""

from tests.referral.test_together import family


def test_a_sheet_sends_one_referral_a_person_and_says_what_the_others_lack(world, signed_in):
    his = family(world, agrees=False)
    sender = signed_in("caseworker")
    body = {
        "needs": [str(world.of.need.pk), str(his.pk)],
        "service": str(world.of.service.pk),
        "urgency": "urgent",
        "note": "The employer keeps the papers of all of them.",
    }
    sent = sender.post("batches/", body)
    assert sent.status_code == 201, sent.content
    rows = {row["need"]: row for row in sent.json()["rows"]}
    mine, other = rows[str(world.of.need.pk)], rows[str(his.pk)]
    assert (mine["state"], mine["refusal"], other["state"], other["referral"]) == ("sent", "", "refused", None)
    assert other["refusal"] == "consent_missing"
    assert sender.get(f"referrals/{mine['referral']}/").json()["state"] == "sent"
    (listed,) = sender.get("batches/").json()["results"]
    assert listed == sent.json() == sender.get(f"batches/{listed['id']}/").json()
    partner = signed_in("partner_supervisor")
    assert partner.get(f"batches/{listed['id']}/").status_code == 404
    assert partner.get("batches/").json()["results"] == []


def test_a_need_that_is_hidden_is_like_one_that_is_missing(world, signed_in):
    body = {"needs": [str(world.of.need.pk)], "urgency": "urgent", "note": "Reason"}
    for who, status in (("stranger", {403, 422}), ("caseworker", {422})):
        needs = body["needs"] if who == "stranger" else ["00000000-0000-4000-8000-000000000000"]
        answer = signed_in(who).post("batches/", body | {"needs": needs})
        assert answer.status_code in status, answer.content
    named = signed_in("caseworker").post("batches/", body | {"note": "Амина waits"})
    assert (named.status_code, list(named.json()["errors"])) == (422, ["note"])
