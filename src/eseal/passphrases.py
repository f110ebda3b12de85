"""Where passphrases come from: a file or the environment, never the command line.

Arguments of a command can be seen by every user of the machine and stay in the shell's history. A
file that others may read or write is refused, as that of a key is.
"""

import os
import stat
from pathlib import Path
from typing import Final

from eseal.errors import UnavailableError
from eseal.key_files import demand_private
from eseal.reasons import Reason

MAX_LENGTH: Final = 1024
DEFAULT_VARIABLE: Final = "ESEAL_PASSPHRASE"


def read_passphrase(*, file: Path | None = None, env: str = DEFAULT_VARIABLE) -> bytes:
    """Get a passphrase: the first line of `file` if one is named, else the variable `env`.

    Args:
        file: its first line is the passphrase, without the line's end, as OpenSSL's `file:` has
            it.
        env: name of the environment variable that holds the passphrase itself.

    Raises:
        RefusedError: KEY_FILE_EXPOSED.
        UnavailableError: PASSPHRASE_MISSING, it is nowhere, empty or longer than 1024 bytes.
    """
    source = f"文件 the file {file}" if file else f"环境变量 the environment variable {env}"
    passphrase = _first_line(file) if file else os.fsencode(os.environ.get(env, ""))
    if not 1 <= len(passphrase) <= MAX_LENGTH:
        raise UnavailableError(
            Reason.PASSPHRASE_MISSING,
            f"应有 1 至 {MAX_LENGTH} 字节 1 to {MAX_LENGTH} bytes are needed: {source}",
        )
    return passphrase


def _first_line(file: Path) -> bytes:
    try:
        with file.open("rb") as lines:
            mode = os.fstat(lines.fileno()).st_mode
            line = lines.readline(MAX_LENGTH + 2)
    except OSError as error:
        sentence = f"口令文件读不出 the file cannot be read: {file}: {error.strerror}"
        raise UnavailableError(Reason.PASSPHRASE_MISSING, sentence) from error
    if stat.S_ISREG(mode):  # who may read a terminal or a pipe is no matter of its mode
        demand_private(file, mode)
    return line.rstrip(b"\r\n")
