"""Images in the forms of a PDF, compared with those of a seal's picture.

They are compared by what they hold, and nothing may be said of them that is not expected there.

Left to others: what is shown, and whose picture it has to be, to `marks`.
Source: ISO 32000-1, 8.9 and 8.10 (read second-hand).
"""

import re
from collections.abc import Sequence
from typing import Final

from pyhanko.pdf_utils import generic, misc

from eseal.pdf.guarded import entry, resolve
from eseal.pictures.form import PictureStream

MAX_DEPTH: Final = 4
"""Forms within a form."""

_OF_ANY_STREAM: Final = {"/Type", "/Length", "/Filter"}
OF_FORM: Final = _OF_ANY_STREAM | {"/Subtype", "/BBox", "/Resources", "/Matrix", "/FormType"}
OF_IMAGE: Final = _OF_ANY_STREAM | {
    "/Subtype", "/Width", "/Height", "/ColorSpace", "/BitsPerComponent", "/SMask",
}  # fmt: skip
_PLACES_FORMS: Final = re.compile(rb"(?:%[^\r\n]*[\r\n]|[-+.\d\s]|\b(?:cm|Do|[qQ])\b|/\w++)*+")
"""A content that draws nothing itself: matrices, states and names, and comments; read one way."""


def are_images(found: Sequence[generic.StreamObject], images: Sequence[PictureStream]) -> bool:
    """Say whether these are the image of a picture, with its soft mask; or none, if it has none."""
    if not images:
        return not found
    if len(found) != 1:
        return False
    image, mask = images
    below = entry(found[0], "/SMask", generic.StreamObject)
    return below is not None and _is_image(found[0], image) and _is_image(below, mask)


def images_in(
    appearance: generic.StreamObject | None, depth: int = 0
) -> list[generic.StreamObject]:
    """List the images that a form places, in it or in forms within it, which draw nothing else.

    Raises:
        PdfReadError: pyHanko's; it is no form, says more than forms do, or draws anything else.
    """
    if appearance is None or depth > MAX_DEPTH or not set(appearance) <= OF_FORM:
        raise misc.PdfReadError(
            "不是以普通表单 XObject 显示 it is shown by something else than plain forms"
        )
    if not _PLACES_FORMS.fullmatch(appearance.data):
        raise misc.PdfReadError("所绘不止一幅图像 more is drawn than an image")
    resources = entry(appearance, "/Resources", generic.DictionaryObject)
    objects = entry(resources or generic.DictionaryObject(), "/XObject", generic.DictionaryObject)
    if objects is None:
        return []
    if len(objects) > MAX_DEPTH:
        raise misc.PdfReadError("所绘不止一幅图像 more is drawn than an image")
    found: list[generic.StreamObject] = []
    for name in objects:
        stream = resolve(objects.raw_get(name), generic.StreamObject)
        if stream.get("/Subtype") == "/Image":
            found.append(stream)
        else:
            found += images_in(stream, depth + 1)
    return found


def _is_image(found: generic.StreamObject, image: PictureStream) -> bool:
    if not set(found) <= OF_IMAGE or found.data != image.content:
        return False
    said = b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace%b/BitsPerComponent %d" % (
        int(found["/Width"]),
        int(found["/Height"]),
        str(found["/ColorSpace"]).encode(),
        int(found["/BitsPerComponent"]),
    )
    return said == image.dictionary
