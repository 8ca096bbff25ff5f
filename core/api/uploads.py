"""Resources that take files: multipart in, checked by the door like a file from a page, and files out."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser

from core.api.formats import StrictJSONParser


@extend_schema_field({"type": "string", "format": "binary"})
class Upload(serializers.FileField):
    """A file; `core.files` checks it by its content."""

    def to_internal_value(self, data):
        """Return the open file. What is wrong with it is said by the door."""
        if not hasattr(data, "read"):
            self.fail("invalid")
        return data


class TakesFiles:
    """For a Resource: the actions in `uploads` take multipart/form-data, bounded by `core.files.receiving`."""

    uploads: tuple[str, ...] = ()
    files: tuple[str, ...] = ()  # actions that answer with a file, whatever the client says it accepts

    def get_parsers(self) -> list:
        """Return the parser of this action."""
        return [MultiPartParser() if self.takes_file else StrictJSONParser()]

    @property
    def takes_file(self) -> bool:
        """Whether the present action takes a file: then the body is not read whole beforehand."""
        if self.request is None:  # while the document is drawn
            return self.action in self.uploads
        return self.action_map.get((self.request.method or "").lower()) in self.uploads

    def perform_content_negotiation(self, request, force=False):
        """Let a client ask for a file with any Accept header."""
        return super().perform_content_negotiation(request, force=force or self.action in self.files)
