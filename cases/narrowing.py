"""Of two consents the narrower holds for both: purposes, data classes, receivers shut out, end (DOMAIN 5; INV-14)."""

from datetime import date, datetime

IMAGE = ("purposes", "data_classes", "excluded", "receivers", "receiver_class", "expires_at", "status")
ENDED = frozenset({"withdrawn", "refused"})


def image(row, columns) -> dict:
    """Return how the columns of a row stand, in a form that JSON keeps."""
    return {column: _plain(getattr(row, column)) for column in columns}


def _plain(value):
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return value if value is None or isinstance(value, (bool, int, float, str, dict)) else str(value)


def restore(row, kept: dict) -> None:
    """Put back what `kept["was"]` says, where nobody has changed it since the merge left `kept["left"]`."""
    now = image(row, kept["was"])
    for column, value in kept["was"].items():
        if now[column] == kept["left"][column]:
            field = row._meta.get_field(column.removesuffix("_id"))
            setattr(row, column, value if field.is_relation else field.to_python(value))


def narrowed(consents: list, *, beside: list) -> list[tuple]:
    """Narrow the given ones of `consents` by what stands beside them; return (consent, image before) of the changed.

    A purpose that the other record withdrew or refused, and did not agree to again later, falls away; without a
    purpose the consent ends. Shut-out organisations add up. Data classes, receivers and end are those that both allow.
    """
    given = [row for row in beside if row.status == "given"]
    changed = []
    for consent in consents:
        if consent.status != "given":
            continue
        before = image(consent, IMAGE)
        forbidden = {purpose for row in beside for purpose in row.purposes if _forbids(row, purpose, given)}
        consent.purposes = [purpose for purpose in consent.purposes if purpose not in forbidden]
        shut_out = {pk for row in given for pk in row.excluded} - set(consent.excluded)
        consent.excluded = [*consent.excluded, *sorted(shut_out, key=str)]
        for row in _same_matter(consent, given):
            consent.data_classes = [level for level in consent.data_classes if level in row.data_classes]
            consent.expires_at = min(consent.expires_at, row.expires_at)
            _narrow_receivers(consent, row)
        consent.receivers = [pk for pk in consent.receivers if pk not in consent.excluded]
        if not consent.purposes:
            consent.purposes, consent.status = before["purposes"], "superseded"
        if image(consent, IMAGE) != before:
            changed.append((consent, before))
    return changed


def _forbids(row, purpose: str, given: list) -> bool:
    return row.status in ENDED and not any(
        purpose in later.purposes and later.given_at > row.given_at for later in given
    )


def _same_matter(consent, given: list) -> list:
    """The latest consent beside it that speaks of a disclosure as well: only that one says how far it goes."""
    matter = [row for row in given if set(row.purposes) & set(consent.purposes) & {"referral_disclosure"}]
    return [max(matter, key=lambda row: row.given_at)] if matter else []


def _narrow_receivers(consent, row) -> None:
    if row.receiver_class:
        return
    if consent.receiver_class:
        consent.receiver_class, consent.receivers = "", list(row.receivers)
    else:
        consent.receivers = [pk for pk in consent.receivers if pk in row.receivers]
