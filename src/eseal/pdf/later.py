"""Compares a signed revision of a PDF with each that follows, object by object.

An object that a later revision writes has to be one of two kinds:

    new        the signed revision neither has nor names it, and a rule says what it is for
    written    it was there, what it says otherwise is lawful, and wherever it is named it is what
    anew       it is there: a catalog that a page has for its resources could show anything

What is named and lacking, and comes later, would fill a gap that whoever signed could not see.
Pages say nothing otherwise but their annotations: more of them, behind the old ones. A list that
many pages have is compared once.

Left to others: what may be said otherwise to `later_rules`, where objects are named to `named`,
what is a field or a page by that to `roles`.
"""

from collections.abc import Iterable, Iterator
from typing import cast

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import HistoricalResolver
from pyhanko.sign.diff_analysis import ModificationLevel, SuspiciousModification
from pyhanko.sign.diff_analysis.form_rules_api import FormUpdate
from pyhanko.sign.diff_analysis.rules_api import (
    AbsoluteContext,
    Context,
    ReferenceUpdate,
)
from pyhanko.sign.fields import FieldMDPSpec

from eseal.pdf.fields import check_fields
from eseal.pdf.kept import check_page, source_of, value_of
from eseal.pdf.later_rules import DOCUMENT_RULES, LOWEST, SignedFieldsOnly, form_rule
from eseal.pdf.named import TRAILER, History, Place
from eseal.pdf.roles import Roles
from eseal.pdf.source import Source
from eseal.pdf.values import Reference

_ANNOTATIONS = ("/Annots",)
_NOWHERE = Place(TRAILER, ())


def review(
    history: History,
    revision: int,
    *,
    locked: FieldMDPSpec | None = None,
) -> ModificationLevel:
    """Compare a revision with all that follow, and say how much they changed.

    Args:
        history: the revisions of the file.
        revision: number of the signed one, from 0.
        locked: which fields its signature locks.

    Raises:
        SuspiciousModification: one of them changed what may not change, or brings more than may
            come.
        Exception: whatever pyHanko raises on what it cannot read.
    """
    _check_catalog(history, revision)
    signed = history.reader.get_historical_resolver(revision)
    roles = Roles(signed, history.named(revision))
    highest = ModificationLevel.NONE
    written: dict[int, generic.Reference] = {}
    for later in range(revision + 1, history.reader.total_revisions):
        found = _Comparison(history, roles, (revision, later), written, locked).level()
        highest = max(highest, found)
    return highest


def demand_alone(history: History, written: Iterable[int]) -> None:
    """See that what is about to be written again is what it is taken for, and nothing else.

    Args:
        history: the revisions of a file that is to get another one, signed before or not.
        written: numbers of the objects that it will bring; of new ones nothing is asked.

    Raises:
        SuspiciousModification: one is used as something else, too.
        Exception: whatever pyHanko raises on what it cannot read.
    """
    revision = history.reader.total_revisions - 1
    _check_catalog(history, revision)
    newest, named = history.reader.get_historical_resolver(revision), history.named(revision)
    roles = Roles(newest, named)
    odd = [one for one in written if one in named.present and not roles.may_be_written(one)]
    if odd:
        raise SuspiciousModification(
            "要改写的对象另有他用 what would be written again is used otherwise, too: objects "
            f"{sorted(odd)}"
        )


def _check_catalog(history: History, revision: int) -> None:
    """See that catalog and form, of which names change, are not used as anything else."""
    signed = history.reader.get_historical_resolver(revision)
    check_fields(signed.root)
    places = history.named(revision).places
    catalog = signed.root_ref.idnum
    # a signature's field lock or certification names it as the /Data that it speaks of
    used = {place for place in places[catalog] if place.path[-1] != "/Data"}
    form = signed.root.raw_get("/AcroForm") if "/AcroForm" in signed.root else None
    if isinstance(form, generic.IndirectObject):
        used |= set(places[form.idnum]) - {Place(catalog, ("/AcroForm",))}
    if used != {Place(TRAILER, ("/Root",))}:
        raise SuspiciousModification(
            "目录或表单另有他用 the catalog or the form is used as something else, too"
        )


