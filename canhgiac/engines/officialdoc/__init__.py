"""Reads Vietnamese official documents: bytes to text with offsets, text to a plan with source spans.

The way of one file: ``reading.read(data, name) -> Source`` makes one text out of any format;
``extraction.extract(source) -> Extraction`` finds the plan in it. Every extracted piece carries
the Span of the words it came from, as code point offsets into ``Source.text``. Nothing is guessed:
what the document does not say is None or absent.
"""
