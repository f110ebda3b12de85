"""Object streams of a PDF: many objects, packed together, and before them a list of their places.

pyHanko reads the list anew for each of the objects, so that a file of 70 KB took it minutes: here
it is read once. An object stands in it once, where the cross-references say. A stream with other
keys than it should have is none: by some of them it is another one to some readers.

Source: ISO 32000-1, 7.5.7 (read second-hand).
"""

import re
from collections.abc import Mapping
from io import BytesIO
from itertools import islice

from pyhanko.pdf_utils import generic, misc
from pyhanko.pdf_utils.decode_limits import DecodePurpose

from eseal.pdf.syntax import MAX_PARSED_BYTES, read_value
from eseal.pdf.values import broken

_KEYS = frozenset({"/Type", "/N", "/First", "/Extends", "/Length", "/Filter", "/DecodeParms"})
_TOKEN = re.compile(rb"/?[^\x00\t\n\x0c\r ()<>\[\]{}/%]+|<<|[/\[(<]")


class ObjectStream:
    """An object stream that was opened.

    Attributes:
        places: the numbers of its objects, and at which place in its list each stands.
    """

    def __init__(self, stream: generic.PdfObject) -> None:
        """Unpack a stream and read its list.

        Raises:
            PdfError: it is none, or names an object twice.
        """
        if not isinstance(stream, generic.StreamObject) or stream["/Type"] != "/ObjStm":
            raise misc.PdfReadError("不是对象流 no object stream")
        if stream.keys() - _KEYS:
            raise misc.PdfReadError("对象流的键有误 an object stream with odd keys")
        content = stream.read_data(DecodePurpose.OBJECT_STREAM)
        first, count = stream["/First"], stream["/N"]
        words = content[:first].split(maxsplit=2 * count)[: 2 * count]
        listed = [int(word) for word in words if word.isdigit()]
        self._first = first
        self._numbers = listed[::2]
        self._starts = [first + place for place in listed[1::2]]
        self._content = content
        self._stream = BytesIO(content)
        if len(listed) != 2 * count or len(set(self._numbers)) != count:
            raise misc.PdfReadError("对象流的目录有误 an object stream whose list is broken")
        self.places: Mapping[int, int] = {one: at for at, one in enumerate(self._numbers)}

    def count_tokens(self, most: int) -> int:
        """Count names, numbers, words and openings of what is in it; no further than one more."""
        return sum(1 for _ in islice(_TOKEN.finditer(self._content), most + 1))

    def check_plain(self) -> None:
        """See that its objects stand one behind the other, and nothing else, in plain syntax.

        Raises:
            MalformedError: BROKEN_PDF, they do not.
        """
        ends = [self._first]
        ends += [
            read_value(self._content, start, most=MAX_PARSED_BYTES).end for start in self._starts
        ]
        between = zip(ends, [*self._starts, len(self._content)], strict=True)
        is_tiled = all(
            end <= start and not self._content[end:start].strip(b"\0\t\n\x0c\r ")
            for end, start in between
        )
        if not is_tiled or len(self._content[: self._first].split()) != 2 * len(self._numbers):
            raise broken("对象流中有多余的内容 more in an object stream than is listed", 0)

    def read(self, index: int, reference: generic.Reference) -> generic.PdfObject:
        """Read the object of this place in the list.

        Raises:
            PdfError: it is another one, or not what may stand there.
        """
        if self._numbers[index : index + 1] != [reference.idnum]:
            raise misc.PdfReadError(f"对象流中没有此对象 no object {reference.idnum} there")
        self._stream.seek(self._starts[index])
        found = generic.read_object(self._stream, reference)
        if isinstance(found, generic.StreamObject | generic.IndirectObject):
            raise misc.PdfReadError("对象流中不可有此类对象 no kind of object that may be there")
        return found

    def source(self, index: int) -> tuple[bytes, int]:
        """What the stream holds, and where in it the object of this place in the list begins."""
        return self._content, self._starts[index]
