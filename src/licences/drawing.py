"""Draws the faces of orders, one at a time, and tries one out before anything is signed.

Rules kept: what a face cannot show is refused while nothing is begun, and so is a seal for which it
has no place; typst's compilers are used by one thread at a time; fonts are read when the first face
is drawn, so that JSON alone never pays for them.

Left to others: how a face is drawn, to `faces`.
"""

from datetime import datetime
from functools import cached_property
from pathlib import Path
from threading import Lock

from eseal.errors import RefusedError
from eseal.pdf.places import Spot
from eseal.pdf.writer import prepare_rendered_pdf
from eseal.reasons import Reason
from licences.catalogue import LicenceType
from licences.faces import Face, FaceRenderer
from licences.identifiers import LicenceIdentifier
from licences.model import Licence
from licences.orders import Order
from licences.signing_desk import Desk, DeskSeal

_TRIAL_SERIAL = "0" * 32
_TRIAL_ATTACHMENT = b"{}"


class TypstFaces:
    """The faces of the types."""

    def __init__(self) -> None:
        self._one_at_a_time = Lock()
        self._seals_fit: set[tuple[Path, float, float]] = set()

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
        """See that the face of an order can be drawn, and holds the seal if there is one.

        It is drawn on trial where that is in doubt, and once for the seals of a size.

        Args:
            order: what is about to be issued.
            at: when.
            thoroughly: whether to draw it in any case.

        Raises:
            RefusedError: MISSING_GLYPH, CONTENT_TOO_LONG; SEAL_PLACE_REFUSED.
            MalformedError: TYPE_MALFORMED.
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
            if order.desk.seal is not None:
                self._try_out_seal(face, order.desk, order.desk.seal)

    def _try_out_seal(self, face: Face, desk: Desk, seal: DeskSeal) -> None:
        """Lay a seal out on a face, up to the signature, unless one of its size fitted before."""
        size = (face.licence_type.folder, seal.form.width_pt, seal.form.height_pt)
        if size in self._seals_fit:
            return
        shown = seal.shown_at(self._renderer.seal_spot(face.licence_type))
        drawn = self._renderer.render(face)
        try:
            prepare_rendered_pdf(drawn, desk.cms, at=face.at, appearance=shown)
        except RefusedError as error:  # of our own drawing: no such page, or the edge of it
            reason = Reason.SEAL_PLACE_REFUSED
            raise RefusedError(reason, error.sentence, at="face.typ") from error
        self._seals_fit.add(size)

    def seal_spot(self, licence_type: LicenceType) -> Spot:
        """Say where the middle of the seal stands on the faces of a type.

        Raises:
            MalformedError: TYPE_MALFORMED, the face has no place for one.
        """
        with self._one_at_a_time:
            return self._renderer.seal_spot(licence_type)
