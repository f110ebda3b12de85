"""Writing issued documents to a folder, each whole or not at all, never over something else.

They hold personal data: files and folders made here are for their owner only.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from eseal.errors import RefusedError, UnavailableError
from eseal.regular_files import read_regular
from eseal.whole_files import create_file
from licences.model import Format
from licences.reasons import LicenceReason


def demand_writable(folder: Path) -> None:
    """See that documents can be written to a folder, or that it can be made; nothing is made.

    Raises:
        UnavailableError: OUTPUT_UNWRITABLE.
    """
    try:
        there = next(each for each in (folder, *folder.absolute().parents) if _is_there(each))
        sentence = "" if there.is_dir() else f"不是文件夹 {there} is no folder"
    except OSError as error:
        raise unwritable(folder, error) from error
    if not sentence and not os.access(there, os.W_OK | os.X_OK):
        sentence = f"无权写入 {there} may not be written to"
    if sentence:
        raise UnavailableError(LicenceReason.OUTPUT_UNWRITABLE, sentence, at=str(folder))


def write_documents(folder: Path, stem: str, documents: Mapping[Format, bytes]) -> list[Path]:
    """Write each document as `<stem>.<format>`; one that is there with the same bytes stays.

    Raises:
        RefusedError: OUTPUT_EXISTS; a file of that name has other content.
        UnavailableError: OUTPUT_UNWRITABLE; the licence is in the register all the same.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return [
            _write(folder / f"{stem}.{form}", content)
            for form, content in sorted(documents.items())
        ]
    except OSError as error:
        raise unwritable(folder, error) from error


def unwritable(folder: Path, error: OSError) -> UnavailableError:
    """Make the error for a folder that cannot be written to."""
    sentence = f"无法写入 cannot be written: {error.strerror or error}"
    return UnavailableError(LicenceReason.OUTPUT_UNWRITABLE, sentence, at=str(folder))


def _is_there(path: Path) -> bool:
    """Whether there is something of that name, a link to nowhere as well."""
    return path.is_symlink() or path.exists()


def _write(path: Path, content: bytes) -> Path:
    try:
        create_file(path, content, mode=0o600, durable=False)
    except FileExistsError:
        if read_regular(path, len(content)) != content:
            sentence = (
                "已有同名文件而内容不同，不覆盖 exists with other content and is not overwritten"
            )
            raise RefusedError(LicenceReason.OUTPUT_EXISTS, sentence, at=str(path)) from None
    return path
