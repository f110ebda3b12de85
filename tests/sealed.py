"""Small seals to put on documents: a picture that is quickly drawn, and who uses it."""

from typing import Any

from eseal.pictures.form import PictureForm, form_of
from eseal.pictures.picture import PictureKind, SealPicture
from eseal.seals.making import SealStamp
from eseal.seals.model import SealPicture as CarriedPicture
from eseal.seals.reading import read_seal
from tests.world import Authority


def tiny_svg(size: int) -> bytes:
    """A red frame, `size` millimetres wide and high, in the form that we write."""
    side = 100 * size
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}mm" height="{size}mm" '
        f'viewBox="0 0 {side} {side}"><path fill="#e60012" fill-rule="evenodd" '
        f'd="M0 0H{side}V{side}H0ZM200 200V{side - 200}H{side - 200}V200Z"/></svg>'
    ).encode()


def tiny_form(size: int) -> PictureForm:
    """The form of such a picture."""
    return form_of(SealPicture(kind=PictureKind.SVG, data=tiny_svg(size), width=size, height=size))


def tiny_picture(size: int = 20) -> CarriedPicture:
    """Such a picture as a seal carries it."""
    return CarriedPicture(kind="SVG", data=tiny_svg(size), width=size, height=size)


def stamp_of(authority: Authority, **changes: Any) -> SealStamp:
    """The department's seal with such a picture, ready to be used by the department."""
    changes.setdefault("picture", tiny_picture())
    return SealStamp(read_seal(authority.seal(**changes)), authority.signing)
