"""Every refusal as RFC 9457 problem+json: status, code for machines, sentence for people, fields, facts."""

import logging
from dataclasses import dataclass, field
from functools import singledispatch

from django.apps import apps
from django.core.exceptions import (
    BadRequest,
    ObjectDoesNotExist,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.core.exceptions import ValidationError as ModelError
from django.core.signals import got_request_exception
from django.db import DataError, IntegrityError, InterfaceError, OperationalError, connection
from django.db.models.constraints import BaseConstraint
from django.http import Http404, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response

from core.actions import Refusal, not_permitted

log = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
UNIQUE = "23505"  # SQLSTATE


class AnsweredBefore(Exception):
    """This `Idempotency-Key` has its answer already: the same bytes are given again."""

    def __init__(self, *, status: int, body: str):
        super().__init__()
        self.status, self.body = status, body


class Stale(APIException):
    """`If-Match` names a version that is not the present one. `facts` are both versions, for who asks with them."""

    status_code, default_code = 412, "stale"
    default_detail = "stale"

    def __init__(self, **facts):
        super().__init__()
        self.facts = facts


class Unconditional(APIException):
    """What is edited is edited from a version: `If-Match` is missing (RFC 6585)."""

    status_code, default_code = 428, "version_needed"
    default_detail = "version_needed"


class BadQuery(ValidationError):
    """A parameter of the address is wrong; a wrong body is 422 instead."""

    status_code = 400


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One answer to a refused request."""

    status: int
    code: str
    title: str
    errors: dict = field(default_factory=dict)
    facts: dict = field(default_factory=dict)
    headers: dict = field(default_factory=dict)

    def body(self) -> dict:
        """Return the members of the problem document; fields and facts only where there are some."""
        body = {"type": "about:blank", "title": str(self.title), "status": self.status, "code": self.code}
        if self.errors:
            body["errors"] = {name: [str(text) for text in texts] for name, texts in self.errors.items()}
        return self.facts | body


def problem(exc, context):
    """Return the response for an exception of a resource, and roll its writes back (`EXCEPTION_HANDLER`).

    Returns None for a database that is away: the middleware answers 503 for pages and API alike.
    """
    if isinstance(exc, AnsweredBefore):
        return HttpResponse(exc.body, status=exc.status, content_type="application/json")
    if connection.in_atomic_block:
        connection.set_rollback(True)
    if isinstance(exc, (OperationalError, InterfaceError)):
        return None
    found = describe(exc)
    if found.status >= 500:
        got_request_exception.send(sender=problem, request=context.get("request"))
    return Response(found.body(), status=found.status, headers=found.headers, content_type=CONTENT_TYPE)


@singledispatch
def describe(exc) -> Problem:
    """Return what to say about an exception; an unexpected one is logged by the handler's filter, without values."""
    log.error("unexpected %s", type(exc).__name__, exc_info=exc)
    return Problem(status=500, code="broken", title=_("Something went wrong on our side. Nothing was changed."))


@describe.register
def _refusal(exc: Refusal) -> Problem:
    return Problem(status=exc.status, code=exc.code, title=exc.sentence, errors=exc.fields, facts=exc.facts)


@describe.register(Http404)
@describe.register(ObjectDoesNotExist)
def _missing(exc) -> Problem:
    # One answer for hidden, missing and malformed: no path, no id, no message of the exception.
    return Problem(status=404, code="not_found", title=_("There is nothing here that you may see."))


@describe.register
def _denied(exc: PermissionDenied) -> Problem:
    return describe(not_permitted())


@describe.register
def _invalid(exc: ValidationError) -> Problem:
    title = _("Some parameters are wrong.") if exc.status_code == 400 else _("Some fields are missing or wrong.")
    status = 400 if exc.status_code == 400 and isinstance(exc, BadQuery) else 422
    return Problem(status=status, code="invalid", title=title, errors=flat(exc.detail))


@describe.register
def _model_invalid(exc: ModelError) -> Problem:
    errors = exc.message_dict if hasattr(exc, "error_dict") else {"": exc.messages}
    return Problem(status=422, code="invalid", title=_("Some fields are missing or wrong."), errors=errors)


@describe.register
def _by_framework(exc: APIException) -> Problem:
    sentences = {
        "parse_error": _("The body is not valid JSON."),
        "not_authenticated": _("Sign in, or send a token: nobody is known to act."),
        "authentication_failed": _("This token is unknown, expired or revoked."),
        "method_not_allowed": _("This address does not take this method."),
        "not_acceptable": _("This address answers in JSON only."),
        "unsupported_media_type": _("Send the body as application/json."),
        "throttled": _("Too many requests. Try again in a while."),
        "version_needed": _("Send If-Match with the ETag that you read: somebody else may have changed this."),
        "stale": _("Somebody has changed this in the meantime. Read it again before you change it."),
    }
    headers = {}
    if challenge := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(exc, "wait", None):
        headers["Retry-After"] = str(int(wait))
    title = sentences.get(exc.default_code, str(exc.detail))
    facts = getattr(exc, "facts", {})
    return Problem(status=exc.status_code, code=exc.default_code, title=title, headers=headers, facts=facts)


@describe.register(BadRequest)
@describe.register(SuspiciousOperation)
@describe.register(MultiPartParserError)
@describe.register(UnreadablePostError)
def _unreadable(exc) -> Problem:
    return Problem(status=400, code="unreadable", title=_("The request cannot be read."))


@describe.register
def _too_big(exc: RequestDataTooBig) -> Problem:
    return Problem(status=413, code="too_big", title=_("The body is larger than this address takes."))


@describe.register
def _bad_value(exc: DataError) -> Problem:
    return Problem(
        status=400, code="bad_value", title=_("A value cannot be stored: it is too long or of the wrong kind.")
    )


@describe.register
def _against_a_constraint(exc: IntegrityError) -> Problem:
    # The text of the exception quotes the row; only the name of the constraint and its own sentence may leave.
    diagnosis = getattr(exc.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None) or "constraint"
    if getattr(exc.__cause__, "pgcode", None) == UNIQUE:
        return Problem(status=409, code="exists_already", title=_("There is one of these already."))
    return Problem(status=422, code=name, title=_sentence_of(name))


def _sentence_of(constraint_name: str) -> str:
    general = BaseConstraint.default_violation_error_message
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if constraint.name == constraint_name and constraint.violation_error_message != general:
                return str(constraint.violation_error_message)
    return _("The values do not fit together.")


def flat(detail, path: str = "") -> dict[str, list[str]]:
    """Return errors by dotted path: `{"names": {0: {"given": [...]}}}` becomes `{"names.0.given": [...]}`."""
    if isinstance(detail, dict):
        return {name: texts for key, inner in detail.items() for name, texts in flat(inner, _join(path, key)).items()}
    if isinstance(detail, list) and any(isinstance(item, (dict, list)) for item in detail):
        return flat(dict(enumerate(detail)), path)
    return {path: [str(text) for text in (detail if isinstance(detail, list) else [detail])]}


def _join(path: str, key) -> str:
    if key == "non_field_errors":
        return path
    return f"{path}.{key}" if path else str(key)
