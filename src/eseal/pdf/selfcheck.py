"""Judges what the writer has just made, before it is released: quickly, by its exact shape.

The file is read from its bytes again, with nothing kept from the making of it: a rendered PDF,
then one update whose catalog has a form with one signature field, whose signature covers the whole
file, and whose CMS is the signer's template with the digest of the file and a signature that holds,
with a timestamp over it if the template has them; and in it what was to help to validate it later,
the identifier and the attachments that were to be issued. Whatever is not exactly so is
refused, also where `eseal.pdf.verify` would pass it: this accepts nothing that the full
verification refuses for anything but its certificate path.

Left to others: whether the certificate is trusted, which needs asking once for a signer and not
for each file (`eseal.chain`).
"""

import zlib
from collections.abc import Mapping

from eseal.cms import CmsTemplate
from eseal.errors import MalformedError, RefusedError
from eseal.pdf.coverage import check_coverage
from eseal.pdf.plain import find_plain
from eseal.pdf.rendered import check_trailer
from eseal.pdf.sections import Section, find_object, read_last_section
from eseal.pdf.structure import (
    MAX_STREAM_BYTES,
    SignatureDictionary,
    check_readable,
    signature_dictionary,
)
from eseal.pdf.validation_data import KINDS, ValidationData
from eseal.pdf.values import Array, Dictionary, IndirectObject, LiteralString, broken, is_name
from eseal.pdf.xmp import read_identifier
from eseal.reasons import Reason

_END_OF_FILE = b"%%EOF"
_BETWEEN = b">>\nendobj\n"
"""All that stands between the signature and the cross-reference table."""


def self_verify_pdf(
    data: bytes,
    cms: CmsTemplate,
    *,
    identifier: str | None = None,
    attached: Mapping[str, bytes] | None = None,
    validation: ValidationData | None = None,
) -> None:
    """See that `data` is what `sign_rendered_pdf` makes with this template, and is sound.

    Args:
        data: the signed file.
        cms: the template of the signer who was to sign it.
        identifier: what its metadata have to say; anything readable when left out.
        attached: the files that have to be attached to it, by name, and no others; anything
            readable when left out.
        validation: what it has to carry to help to validate it later, and no more.

    Raises:
        RefusedError: it is not; the reason is that of the first thing found.
    """
    try:
        if check_readable(data) != len(data):
            raise RefusedError(
                Reason.CHANGED_AFTER_SIGNING,
                "文件结尾之后另有内容 bytes follow the end of the file",
            )
        file = _File(data)
        signature = file.signature()
        _check_signature(data, file.update, signature, cms)
        said, files = file.identifier(), file.attachments()
        if identifier not in {None, said}:
            raise RefusedError(Reason.CONTENT_MISMATCH, "标识不同 the identifier is another")
        if attached is not None and files != attached:
            raise RefusedError(Reason.CONTENT_MISMATCH, "附件不同 the attachments are others")
        if file.carried() != (validation.streams if validation else None):
            raise RefusedError(
                Reason.CONTENT_MISMATCH, "所附验证数据不同 it carries other validation data"
            )
    except MalformedError as error:
        raise RefusedError(error.reason, error.sentence, at=error.at) from error


def covered_bytes(data: bytes) -> bytes:
    """Give what the signature covers of a PDF that `sign_rendered_pdf` has made.

    Raises:
        RefusedError: it is none, as `self_verify_pdf` says.
    """
    try:
        signature = _File(data).signature()
        check_coverage(data, signature)
    except MalformedError as error:
        raise RefusedError(error.reason, error.sentence, at=error.at) from error
    start, end = signature.hole
    return data[:start] + data[end:]


def _check_signature(
    data: bytes, update: Section, signature: SignatureDictionary, cms: CmsTemplate
) -> None:
    check_coverage(data, signature)
    hole_start, hole_end = signature.hole
    if data[hole_end : update.start] != _BETWEEN:
        raise _refuse("签名之后另有内容 something stands behind the signature")
    cms.check(
        signature.contents,
        cms.digest(data[:hole_start], data[hole_end:]),
        at=signature.claimed_time,
        range_text=signature.range_text,
    )


