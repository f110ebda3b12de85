"""Draws the faces of orders, one at a time, and tries one out before anything is signed.

Rules kept: what a face cannot show is refused while nothing is begun; typst's compilers are used by
one thread at a time; fonts are read when the first face is drawn, so that JSON alone never pays for
them.

Left to others: how a face is drawn, to `faces`.
"""

from datetime import datetime
from functools import cached_property
from threading import Lock

from eseal.pdf.places import Spot
from licences.catalogue import LicenceType
from licences.faces import Face, FaceRenderer
from licences.identifiers import LicenceIdentifier
from licences.model import Licence
from licences.orders import Order

_TRIAL_SERIAL = "0" * 32
_TRIAL_ATTACHMENT = b"{}"


class TypstFaces:
    """The faces of the types."""

    def __init__(self) -> None:
        self._one_at_a_time = Lock()

    @cached_property
    def _renderer(self) -> FaceRenderer:
        return FaceRenderer()

    def draw(self, order: Order, licence: Licence, json: bytes) -> bytes:
        """Draw the face of a licence as PDF/A-3b, with its signed JSON attached."""
        face = Face(
            licence_type=order.licence_type,
            department=order.department,
            identifier=licence.identifier,
            data=licence.data,
            attachment=json,
            at=licence.issued_at,
        )
        with self._one_at_a_time:
            return self._renderer.render(face)

    def try_out(self, order: Order, *, at: datetime, thoroughly: bool) -> None:
        """See that the face of an order can be drawn; draw it on trial where that is in doubt.

        Args:
            order: what is about to be issued.
            at: when.
            thoroughly: whether to draw it in any case.

        Raises:
            RefusedError: MISSING_GLYPH, CONTENT_TOO_LONG.
        """
        identifier = LicenceIdentifier.build(
            type_code=order.licence_type.type_code,
            issuer=order.department.code,
            serial=_TRIAL_SERIAL,
        )
        face = Face(
            licence_type=order.licence_type,
            department=order.department,
            identifier=str(identifier),
            data=order.request.data,
            attachment=_TRIAL_ATTACHMENT,
            at=at,
        )
        with self._one_at_a_time:
            if thoroughly:
                self._renderer.render(face)
            else:
                self._renderer.check(face)

    def seal_spot(self, licence_type: LicenceType) -> Spot:
        """Say where the middle of the seal stands on the faces of a type.

        Raises:
            MalformedError: TYPE_MALFORMED, the face has no place for one.
        """
        with self._one_at_a_time:
            return self._renderer.seal_spot(licence_type)
