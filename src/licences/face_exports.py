"""What the face (证面) of a type says about itself, beside how it is drawn.

    seal        where the middle of the seal stands on it
    on-form     which fields its empty form depends on; without it the face is always drawn whole

Left to others: empty forms to `form_drawing`, faces to `faces`, typst to `typesetter`.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from eseal.errors import MalformedError
from eseal.pdf.places import Spot
from licences.reasons import LicenceReason
from licences.typesetter import Typesetter, TypesettingError


def does_not_show(names: Iterable[str]) -> MalformedError:
    """Make the error of a face on which some of what has to stand on it does not."""
    sentence = f"票面未示出 the face does not show: {', '.join(sorted(names))}"
    return MalformedError(LicenceReason.TYPE_MALFORMED, sentence, at="face.typ")


def ask_seal_spot(typesetter: Typesetter, folder: Path) -> Spot:
    """Ask the face in a type's folder for what it exports as `seal`.

    Raises:
        MalformedError: TYPE_MALFORMED, it has no place for a seal.
    """
    source = (
        '#import "/face.typ": seal\n'
        "#metadata((page: seal.page, x: seal.x / 1pt, y: seal.y / 1pt)) <seal>\n"
    )
    try:
        (found,) = typesetter.ask(folder, source.encode(), "<seal>")
        return _read_spot(found)
    except (TypesettingError, ValueError, TypeError) as error:
        sentence = (
            "票面未给出印章位置 "
            f"it exports no place for the seal, `seal = (page: .., x: .., y: ..)`: {error}"
        )
        raise MalformedError(LicenceReason.TYPE_MALFORMED, sentence, at="face.typ") from error


def ask_on_form(typesetter: Typesetter, folder: Path) -> frozenset[str] | None:
    """Ask the face in a type's folder which fields its empty form depends on.

    Returns:
        Their names; `None` if the face is drawn whole, or does not compile: drawing it whole says
        what is wrong.

    Raises:
        MalformedError: TYPE_MALFORMED, it exports something else.
    """
    source = (
        '#import "/face.typ" as face\n'
        '#metadata(dictionary(face).at("on-form", default: none)) <on-form>\n'
    )
    try:
        (names,) = typesetter.ask(folder, source.encode(), "<on-form>")
    except TypesettingError:
        return None
    if names is None:
        return None
    if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
        sentence = (
            "`on-form` 应为名称的数组，单个名称后加逗号 "
            "it is an array of names; behind a single one stands a comma"
        )
        raise MalformedError(LicenceReason.TYPE_MALFORMED, sentence, at="face.typ")
    return frozenset(names)


def _read_spot(found: Mapping[str, Any]) -> Spot:
    page, x, y = int(found["page"]), float(found["x"]), float(found["y"])
    if page < 1:
        msg = f"pages count from 1, not {page}"
        raise ValueError(msg)
    return Spot(page=page - 1, x=x, y=y)
