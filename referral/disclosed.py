"""What a referral showed to its receiver, in words, for the person who asks (DOMAIN 12)."""

from cases.disclosures import tells_what_was_shown
from referral.models import Packet, Referral
from referral.sharing import FIELDS

_BY_CODE = {one.code: one for one in FIELDS}


@tells_what_was_shown
def shown(referral_ids, *, actor) -> dict:
    """Return {referral id: reference, state, names and classes of the fields sent}. Two queries."""
    rows = Referral.objects.visible_to(actor).filter(pk__in=referral_ids)
    found = {
        row.pk: {"reference": row.reference, "state": row.state, "fields": [], "classes": {row.field_class}}
        for row in rows
    }
    for packet in Packet.objects.visible_to(actor).filter(referral_id__in=found).order_by("stage", "version"):
        entry = found[packet.referral_id]
        for code in packet.fields:
            one = _BY_CODE.get(code)
            if one and str(one.label) not in entry["fields"]:
                entry["fields"].append(str(one.label))
                entry["classes"].add(one.field_class)
    return {pk: entry | {"classes": sorted(entry["classes"])} for pk, entry in found.items()}
