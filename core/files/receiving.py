"""Uploads are received in memory and bounded while they come in: nothing lies unsealed on a disk (DOMAIN 12)."""

import io

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from core.files.kinds import LIMIT

_MOST = 4 * LIMIT  # of a whole request; up to here it is read to its end, so that a form can answer


class InMemory(FileUploadHandler):
    """Keeps the files of one request together under the limit; a file beyond it arrives empty, marked `too_large`."""

    def __init__(self, request=None):
        super().__init__(request)
        self.left = LIMIT

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        """Refuse a request that is far too large before it is read. Raises RequestDataTooBig."""
        if content_length > _MOST:
            raise RequestDataTooBig("The request is far larger than a file may be.")

    def new_file(self, *args, **kwargs):
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self.file, self.over = io.BytesIO(), False

    def receive_data_chunk(self, raw_data, start):
        """Keep a chunk while there is room; let the rest go by."""
        if self.over or len(raw_data) > self.left:
            self.over = True
            self.file.truncate(0)
            return
        self.left -= len(raw_data)
        self.file.write(raw_data)

    def file_complete(self, file_size):
        """Return the file."""
        self.file.seek(0)
        found = InMemoryUploadedFile(
            self.file, self.field_name, self.file_name, self.content_type, file_size, self.charset
        )
        found.too_large = self.over
        return found
