"""A repeated POST has one effect and one answer (RELIABILITY F13)."""

from hashlib import sha256

from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from core.actions import Incomplete
from core.api.errors import AnsweredBefore
from core.models import IdempotentAnswer

HEADER = "Idempotency-Key"


def claim(request, *, parts: bool = False) -> IdempotentAnswer | None:
    """Claim the request's key inside its transaction, or return None where it has none. `parts`: it brings a file.

    A second request with the key waits in the INSERT for the first one's commit: then AnsweredBefore is raised
    with the stored answer. When the first was refused its claim is rolled back, and the second one acts.
    Raises Incomplete for a key that cannot be one, or that came with another request before.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not (1 <= len(key) <= 255 and key.isascii() and key.isprintable()):
        raise _wrong_key("idempotency_key_malformed", _("An Idempotency-Key has 1 to 255 printable ASCII characters."))
    actor = request.actor
    mine = IdempotentAnswer(
        organisation_id=actor.organisation_id,
        principal_id=actor.principal_id,
        key=key,
        fingerprint=_fingerprint(request, parts),
    )
    IdempotentAnswer.objects.bulk_create([mine], ignore_conflicts=True)
    kept = IdempotentAnswer.objects.visible_to(actor).get(Q(key=key))
    if kept.id == mine.id:
        return mine
    if kept.fingerprint != mine.fingerprint:
        raise _wrong_key("idempotency_key_reused", _("This Idempotency-Key was used with another request before."))
    raise AnsweredBefore(status=kept.status, body=kept.body)


def keep(claimed: IdempotentAnswer, response) -> None:
    """Store the answer beside the claim, in the same transaction as the effect."""
    IdempotentAnswer.objects.filter(pk=claimed.pk).update(
        status=response.status_code, body=response.content.decode("utf-8")
    )


def _wrong_key(code: str, sentence: str) -> Incomplete:
    return Incomplete(code, sentence, fields={HEADER: [sentence]})


def _fingerprint(request, parts: bool) -> str:
    # Keyed: a plain hash of a short body could be guessed. The borders of a multipart body differ each time.
    body = _parts(request) if parts else request._request.body
    whole = b"\n".join([request.method.encode(), request.get_full_path().encode(), body])
    return salted_hmac("core.api.idempotency", whole, algorithm="sha256").hexdigest()


def _parts(request) -> bytes:
    found = []
    for name, value in sorted(request.data.items(), key=lambda pair: pair[0]):
        content = value.read() if hasattr(value, "read") else str(value).encode()
        if hasattr(value, "seek"):
            value.seek(0)
        found.append(f"{name}:{sha256(content).hexdigest()}")
    return "\n".join(found).encode()
