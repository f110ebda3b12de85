"""Object streams of a PDF: many objects, packed together, and before them a list of their places.

pyHanko reads the list anew for each of the objects, so that a file of 70 KB took it minutes: here
it is read once. An object stands in it once, where the cross-references say.

Source: ISO 32000-1, 7.5.7 (read second-hand).
"""

from io import BytesIO

from pyhanko.pdf_utils import generic, misc
from pyhanko.pdf_utils.decode_limits import DecodePurpose


class ObjectStream:
    """An object stream that was opened."""

    def __init__(self, stream: generic.PdfObject) -> None:
        """Unpack a stream and read its list.

        Raises:
            PdfError: it is none, or names an object twice.
        """
        if not isinstance(stream, generic.StreamObject) or stream["/Type"] != "/ObjStm":
            raise misc.PdfReadError("不是对象流 no object stream")
        content = stream.read_data(DecodePurpose.OBJECT_STREAM)
        first, count = stream["/First"], stream["/N"]
        words = content[:first].split(maxsplit=2 * count)[: 2 * count]
        listed = [int(word) for word in words if word.isdigit()]
        self._numbers = listed[::2]
        self._places = [first + place for place in listed[1::2]]
        self._content = BytesIO(content)
        if len(listed) != 2 * count or len(set(self._numbers)) != count:
            raise misc.PdfReadError("对象流的目录有误 an object stream whose list is broken")

    def read(self, index: int, reference: generic.Reference) -> tuple[generic.PdfObject, int]:
        """Read the object of this place in the list, and say how long it is.

        Raises:
            PdfError: it is another one, or not what may stand there.
        """
        if self._numbers[index : index + 1] != [reference.idnum]:
            raise misc.PdfReadError(f"对象流中没有此对象 no object {reference.idnum} there")
        place = self._places[index]
        self._content.seek(place)
        found = generic.read_object(self._content, reference)
        if isinstance(found, generic.StreamObject | generic.IndirectObject):
            raise misc.PdfReadError("对象流中不可有此类对象 no kind of object that may be there")
        return found, self._content.tell() - place

    def source(self, index: int) -> tuple[bytes, int]:
        """What the stream holds, and where in it the object of this place in the list begins."""
        return self._content.getvalue(), self._places[index]
