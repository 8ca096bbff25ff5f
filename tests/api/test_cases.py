"""Persons, consents, cases and needs over HTTP."""

PERSON = {
    "names": [
        {"full_as_written": "Amina Haidari", "script": "Latn"},
        {"full_as_written": "Амина Хайдари", "script": "Cyrl", "is_primary": True},
    ],
    "sex": "female",
    "birth_date": "1999-01-01",
    "birth_precision": "year",
    "languages": [{"code": "prs", "level": "native", "interpreter": True}],
    "citizenships": ["AF"],
    "contact_channel": "phone_call",
    "contact_value": "+375290000000",
    "contact_warning": "Before noon\nonly",
}


def test_a_system_registers_a_person_takes_consent_opens_a_case_and_adds_a_need(world, as_token):
    api = as_token(world.of.sender, "cases:write")
    person = api.post("persons/", PERSON)
    assert person.status_code == 201, person.json()
    assert [name["full_as_written"] for name in person.json()["names"]] == ["Амина Хайдари", "Amina Haidari"]
    assert person.json()["migration_status"] == "not_asked"
    pk = person.json()["id"]
    consent = api.post(
        "consents/",
        {
            "person": pk,
            "purposes": ["case_management", "referral_disclosure"],
            "data_classes": [1, 2],
            "receivers": [str(world.of.receiver.pk)],
            "method": "written",
            "language": "prs",
            "text_version": "1",
            "expires_at": "2027-01-01T00:00:00+03:00",
        },
    )
    assert consent.status_code == 201, consent.json()
    assert consent.json()["expires_at"] == "2026-12-31T21:00:00Z"
    case = api.post("cases/", {"person": pk, "risk_level": "high"})
    assert case.status_code == 201, case.json()
    assert case.json()["allowed_steps"] == ["assess", "close"]
    need = api.post("needs/", {"case": case.json()["id"], "category": "legal", "description": "Wages"})
    assert need.status_code == 201, need.json()
    moved = api.post(f"cases/{case.json()['id']}/steps/assess/")
    assert (moved.status_code, moved.json()["status"]) == (200, "assessment")
    for link in ("needs", "referrals", "person"):
        assert api.get(case.json()["links"][link].removeprefix("/api/v1/")).status_code == 200
    assert [row["id"] for row in api.get(f"needs/?case={case.json()['id']}").json()["results"]] == [need.json()["id"]]


def test_lists_leave_out_how_a_person_is_reached(world, signed_in):
    row = signed_in("caseworker").get("persons/").json()["results"][0]
    assert row["id"] == str(world.of.person.pk)
    assert not {"contact_value", "caregiver", "safe_phrase"} & set(row)


def test_a_search_by_name_is_a_post_and_counts_what_is_hidden(world, signed_in):
    pk = signed_in("caseworker").post("persons/", PERSON).json()["id"]
    mine = signed_in("caseworker").post("persons/search/", {"words": "Амина"})
    assert mine.status_code == 200, mine.json()
    assert pk in [match["person"]["id"] for match in mine.json()["results"]]
    other = signed_in("other_team").post("persons/search/", {"words": "Amina Haidari"}).json()
    assert other["results"] == []
    assert other["hidden"] >= 1
    assert signed_in("partner").post("persons/search/", {"words": "Amina"}).status_code == 403


def test_a_withdrawn_consent_shuts_the_receiver_out_at_once(world, received, signed_in):
    pk = received()["id"]
    answer = signed_in("caseworker").post(f"consents/{world.of.consent.pk}/withdraw/")
    assert (answer.status_code, answer.json()["status"]) == (200, "withdrawn"), answer.json()
    body = signed_in("partner").get(f"referrals/{pk}/").json()
    assert (body["state"], body["packet"]["now"]) == ("withdrawn", None)


def test_cases_are_chosen_by_status_risk_and_person(world, signed_in):
    api = signed_in("caseworker")
    for query, number in (("status=active", 1), ("status=closed", 0), ("risk=critical", 0), ("risk=medium", 1)):
        assert len(api.get(f"cases/?{query}").json()["results"]) == number, query
    assert len(api.get(f"cases/?person={world.of.person.pk}").json()["results"]) == 1


def test_a_case_step_says_what_is_missing_and_a_stale_one_is_refused(world, signed_in):
    api, path = signed_in("supervisor"), f"cases/{world.of.case.pk}/steps/"
    missing = api.post(f"{path}close/")
    assert (missing.status_code, list(missing.json()["errors"])) == (422, ["reason", "told"])
    assert api.post(f"{path}hold/", {}, **{"if-match": '"7"'}).status_code == 412
    assert api.post(f"{path}hold/", {"reason": "nonsense"}).status_code == 422
    assert api.post(f"{path}assess/").status_code == 409
    held = api.post(f"{path}hold/", {}, **{"if-match": api.get(f"cases/{world.of.case.pk}/")["ETag"]})
    assert (held.status_code, held.json()["status"]) == (200, "on_hold"), held.json()


def test_a_class_4_need_is_shown_only_to_those_the_case_names(world, signed_in):
    def needs(who: str) -> set[str]:
        return {row["category"] for row in signed_in(who).get(f"needs/?case={world.of.case.pk}").json()["results"]}

    assert needs("caseworker") == {"legal", "trafficking"}
    assert needs("colleague") == {"legal"}
    assert needs("other_team") == set()


def test_a_need_is_settled_once(world, signed_in):
    api, path = signed_in("caseworker"), f"needs/{world.of.need.pk}/settle/"
    assert api.post(path, {"status": "open"}).status_code == 422
    assert api.post(path, {"status": "met"}).json()["status"] == "met"
    assert api.post(path, {"status": "met"}).status_code == 409


def test_every_list_of_case_work_takes_few_queries(world, signed_in, queries):
    api = signed_in("caseworker")
    for path in ("persons/", "consents/", "cases/", "needs/", "messages/", "organisations/", "services/", "notices/"):
        api.get(path)  # the first one of a session writes down when it was
        with queries() as seen:
            assert api.get(path).status_code == 200
        asked = [query["sql"] for query in seen if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
        assert len(asked) <= 12, path
