"""Uploads that stay in memory: what people send in confidence never touches the disk unsealed, however large it is."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class InMemory(FileUploadHandler):
    """Keeps files in memory. Beyond ``most`` bytes of one, or ``most_all`` of all, the rest is read and dropped.

    A file keeps the size it had when it came, so that the form can say that it is too large.
    """

    most = 15 * 2**20
    most_all = 45 * 2**20

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.taken = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Starts a file."""
        super().new_file(*args, **kwargs)
        self.held = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Takes a piece; nothing is left for other handlers."""
        if start <= self.most and self.taken <= self.most_all:
            self.held.write(raw_data)
            self.taken += len(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """The file, with the size it had when it came."""
        self.held.seek(0)
        return InMemoryUploadedFile(
            self.held,
            self.field_name,
            self.file_name or "",
            self.content_type or "",
            file_size,
            self.charset,
            self.content_type_extra,
        )
