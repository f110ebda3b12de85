"""Files of certificates that settings name: read within bounds, and told from those that are gone.

Rules kept: a device or a pipe is not waited for; what is missing or cannot be read is told to be
that, with where its path stands, and is never called malformed.

Left to others: keys, to `eseal.key_files`; passphrases, to `eseal.passphrases`.
"""

from pathlib import Path
from typing import Final

from asn1crypto import x509

from eseal.certificates import read_certificates
from eseal.errors import UnavailableError, about
from eseal.reasons import Reason
from eseal.regular_files import read_regular, why_unread
from eseal.sizes import too_large

_LONGEST: Final = 1024 * 1024
_ADVICE: Final = (
    "检查 settings.toml 中的路径与文件的权限；移动过主目录的，相对路径从其新位置算起",
    "Check the path in settings.toml and the file's permissions; if the home was moved, relative "
    "paths start at its new place",
)


def read_named_certificates(path: Path) -> tuple[x509.Certificate, ...]:
    """Read the certificates in a file that settings name.

    Raises:
        MalformedError: CERTIFICATE_MALFORMED, it holds something else; `.at` is the file.
        UnavailableError: UNREADABLE_FILE, it is not there, cannot be read or is too large.
    """
    try:
        data = read_regular(path, _LONGEST)
    except OSError as error:
        raise _unavailable(why_unread(error), path) from error
    if len(data) > _LONGEST:
        raise _unavailable(too_large(_LONGEST), path)
    with about(str(path)):
        return read_certificates(data)


def _unavailable(why: str, path: Path) -> UnavailableError:
    error = UnavailableError(Reason.UNREADABLE_FILE, why, at=str(path))
    error.advice = _ADVICE
    return error
