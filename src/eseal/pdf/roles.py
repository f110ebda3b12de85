"""What an object of a signed revision is, by all the places where it is named: a field, or a page.

Readers take an object for what the place says where they find it, and one object may stand in
many: a field from which another one inherits, a page whose keys are names of colour spaces. What
a later revision may write again has to be a field, or a page, and nothing else:

    field    reached from the form's /Fields by /Kids, no part of the page tree; named as an item
             of these lists, of a page's /Annots, as /Parent by a plain widget among its own /Kids,
             as /Obj of an object reference (/OBJR); what stands in its /Kids is named so, too
    page     a leaf of the page tree, and no field; named as an item of an array, by /P, /Pg,
             /Parent, /Dest, /D

Left to others: what may be said otherwise in it to `kept`, what else may come to `later`.
Source: ISO 32000-1, 7.7.3, 12.3.2, 12.7.3 and 14.7.4 (read second-hand).
"""

from collections.abc import Sequence
from typing import Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import HistoricalResolver

from eseal.pdf.kept import is_widget, source_of
from eseal.pdf.named import Named, Place
from eseal.pdf.source import Source
from eseal.pdf.values import Reference

_NAMING_PAGES: Final = frozenset({"/P", "/Pg", "/Parent", "/Dest", "/D"})
_KIDS: Final = ("/Kids",)
_ANNOTATIONS: Final = ("/Annots",)


