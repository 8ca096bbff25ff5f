"""The choices of what is shared, as the API takes them."""

from core.api.fields import Code, Input
from referral.sharing import FIELDS

# What is shared, field by field; the choices are those of the page.
ShareIn = type(
    "ShareIn",
    (Input,),
    {field.code: Code(choices=list(field.options), required=False) for field in FIELDS}
    | {
        "__doc__": "What is shared, field by field: no, now, after acceptance, as an age band.",
        "__module__": __name__,
    },
)
