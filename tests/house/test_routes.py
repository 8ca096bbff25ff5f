"""Every address and who may open it. An address that is not in this inventory fails the tests."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import get_resolver, resolve, reverse
from django.urls.converters import SlugConverter, UUIDConverter
from django.urls.resolvers import RoutePattern, URLPattern

from core.models import User
from partners.roles import ROLES

PUBLIC = "nobody needs to sign in"
ENTRANCE = "the way in: sign-in pages, which have nothing to show to a stranger"
ACCOUNT = "one's own account"
ANYBODY = "everybody signed in"
TOKEN = "a token or a session; each resource asks for verbs"

# resource of the API -> its steps
PARTS_OF_CASES = {
    "notes": (
        "change",
        "pin",
    ),
    "documents": (
        "replace",
        "withdraw",
        "file",
    ),
    "assessments": (
        "change",
        "complete",
    ),
    "goals": ("change",),
    "tasks": (
        "change",
        "finish",
        "reopen",
    ),
    "appointments": (
        "change",
        "attend",
    ),
    "approvals": (
        "decide",
        "take-back",
    ),
    "identity-papers": (
        "change",
        "retire",
    ),
    "contact-ways": (
        "change",
        "retire",
        "reveal",
    ),
    "relations": ("end",),
    "households": ("leave",),
    "duplicates": (
        "dismiss",
        "propose",
        "merge",
    ),
    "merges": ("undo",),
    "data-requests": (
        "answer",
        "approve",
        "hand-over",
    ),
    "holds": ("lift",),
    "imports": (
        "map",
        "check",
        "lines",
        "choose",
        "apply",
        "undo",
        "discard",
    ),
    "migration-statuses": (),
}

# name -> one of the words above, or the verbs of which one is enough
ROUTES: dict[str, str | tuple[str, ...]] = {
    "home": ANYBODY,
    "no_membership": ENTRANCE,
    "healthz": PUBLIC,
    "readyz": PUBLIC,
    "metrics": PUBLIC,
    **dict.fromkeys((f"hsds:{name}" for name in (
        "root", "profile", "services", "service", "organizations", "organization", "taxonomies", "taxonomy",
        "taxonomy_terms", "taxonomy_term", "service_at_locations", "service_at_location",
    )), PUBLIC),
    "gallery": ANYBODY,
    "keep_view": ANYBODY,
    "forget_view": ANYBODY,
    "theme": ANYBODY,
    "set_language": PUBLIC,
    "account_login": PUBLIC,
    "account_logout": ENTRANCE,
    "account_inactive": PUBLIC,
    "account_signup": PUBLIC,
    "account_reauthenticate": ACCOUNT,
    "account_email": ACCOUNT,
    "account_email_verification_sent": ENTRANCE,
    "account_change_password": ACCOUNT,
    "account_set_password": ACCOUNT,
    "account_reset_password": PUBLIC,
    "account_confirm_login_code": ENTRANCE,
    "account_confirm_email": ENTRANCE,
    "account_reset_password_from_key_done": PUBLIC,
    "account_reset_password_from_key": PUBLIC,
    "account_reset_password_done": PUBLIC,
    "mfa_index": ACCOUNT,
    "mfa_authenticate": ENTRANCE,
    "mfa_reauthenticate": ACCOUNT,
    "mfa_activate_totp": ACCOUNT,
    "mfa_deactivate_totp": ACCOUNT,
    "mfa_view_recovery_codes": ACCOUNT,
    "mfa_generate_recovery_codes": ACCOUNT,
    "mfa_download_recovery_codes": ACCOUNT,
    "api:schema": PUBLIC,
    "api:docs": PUBLIC,
    **dict.fromkeys(
        (
            *(f"api:{name}-{kind}" for name in (
                "organisations", "services", "tokens", "persons", "consents", "cases", "needs", "forms", "referrals",
                "messages", "matching-weights", "notices",
            ) for kind in ("list", "detail")),
            *(f"api:{name}-{kind}" for name in PARTS_OF_CASES for kind in ("list", "detail", *PARTS_OF_CASES[name])),
            "api:events-list", "api:services-capacity", "api:tokens-revoke", "api:persons-search",
            "api:consents-withdraw", "api:cases-steps", "api:needs-candidates", "api:needs-settle", "api:forms-schema",
            "api:referrals-share", "api:referrals-steps", "api:referrals-worker", "api:referrals-call",
            "api:routes-list", "api:routes-detail", "api:routes-answer",
            "api:routing-rules-list", "api:routing-rules-detail", "api:routing-rules-retire",
            "api:notices-read", "api:nothing",
            "api:transfers-list", "api:transfers-detail", "api:transfers-accept", "api:transfers-decline",
            "api:transfers-withdraw",
            "api:referrals-share", "api:referrals-steps", "api:referrals-worker", "api:notices-read", "api:nothing",
            "api:routes-list", "api:routes-detail", "api:routes-answer", "api:notices-read", "api:nothing",
            "api:referrals-share", "api:referrals-steps", "api:referrals-worker", "api:referrals-again",
            "api:referrals-refer-on", "api:referrals-amend", "api:referrals-acknowledge", "api:needs-unmet",
            "api:notices-read", "api:nothing",
        ),
        TOKEN,
    ),
    "partners:directory": ("directory.read",),
    "partners:service": ("directory.read",),
    "partners:capacity": ("capacity.set",),
    "partners:closures": ("service.manage",),
    "partners:end_closure": ("service.manage",),
    "partners:set_capacity": ("capacity.set",),
    "partners:edit_part": ("service.manage",),
    "partners:history": ("service.manage",),
    "partners:undo": ("service.manage",),
    "partners:new_place": ("service.manage",),
    "partners:place": ("service.manage",),
    "partners:remove_place": ("service.manage",),
    "partners:confirm_capacity": ("capacity.set",),
    "partners:set_all": ("capacity.set",),
    "partners:proposals": ("organisation.approve", "organisation.propose"),
    "partners:propose": ("organisation.propose",),
    "partners:proposal": ("organisation.approve",),
    "partners:join": PUBLIC,
    "partners:agreements": ("agreement.write", "agreement.confirm"),
    "partners:new_agreement": ("agreement.write",),
    "partners:agreement": ("agreement.write", "agreement.confirm"),
    "partners:confirm_agreement": ("agreement.confirm",),
    "partners:end_agreement": ("agreement.write",),
    "partners:entitlements": ("entitlement.set",),
    "partners:entitle": ("entitlement.set",),
    "partners:people": ("member.manage", "service.manage"),
    "partners:add_member": ("member.manage",),
    "partners:member": ("member.manage",),
    "partners:close_member": ("member.manage",),
    "partners:add_service": ("service.manage",),
    "partners:edit_service": ("service.manage",),
    "partners:eligibility": ("service.manage",),
    "partners:verify_service": ("service.manage",),
    "partners:tokens": ("token.manage",),
    "partners:add_token": ("token.manage",),
    "partners:revoke_token": ("token.manage",),
    "cases:list": ("case.read", "case.read_team"),
    "cases:new": ("case.open",),
    "cases:register": ("person.write",),
    "cases:draft": ("case.open",),
    "cases:discard": ("case.open",),
    "cases:new_call": ("case.open",),
    "cases:call": ("case.open",),
    "cases:add_call": ("case.open",),
    "cases:link": ("person.write",),
    "cases:duplicates": ("person.match",),
    "cases:duplicate": ("person.match",),
    "cases:undo_merge": ("person.merge",),
    "cases:consent": ("consent.record",),
    "cases:open": ("case.open",),
    "cases:withdraw": ("consent.record",),
    "cases:settle": ("need.write",),
    "cases:change_need": ("need.write",),
    "cases:change_task": ("task.write",),
    "cases:change_appointment": ("task.write",),
    "cases:finish": ("task.write",),
    **dict.fromkeys(
        (
            "cases:imports", "cases:import", "cases:import_columns", "cases:import_words", "cases:import_choose",
            "cases:import_report", "cases:import_step",
        ),
        ("record.import",),
    ),
    "cases:exports": ("record.export", "export.approve"),
    "cases:export_new": ("record.export",),
    "cases:export": ("record.export", "export.approve"),
    "cases:export_ask": ("record.export",),
    "cases:export_end": ("record.export",),
    "cases:export_take": ("record.export",),
    "cases:detail": ANYBODY,
    "cases:records": ANYBODY,
    "cases:timeline": ANYBODY,
    "cases:access": ANYBODY,
    "cases:document": ANYBODY,
    "cases:file": ANYBODY,
    "cases:note": ("note.write",),
    "cases:change_note": ("note.write",),
    "cases:pin_note": ("note.write",),
    "cases:upload": ("document.write",),
    "cases:replace_document": ("document.write",),
    "cases:withdraw_document": ("document.write",),
    "cases:audit": ("audit.read",),
    "cases:requests": ("rights.decide",),
    "cases:holds": ("rights.decide",),
    "referral:tasks": ("task.write",),
    "cases:need": ("need.write",),
    "cases:contact": ("person.write",),
    "cases:person": ANYBODY,
    "cases:facts": ("person.write",),
    "cases:new_name": ("person.write",),
    "cases:new_paper": ("person.write",),
    "cases:status": ("person.write",),
    "cases:new_way": ("person.write",),
    "cases:new_relation": ("person.write",),
    "cases:join": ("person.write",),
    "cases:leave": ("person.write",),
    "cases:best_interests": ("person.write",),
    "cases:name": ("person.write",),
    "cases:paper": ("person.write",),
    "cases:way": ("person.write",),
    "cases:reveal": ("person.write",),
    "cases:end_relation": ("person.write",),
    "cases:retire": ("person.write",),
    "cases:task": ("task.write",),
    "cases:reassign": ("case.reassign",),
    "cases:reassign_many": ("case.reassign",),
    "cases:undo_reassign": ("case.reassign",),
    "cases:lift_use": ("rights.answer",),
    "cases:transfers": ("transfer.answer", "case.write"),
    "cases:transfer": ANYBODY,
    "cases:transfer_accept": ("transfer.answer",),
    "cases:transfer_decline": ("transfer.answer",),
    "cases:transfer_withdraw": ("case.write",),
    "cases:transfer_new": ("case.write",),
    "cases:step": ANYBODY,
    "cases:close": ("case.write",),
    "cases:keeping": ("rights.decide",),
    "cases:keeping_time": ("retention.set",),
    "cases:request": ANYBODY,
    "cases:hand": ("rights.answer",),
    "cases:answer_request": ("rights.answer",),
    "cases:approve_request": ("rights.decide",),
    "cases:hold": ("hold.set",),
    "cases:lift_hold": ("hold.set",),
    "cases:rights": ANYBODY,
    "cases:ask": ("rights.answer",),
    "cases:assessment": ANYBODY,
    "cases:start_assessment": ("case.write",),
    "cases:assess": ("case.write",),
    "cases:review": ("case.write",),
    "cases:plan": ANYBODY,
    "cases:load": ("board.read",),
    "cases:absences": ("absence.set",),
    "cases:end_absence": ("absence.set",),
    "cases:trafficking": ANYBODY,
    "cases:screen": ("case.write",),
    "cases:trafficking_status": ("case.write",),
    "cases:goal": ("case.write",),
    "cases:change_goal": ("case.write",),
    "cases:agree": ("case.write",),
    "cases:appointment": ("task.write",),
    "cases:attendance": ("task.write",),
    "cases:reopen_task": ("task.write",),
    "cases:break_glass": ("case.break_glass",),
    "cases:emergencies": ("emergency.review",),
    "cases:emergency": ("emergency.review", "case.break_glass"),
    "cases:emergency_end": ANYBODY,
    "cases:seal": ("case.seal",),
    "cases:unseal": ("case.seal",),
    "cases:approvals": ("approval.decide", "case.write"),
    "cases:approval": ANYBODY,
    "cases:take_back": ANYBODY,
    "cases:answers": ANYBODY,
    "cases:answers_of_case": ANYBODY,
    **dict.fromkeys(
        (f"cases:{name}" for name in (
            "forms", "draft_form", "form", "add_field", "edit_field", "change_field", "preview_form", "form_step",
            "load_form", "export_form",
        )),
        ("form.manage", "form.manage_network"),
    ),
    "referral:list": ("referral.draft",),
    "referral:inbox": ("referral.read_in", "referral.read_assigned"),
    "referral:ageing": ("board.read", "network.read"),
    "referral:weights": ("matching.set",),
    "referral:board": ("board.read", "network.read"),
    "referral:new": ("referral.draft",),
    "referral:for_case": ANYBODY,
    "referral:approvals": ("referral.approve",),
    "referral:detail": ANYBODY,
    "referral:share": ("referral.draft",),
    "referral:send": ("referral.send", "referral.draft"),
    "referral:rules": ("rule.manage", "rule.manage_network"),
    "referral:new_rule": ("rule.manage", "rule.manage_network"),
    "referral:end_rule": ("rule.manage", "rule.manage_network"),
    "referral:desk": ("referral.draft",),
    "referral:call": ("referral.send",),
    "referral:together": ("referral.send",),
    "referral:batch": ("referral.send",),
    "referral:route": ("referral.draft",),
    "referral:route_answer": ("referral.send",),
    "referral:again": ("referral.draft",),
    "referral:plan": ("task.write",),
    "referral:own_case": ("case.open",),
    "referral:refer_on": ("referral.draft",),
    "referral:amend": ("referral.send",),
    "referral:changes": ANYBODY,
    "referral:nothing_fits": ("referral.draft",),
    "referral:unmet": ("board.read", "network.read"),
    "referral:corrections": ("capacity.set", "service.manage"),
    "referral:settle_correction": ("capacity.set", "service.manage"),
    "referral:message": ANYBODY,
    "referral:worker": ("referral.reassign",),
    "referral:step": ANYBODY,
    "notifications:list": ("notice.read",),
    "notifications:read": ("notice.read",),
    "notifications:bell": ("notice.read",),
    "notifications:mailbox": ANYBODY,
    "notifications:open": ANYBODY,
    **dict.fromkeys(
        (f"notifications:{name}" for name in (
            "settings", "phone", "confirm_phone", "remove_phone", "add_device", "remove_device", "make_calendar",
            "end_calendar",
        )),
        ("notice.read",),
    ),
    **dict.fromkeys(
        (f"notifications:{name}" for name in (
            "webhooks", "add_webhook", "webhook", "change_webhook", "rotate_webhook", "webhook_step", "resend",
        )),
        ("webhook.manage",),
    ),
    "api:preferences-list": TOKEN,
    **dict.fromkeys(
        (f"api:webhooks-{name}" for name in (
            "list", "detail", "change", "rotate", "test", "stop", "start", "remove", "messages", "resend",
        )),
        TOKEN,
    ),
    "notifications:unsubscribe": ENTRANCE,
    "notifications:calendar": ENTRANCE,
    "service_worker": PUBLIC,
    "notifications:operation": ("system.read",),
    "notifications:again": ("system.read",),
    "notifications:undelivered": ("network.read", "board.read"),
    "notifications:settle_untold": ANYBODY,
    "notifications:send_again": ANYBODY,
    "notifications:to_person": ("case.write",),
    "notifications:call_back": ("case.write",),
    "notifications:of_referral": ANYBODY,
    "notifications:of_case": ANYBODY,
}  # fmt: skip

PAGES = {name: who for name, who in ROUTES.items() if who == ANYBODY or isinstance(who, tuple)}
STRANGERS = {name for name, who in ROUTES.items() if who not in (PUBLIC, ENTRANCE)}
UNKNOWN = {"uidb36": "1", "key": "none", "step": "accept"}
ROLES_OF_WORLD = {
    "hotline": "hotline_operator", "caseworker": "caseworker", "partner": "focal_point", "supervisor": "supervisor",
    "admin": "organisation_admin", "coordinator": "coordinator", "analyst": "policy_analyst",
    "officer": "data_protection_officer",
}  # fmt: skip


def routes(resolver=None, namespaces=()) -> dict[str, URLPattern]:
    """Return every address of the product: its name with its namespaces, and its pattern."""
    found = {}
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            found[":".join((*namespaces, pattern.name or "nothing"))] = pattern
        else:
            found |= routes(pattern, (*namespaces, *filter(None, [pattern.namespace])))
    return found


def address(name: str, pattern: URLPattern) -> str:
    """Return an address with arguments that fit and that nothing answers to."""
    if name == "api:nothing":
        return "/api/v1/no-such-thing/"
    if isinstance(pattern.pattern, RoutePattern):
        kinds = pattern.pattern.converters
        given = {key: str(uuid4()) if isinstance(kind, UUIDConverter) else "accept" for key, kind in kinds.items()}
        assert all(isinstance(kind, UUIDConverter | SlugConverter) for kind in kinds.values()), name
    else:
        given = {key: UNKNOWN.get(key, str(uuid4())) for key in pattern.pattern.regex.groupindex}
    return reverse(name, kwargs=given)


def ask(client: Client, url: str):
    """GET, or POST where only that is allowed."""
    response = client.get(url)
    return client.post(url) if response.status_code == 405 else response


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.REQUIRE_SECOND_FACTOR = False


def test_every_address_is_in_the_inventory_and_every_entry_is_an_address():
    assert set(routes()) == set(ROUTES)


def test_every_verb_of_the_inventory_is_held_by_somebody():
    held = set().union(*ROLES.values())
    assert {verb for who in ROUTES.values() if isinstance(who, tuple) for verb in who} <= held


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(STRANGERS))
def test_a_stranger_gets_nowhere(name, client):
    url = address(name, routes()[name])
    for response in (client.get(url), client.post(url)):
        if ROUTES[name] == TOKEN:
            assert response.status_code == 401, url
            assert response["Content-Type"] == "application/problem+json"
        else:
            assert (response.status_code, response["Location"].split("?")[0]) == (302, reverse("account_login")), url


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(name for name, who in ROUTES.items() if who == PUBLIC))
def test_a_public_address_needs_nobody(name, client):
    response = ask(client, address(name, routes()[name]))
    open_directory = {404} if name.startswith("hsds:") else set()  # an id that nothing answers to
    assert response.status_code in {200, 302} | open_directory, name
    if response.status_code == 302:
        assert not response["Location"].startswith(reverse("account_login")), name


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(name for name, who in ROUTES.items() if who == ENTRANCE))
def test_an_entrance_shows_nothing_to_a_stranger(name, client):
    response = ask(client, address(name, routes()[name]))
    assert response.status_code in {200, 302, 404, 409}, name
    assert not response.context or not response.context.get("request") or response.context["request"].actor is None


@pytest.mark.parametrize("short", sorted(ROLES_OF_WORLD))
def test_each_role_opens_what_the_inventory_says_and_nothing_else(short, world, client):
    actor = world.actors[short]
    assert world.members[short].role == ROLES_OF_WORLD[short]
    user = User.objects.get(pk=actor.user_id)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    wrong = {}
    for name, who in PAGES.items():
        status = ask(client, address(name, routes()[name])).status_code
        allowed = who == ANYBODY or any(actor.may(verb) for verb in who)
        # Ids that nothing answers to: 404 or, to be undone, 409; and a form that was sent empty: 302 or 422.
        expected = {200, 302, 404, 409, 422} if allowed else {403}
        if status not in expected:
            wrong[name] = status
    assert wrong == {}


def test_an_address_leads_to_the_view_it_names():
    for name, pattern in routes().items():
        if name in PAGES:
            assert resolve(address(name, pattern)).view_name == name
