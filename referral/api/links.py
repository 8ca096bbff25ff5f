"""What answer links take and give in the API."""

from django.conf import settings
from rest_framework import serializers

from core.api.fields import Code, Input, Output, Text, Whole
from core.codelists import codes
from referral.links import HOURS, Made, address_of


class LinkIn(Input):
    """How a link to the partner and its code travel; addresses and numbers are those of the directory."""

    way = Code(choices=codes("link_way"))
    code_way = Code(choices=codes("link_code_way"))
    address = Text(max_length=254, required=False, help_text="For a link by e-mail")
    number = Text(max_length=32, required=False, help_text="For a code as a text message, as in E.164")
    language = Code(choices=[code for code, _name in settings.LANGUAGES])
    hours = Whole(required=False, help_text=f"One of {', '.join(map(str, HOURS))}; 48 without it")


class LinkMadeOut(Output):
    """A link that was made. What leaves by itself is empty; `url` and `code` are given here and never again."""

    id = serializers.UUIDField(source="link.pk")
    way = serializers.ChoiceField(choices=codes("link_way"), source="link.way")
    code_way = serializers.ChoiceField(choices=codes("link_code_way"), source="link.code_way")
    expires_at = serializers.DateTimeField(source="link.expires_at")
    url = serializers.CharField()
    code = serializers.CharField()

    def get_url(self, made: Made) -> str:
        """Return the address of a link on paper; "" of one that leaves by e-mail."""
        return address_of(made.token) if made.token else ""
