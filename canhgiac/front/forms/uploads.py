"""A picture that is asked about stays in memory: it never touches the disk, however large it is."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from canhgiac.engines.recognition.pictures import MOST_BYTES


class InMemory(FileUploadHandler):
    """Keeps a file in memory. Of one above ``MOST_BYTES`` the rest is read and dropped, so that the page can say so."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Starts a file."""
        super().new_file(*args, **kwargs)
        self.held = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Takes a piece; nothing is left for other handlers."""
        if start <= MOST_BYTES:
            self.held.write(raw_data)

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