class _Comparison:
    """A signed revision and a later one.

    Attributes:
        levels: how much the change of an object means, of those that a rule spoke of.
        left: where objects that were there are named and a rule has still to say that it is lawful.
    """

    def __init__(
        self,
        history: History,
        roles: Roles,
        revisions: tuple[int, int],
        before: dict[int, generic.Reference],
        locked: FieldMDPSpec | None,
    ) -> None:
        self._both = tuple(map(history.reader.get_historical_resolver, revisions))
        self._old, self._new = self._both
        self._named, self._named_later = map(history.named, revisions)
        self._history, self._roles = history, roles
        self._locked = locked
        written = self._new.explicit_refs_in_revision()  # type: ignore[no-untyped-call]
        self._changed = {one.idnum: one for one in written}
        before.update(self._changed)
        self._since = before
        self._fields = SignedFieldsOnly(roles)
        self._pages: dict[int, bool] = {}
        self._grown: set[tuple[object, ...]] = set()
        self.levels: dict[int, ModificationLevel] = {}
        self.left = {
            number: set(self._named.places.get(number, ())) or {_NOWHERE}
            for number in self._changed.keys() & self._named.present.keys()
        }

    def level(self) -> ModificationLevel:
        """Compare, and say how much was changed.

        Raises:
            SuspiciousModification: more than may be.
        """
        self._check_objects()
        check_fields(self._new.root)
        for level, update in self._updates():
            self._take(level, update)
        if self._fields.widgets & self._named.present.keys():
            raise SuspiciousModification(
                "新域取用了原有的对象 a new field, or a widget of one, that was there before"
            )
        for number in self._since:
            if not self._is_explained(number):
                self._take_annotations(number)
        unexplained = [n for n in self._changed if not self._is_explained(n)]
        if unexplained:
            raise SuspiciousModification(
                f"有对象不应新增或改动 objects that may not come or change: {sorted(unexplained)}"
            )
        return max(self.levels[number] for number in self._changed) if self._changed else LOWEST

    def _is_explained(self, number: int) -> bool:
        return number in self.levels and not self.left.get(number)

    def _check_objects(self) -> None:
        """See that no object goes, or fills a gap, or is of another generation than it was."""
        if self._new.refs_freed_in_revision():  # type: ignore[no-untyped-call]
            raise SuspiciousModification("有对象被删去 objects are freed")
        present, named = self._named.present, self._named.places
        for number, reference in self._changed.items():
            if number in present and present[number].generation != reference.generation:
                raise SuspiciousModification(f"对象代号不符 another generation of object {number}")
            if number in named and number not in present:
                raise SuspiciousModification(
                    "补上了签名时所指而没有的对象 "
                    f"object {number} was named and not there when it was signed"
                )

    def _updates(self) -> Iterator[tuple[ModificationLevel, ReferenceUpdate]]:
        """What the rules allow."""
        for rule in DOCUMENT_RULES:
            yield from rule.apply_qualified(self._old, self._new)
        for level, update in form_rule(self._fields).apply(self._old, self._new):
            self._check_lock(update)
            yield level, update

    def _check_lock(self, update: FormUpdate) -> None:
        name = update.field_name
        is_locked = self._locked is not None and name is not None and self._locked.is_locked(name)
        if is_locked and not update.valid_when_locked:
            raise SuspiciousModification(f"域已锁定 the field {name} is locked")

    def _take(self, level: ModificationLevel, update: ReferenceUpdate) -> None:
        number = update.updated_ref.idnum
        if number not in self._changed:
            return
        known = self.levels.get(number, level)
        if number in self.left:
            self.left[number] -= self._lawful(number, update.context_checked)
            self.levels[number] = max(known, level)
        else:
            self.levels[number] = min(known, level)

    def _lawful(self, number: int, context: Context | None) -> set[Place]:
        """Where an object may be named of which a rule says that it may be written anew."""
        if context is None:
            roots = {self._old.root_ref.idnum, self._new.root_ref.idnum}
            return self.left[number] if roots == {number} else set()
        view = cast("AbsoluteContext", context).relative_view  # as all rules that are asked say it
        path = tuple(view.relative_path.path)
        if isinstance(path[-1], int):  # a field: it is named in lists, and by its widgets
            return self.left[number] if self._roles.is_field(number) else set()
        return {Place(getattr(view.anchor, "idnum", TRAILER), path)}  # a trailer has no number

    def _take_annotations(self, number: int) -> None:
        """Allow a page with more annotations, and a list of annotations.

        Those that a revision between has written are looked at again: what they name may not be
        what it was then.
        """
        pages = {number}
        if isinstance(self._new(self._since[number]), generic.ArrayObject):
            places = {*self._named_later.places.get(number, ()), *self.left.get(number, ())}
            if any(place.path != _ANNOTATIONS for place in places):
                return
            pages = {place.container for place in places}
        if pages and all(map(self._is_page_with_more, pages)):
            self.levels[number] = LOWEST
            self.left.pop(number, None)

    def _is_page_with_more(self, number: int) -> bool:
        """Is it a page that was there, with nothing but annotations of new fields more?"""
        if number not in self._pages:
            self._pages[number] = self._roles.is_page(number) and self._has_more(number)
        return self._pages[number]

    def _has_more(self, number: int) -> bool:
        reference = generic.Reference(number, self._named.present[number].generation)
        before, after = (source_of(each, reference) for each in self._both)
        kind = before.entries().get(b"Type")
        if kind is None or not kind.is_name(b"Page"):
            return False
        if before is not after:
            check_page(before, after)
        self._check_annotations(before, after)
        return True

    def _check_annotations(self, before: Source, after: Source) -> None:
        """See that a page has the annotations that it had, and behind them those of new fields."""
        pair = (before.entries().get(b"Annots"), after.entries().get(b"Annots"))
        apart = tuple(one.placed.value if one else None for one in pair)
        is_apart = all(isinstance(one, Reference) for one in apart)
        if apart in self._grown if is_apart else before is after:
            return
        was, now = map(_annotations, self._both, (before, after))
        self._history.reader.count_compared(len(was) + len(now))
        come = [each.placed.value for each in now[len(was) :]]
        added = {one.number for one in come if isinstance(one, Reference)}
        is_behind = [each.meaning() for each in now[: len(was)]] == [each.meaning() for each in was]
        if not is_behind or len(added) != len(come) or not added <= self._fields.widgets:
            raise SuspiciousModification(
                "页面批注与此前不同 a page has not the annotations that it had, or others"
            )
        if is_apart:
            self._grown.add(apart)


def _annotations(revision: HistoricalResolver, page: Source) -> list[Source]:
    listed = value_of(revision, page, b"Annots")
    return listed.items() if listed else []