class Roles:
    """What the objects of a revision are.

    Args:
        revision: the signed one.
        named: where its objects are named.
    """

    def __init__(self, revision: HistoricalResolver, named: Named) -> None:
        self._revision, self._named = revision, named
        self._at: dict[Place, int] = {}
        self._items: dict[Place, list[int]] = {}
        for number, places in named.places.items():
            for place in places:
                self._enter(number, place)
        root = revision.root_ref.idnum
        self._form = form = self._at.get(Place(root, ("/AcroForm",)))
        above = Place(root, ("/AcroForm",)) if form is None else Place(form, ())
        self._top = Place(above.container, (*above.path, "/Fields"))
        self._fields = self._tree(self._listed(self._top))
        pages = self._at.get(Place(root, ("/Pages",)))
        self._nodes = self._tree([] if pages is None else [pages])
        self._lists: dict[int, bool] = {}
        self._known_fields: dict[int, bool] = {}
        self._known_pages: dict[int, bool] = {}

    def is_field(self, number: int) -> bool:
        """Is this object a field of the form or a widget of one, and nothing else?"""
        if number not in self._known_fields:
            self._known_fields[number] = self._is_named_as_field(number) and all(
                self._is_named_as_field(kid) and self._is_widget_or_field(kid)
                for kid in self._fields[number]
            )
        return self._known_fields[number]

    def is_page(self, number: int) -> bool:
        """Is this object a page, and nothing else?"""
        if number not in self._known_pages:
            is_leaf = number in self._nodes and not self._nodes[number]
            places = self._named.places.get(number, ())
            is_one = is_leaf and number not in self._fields
            is_named_so = is_one and all(map(_names_a_page, places))
            self._known_pages[number] = is_named_so and self._inherits_no_annotations(number)
        return self._known_pages[number]

    def may_be_written(self, number: int) -> bool:
        """Is this object one of those that a signature has to write again, and nothing else?

        The catalog and the form, which are asked about elsewhere, are; and so are the form's list
        of fields, a page, its list of annotations, and a field.
        """
        is_top = number in {self._revision.root_ref.idnum, self._form}
        return is_top or self.is_page(number) or self._is_list(number) or self.is_field(number)

    def is_parent(self, number: int) -> bool:
        """Does anything name this object as its /Parent, and may inherit from it?"""
        return any(place.path[-1:] == ("/Parent",) for place in self._named.places.get(number, ()))

    def _inherits_no_annotations(self, number: int) -> bool:
        """Are there no annotations above a page, which some readers show where it has none?"""
        followed = {number}
        while True:
            above = self._source(number).entries().get(b"Parent")
            if above is None or above.placed.value is None:
                return True
            if not isinstance(above.placed.value, Reference):
                return False
            number = above.placed.value.number
            is_node = number in self._nodes and number in self._named.present
            if not is_node or number in followed or b"Annots" in self._source(number).entries():
                return False
            followed.add(number)

    def _is_list(self, number: int) -> bool:
        """Is this the form's list of fields, or the annotations of pages?"""
        if len(self._named.places.get(number, ())) != 1:  # what several pages have shows on all
            return False
        (place,) = self._named.places[number]
        return place == self._top or (place.path == _ANNOTATIONS and self.is_page(place.container))

    def _enter(self, number: int, place: Place) -> None:
        if place.path and isinstance(place.path[-1], int):
            where = Place(place.container, place.path[:-1])
            self._items.setdefault(where, []).append(number)
        else:
            self._at[place] = number

    def _tree(self, top: Sequence[int]) -> dict[int, Sequence[int]]:
        """What is reached by /Kids, and what stands in them; each list is followed once."""
        found: dict[int, Sequence[int]] = {}
        waiting = [top]
        followed = {id(top)}
        while waiting:
            for number in waiting.pop():
                if number in found:
                    continue
                kids = found[number] = self._listed(Place(number, _KIDS))
                if id(kids) not in followed:
                    followed.add(id(kids))
                    waiting.append(kids)
        return found

    def _listed(self, place: Place) -> Sequence[int]:
        """What a list names that stands here, or in an object that is named here."""
        apart = self._at.get(place)
        return self._items.get(place if apart is None else Place(apart, ()), ())

    def _is_named_as_field(self, number: int) -> bool:
        if number not in self._fields or number in self._nodes:
            return False
        return all(self._names_a_field(number, place) for place in self._named.places[number])

    def _names_a_field(self, number: int, place: Place) -> bool:
        *above, last = place.path or ("",)
        if isinstance(last, int):
            if above:
                return self._is_list_of_fields(Place(place.container, tuple(above)))
            return self._is_apart_of_fields(place.container)
        if last == "/Parent":
            is_own = len(place.path) == 1 and place.container in self._fields[number]
            return is_own and self._is_plain_widget(place.container)
        return last == "/Obj" and self._is_object_reference(place)

    def _is_apart_of_fields(self, number: int) -> bool:
        """Is a list that is an object of its own one of fields, wherever it is named?"""
        if number not in self._lists:
            self._lists[number] = all(map(self._is_list_of_fields, self._named.places[number]))
        return self._lists[number]

    def _is_list_of_fields(self, place: Place) -> bool:
        """Does a list that stands here hold fields, or annotations?"""
        if place.path == _ANNOTATIONS:
            return place.container in self._nodes and not self._nodes[place.container]
        return place == self._top or (place.path == _KIDS and place.container in self._fields)

    def _is_plain_widget(self, number: int) -> bool:
        """Is this a widget that is no field, too, nor says of what kind its field is?"""
        entries = self._source(number).entries()
        return is_widget(entries) and not {b"T", b"FT"} & entries.keys()

    def _is_widget_or_field(self, number: int) -> bool:
        entries = self._source(number).entries()
        return is_widget(entries) or b"T" in entries

    def _is_object_reference(self, place: Place) -> bool:
        """Is it an object reference of a document's structure that names something here?"""
        found: Source | None = self._source(place.container)
        for step in place.path[:-1]:
            if found is None:  # pyHanko reads a name that is no UTF-8 as another one
                return False
            found = found.items()[step] if isinstance(step, int) else found.entry(step)
        kind = found.entries().get(b"Type") if found else None
        return kind is not None and kind.is_name(b"OBJR")

    def _source(self, number: int) -> Source:
        standing = self._named.present[number]
        return source_of(self._revision, generic.Reference(number, standing.generation))


def _names_a_page(place: Place) -> bool:
    last = place.path[-1] if place.path else ""
    return isinstance(last, int) or last in _NAMING_PAGES
