"""typst (排版引擎): sources in, PDF/A-3b out, or what a document says about itself.

Rules kept: compilers are kept, one for each folder and set of fonts, so that fonts and faces are
read once; a folder that would make typst fetch from the network is refused; PDF/A mode makes typst
refuse a missing glyph. typst is known here only, and does not survive a fork: start processes by
spawning.

Left to others: what stands in a source, and what an error means, to `faces`.
"""

import json
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import typst

from eseal.errors import MalformedError
from eseal.fonts import FONT_FOLDER
from licences.reasons import LicenceReason
from licences.strict_table import read_small

PACKAGES: Final = Path(__file__).parent / "typst"


class TypesettingError(Exception):
    """A source does not compile; the message is typst's."""


class Typesetter:
    """Sets sources that use the files of a folder; keeps its compilers, so keep it."""

    def __init__(self, *, system_fonts: bool) -> None:
        """Read the shipped fonts.

        Args:
            system_fonts: whether installed fonts are asked for what the shipped ones lack; they are
                read when they are first needed.
        """
        self._system_fonts = system_fonts
        self._shipped = _fonts(system=False)
        self._compilers: dict[tuple[Path, bool], typst.Compiler] = {}

    def pdf(
        self, folder: Path, source: bytes, *, at: datetime, fallback: bool, tagged: bool = True
    ) -> bytes:
        """Set a source as PDF/A-3b.

        Args:
            folder: what `/` is in the source.
            source: the main file.
            at: the time that the PDF states as its own.
            fallback: whether to look for glyphs in installed fonts too.
            tagged: whether to say in the PDF what is what.

        Raises:
            TypesettingError: it does not compile, or a glyph is missing.
            MalformedError: TYPE_MALFORMED, the folder imports from the network.
        """
        try:
            pdf = self._compiler(folder, fallback=fallback).compile(
                input=source, format="pdf", pdf_standards=["a-3b"], timestamp=at, pdf_tags=tagged
            )
        except typst.TypstError as error:
            raise TypesettingError(error.message) from error
        if not isinstance(pdf, bytes):  # pragma: no cover - the PDF export gives one document
            raise TypesettingError("typst 没有生成 PDF typst gave no PDF")
        return pdf

    def ask(self, folder: Path, source: bytes, label: str) -> list[Any]:
        """Ask for what a document says about itself under a label.

        Raises:
            TypesettingError: it does not compile.
            MalformedError: TYPE_MALFORMED, the folder imports from the network.
        """
        _check_imports(folder)
        compiler = typst.Compiler(
            input=source,
            root=str(folder),
            font_paths=self._shipped,
            package_path=str(PACKAGES),
        )
        try:
            return list(json.loads(compiler.query(label, field="value")))
        except RuntimeError as error:
            raise TypesettingError(str(error)) from error

    def _compiler(self, folder: Path, *, fallback: bool) -> typst.Compiler:
        found = self._compilers.get((folder, fallback))
        if found is None:
            _check_imports(folder)
            found = typst.Compiler(
                root=str(folder),
                font_paths=self._all if fallback else self._shipped,
                package_path=str(PACKAGES),
            )
            self._compilers[folder, fallback] = found
        return found

    @cached_property
    def _all(self) -> typst.Fonts:
        return _fonts(system=self._system_fonts)


def _fonts(*, system: bool) -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=system, include_embedded_fonts=False, font_paths=[str(FONT_FOLDER)]
    )


def _check_imports(folder: Path) -> None:
    """Refuse faces that would make typst fetch a package from the network."""
    for file in sorted(folder.rglob("*.typ")):
        if b"@preview" in read_small(file, reason=LicenceReason.TYPE_MALFORMED):
            sentence = (
                "票面只可引用自己的文件夹和 @licences/face "
                "a face imports from its own folder and from @licences/face, nothing else"
            )
            raise MalformedError(LicenceReason.TYPE_MALFORMED, sentence, at=file.name)