class _File:
    """A rendered file with one update, read by the few objects that matter."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.update = read_last_section(data, len(data))
        below = data.rfind(_END_OF_FILE, 0, -len(_END_OF_FILE) - 1)
        if below < 0:
            raise RefusedError(Reason.UNSIGNED, "没有增量更新 there is no update")
        end = below + len(_END_OF_FILE)
        rendered = read_last_section(data, end)
        check_trailer(rendered)
        if self.update.entries.value(b"Prev") != rendered.start:
            raise _refuse("增量更新与其下文件不符 the update is not one of the file below it")
        self._sections = (self.update, rendered)
        self._catalog = self._dictionary(self.update.entries.value(b"Root"))

    def _object(self, value: object) -> IndirectObject:
        return find_object(self._data, self._sections, value)

    def _dictionary(self, value: object) -> Dictionary:
        return find_plain(self._data, self._sections, value).entries

    def signature(self) -> SignatureDictionary:
        """The signature of the one signature field."""
        form = self._catalog.value(b"AcroForm")
        fields = form.value(b"Fields") if isinstance(form, Dictionary) else None
        if not isinstance(fields, Array) or len(fields.items) != 1:
            raise _refuse("应恰有一个域 there is not one field")
        field = self._dictionary(fields.items[0].value)
        if not is_name(field.value(b"FT"), b"Sig") or b"Kids" in field.entries:
            raise _refuse("此域不是签名域 the field is none for a signature")
        found = self._object(field.value(b"V"))
        return signature_dictionary(self._data, found, found.dictionary())

    def identifier(self) -> str | None:
        """The identifier in the metadata."""
        found = self._object(self._catalog.value(b"Metadata"))
        start, end = found.stream or (0, 0)
        return read_identifier(self._data[start:end])

    def carried(self) -> tuple[tuple[bytes, ...], ...] | None:
        """What it carries to help to validate it later, by kind; `None` without a DSS."""
        store = self._catalog.value(b"DSS")
        if store is None:
            return None
        if not isinstance(store, Dictionary) or not set(store.entries) <= set(KINDS):
            raise _refuse("DSS 与此处的写法不同 the DSS is not as it is written here")
        found = []
        for name in KINDS:
            listed = store.value(name)
            items = listed.items if isinstance(listed, Array) else ()
            found.append(tuple(self._inflate(self._object(item.value)) for item in items))
        return tuple(found)

    def attachments(self) -> dict[str, bytes]:
        """The attached files by name."""
        names = self._catalog.within(b"Names", b"EmbeddedFiles", b"Names")
        items = [item.value for item in names.items] if isinstance(names, Array) else []
        found: dict[str, bytes] = {}
        for key, value in zip(items[::2], items[1::2], strict=False):
            name = key.decode("ascii", "replace") if isinstance(key, LiteralString) else ""
            if name in found:
                raise _refuse("附件同名 two attachments of one name")
            specification = self._dictionary(value)
            stream = self._object(specification.within(b"EF", b"F"))
            found[name] = self._inflate(stream)
        return found

    def _inflate(self, found: IndirectObject) -> bytes:
        start, end = found.stream or (0, 0)
        content = self._data[start:end]
        if b"Filter" not in found.dictionary().entries:
            return content
        try:
            unpacking = zlib.decompressobj()
            content = unpacking.decompress(content, MAX_STREAM_BYTES)
        except zlib.error as error:
            raise broken("附件无法解压 an attachment does not unpack", start) from error
        if not unpacking.eof:
            raise broken(
                "附件解压后过大 an attachment unpacks to more than the limit, or does not end",
                start,
            )
        return content


def _refuse(sentence: str) -> RefusedError:
    return RefusedError(Reason.SIGNATURE_MALFORMED, sentence)
