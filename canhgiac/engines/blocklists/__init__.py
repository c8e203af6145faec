"""Other people's blocklists, read line by line: hosts files, plain lists, CSV, STIX 2.1, MISP.

Pure Python over a stream of bytes. One bad line never stops a file: it comes out as a ``Fault`` with its number and a
Vietnamese reason, and the next line is read.
"""

from .model import Fault, Listed, ListError
from .reading import read_list

__all__ = ["Fault", "ListError", "Listed", "read_list"]
