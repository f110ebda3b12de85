"""What a later revision may say otherwise than a signed one, in the terms of pyHanko's rules.

What may come after a signature is another signature with its field, and nothing else: fields are
added and signed, the catalog and pages point to them, metadata say so. A field that is added is
signed at once and does nothing; the document stays the one of its identifier. Forms are not filled
in and not drawn anew, revocation data are not added.

Left to others: that what is changed is not used for something else as well, pages and their
annotations, and that nothing else is changed, to `later`.
"""

from collections.abc import Iterable
from typing import Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import HistoricalResolver, RawPdfPath
from pyhanko.sign.diff_analysis import (
    DocInfoRule,
    FormUpdatingRule,
    MetadataUpdateRule,
    ModificationLevel,
    ObjectStreamRule,
    QualifiedWhitelistRule,
    ReferenceUpdate,
    SigFieldCreationRule,
    SigFieldModificationRule,
    SuspiciousModification,
    WhitelistRule,
    XrefStreamRule,
)
from pyhanko.sign.diff_analysis.commons import compare_key_refs
from pyhanko.sign.diff_analysis.constants import ACROFORM_EXEMPT_STRICT_COMPARISON
from pyhanko.sign.diff_analysis.form_rules_api import (
    FieldComparisonContext,
    FieldComparisonSpec,
    FieldMDPRule,
    FormUpdate,
)
from pyhanko.sign.diff_analysis.rules_api import Context

from eseal.pdf.fields import FIELD_KEYS, WIDGET_KEYS, widgets_below
from eseal.pdf.guarded import entry
from eseal.pdf.kept import check_catalog, check_field, check_form, check_trailer, source_of
from eseal.pdf.roles import Roles
from eseal.pdf.xmp import read_identifier

LOWEST: Final = ModificationLevel.LTA_UPDATES

_IN_FORM: Final = ACROFORM_EXEMPT_STRICT_COMPARISON | {"/SigFlags"}
"""What pyHanko does not compare, for we do."""


class _Catalog(WhitelistRule):
    """Lets a catalog point to the form, and say which PDF it is: a later one, with extensions."""

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterable[ReferenceUpdate]:
        """Allow the catalog, and extensions that stand by themselves."""
        check_catalog(old, new)
        place = Context.from_absolute(old, RawPdfPath("/Root", "/Extensions"))
        for reference in compare_key_refs("/Extensions", old, old.root, new.root):
            yield ReferenceUpdate(reference, context_checked=place)
        yield ReferenceUpdate(new.root_ref)


class _SameFile(WhitelistRule):
    """Lets a trailer say what trailers do, of a file that is the one it was."""

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterable[ReferenceUpdate]:
        """Allow nothing, refuse another file."""
        check_trailer(old, new)
        return ()


class _SameIdentifier(MetadataUpdateRule):
    """Lets metadata be written anew, but not with another identifier of the document."""

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterable[ReferenceUpdate]:
        """Allow what pyHanko allows, of metadata that were written."""
        if not _is_written_anew("/Metadata", old, new):
            return ()
        if _identifier(old) != _identifier(new):
            raise SuspiciousModification(
                "文档标识与此前不同 the document has another identifier than before"
            )
        return super().apply(old, new)


class SignedFieldsOnly(FieldMDPRule):
    """Lets no field come that is not signed, or that does or shows more than a signature does.

    pyHanko's own rules leave it to a new field what else it says, and whether it is filled.

    Attributes:
        widgets: the numbers of the widgets of new fields.
    """

    def __init__(self, roles: Roles) -> None:
        self._roles = roles
        self.widgets: set[int] = set()

    def apply(
        self, context: FieldComparisonContext
    ) -> Iterable[tuple[ModificationLevel, FormUpdate]]:
        """Allow nothing, refuse what may not be."""
        check_form(context.old, context.new)
        for name, spec in context.field_specs.items():
            self._check_old_field(spec, context)
            if spec.old_field_ref is None and spec.new_field and spec.new_field_ref:
                _check_new_field(name, spec.new_field)
                kids = entry(spec.new_field, "/Kids", generic.ArrayObject)
                self.widgets |= {one.idnum for one in kids or (spec.new_field_ref,)}
        return ()

    def _check_old_field(self, spec: FieldComparisonSpec, context: FieldComparisonContext) -> None:
        """See that a field that was written since is what it was, or newly signed."""
        reference = spec.old_field_ref
        if reference is None or reference != spec.new_field_ref:
            return  # what goes, or comes instead, is not in the form's list
        if context.new.reader.xrefs.get_last_change(reference) <= context.old.revision:
            return
        before, after = (source_of(each, reference) for each in (context.old, context.new))
        was, now = (b"V" in each.entries() for each in (before, after))
        is_filled = spec.field_type == "/Sig" and now and not was
        is_parent = self._roles.is_parent(reference.idnum)
        check_field(before, after, is_filled=is_filled, is_parent=is_parent)


DOCUMENT_RULES: Final[tuple[QualifiedWhitelistRule, ...]] = (
    _SameFile().as_qualified(LOWEST),
    _Catalog().as_qualified(LOWEST),
    DocInfoRule().as_qualified(LOWEST),
    XrefStreamRule().as_qualified(LOWEST),
    ObjectStreamRule().as_qualified(LOWEST),
    _SameIdentifier().as_qualified(LOWEST),  # type: ignore[no-untyped-call]
)
"""What is asked of a revision but its form."""


def form_rule(fields: SignedFieldsOnly) -> FormUpdatingRule:
    """What is asked of a revision's form; pages and the widgets on them are not its business."""
    return FormUpdatingRule(
        field_rules=[
            fields,
            SigFieldCreationRule(  # type: ignore[no-untyped-call]
                approve_widget_bindings=False, allow_new_visible_after_certify=True
            ),
            SigFieldModificationRule(allow_in_place_appearance_stream_changes=False),
        ],
        ignored_acroform_keys=_IN_FORM,
    )


def _check_new_field(name: str, field: generic.DictionaryObject) -> None:
    if not field.get("/V"):
        raise SuspiciousModification(f"新增的域未签名 the new field {name} is not signed")
    odd = set(field) - FIELD_KEYS
    for widget in widgets_below(field):
        odd |= set(widget) - WIDGET_KEYS
    kinds = [each["/FT"] for each in (field, *widgets_below(field)) if "/FT" in each]
    if not all(isinstance(kind, generic.NameObject) and kind == "/Sig" for kind in kinds):
        odd.add("/FT")
    if odd:
        raise SuspiciousModification(
            f"新增的域含签名以外的内容 the new field {name} says more than a signature does: {odd}"
        )


def _is_written_anew(key: str, old: HistoricalResolver, new: HistoricalResolver) -> bool:
    """Is what the catalog has under this key another object, or the same written anew?"""
    was, now = (one.root.raw_get(key) if key in one.root else None for one in (old, new))
    written = new.explicit_refs_in_revision()  # type: ignore[no-untyped-call]
    return was != now or getattr(now, "reference", None) in written


def _identifier(revision: HistoricalResolver) -> str | None:
    metadata = entry(revision.root, "/Metadata", generic.StreamObject)
    return None if metadata is None else read_identifier(metadata.data)
