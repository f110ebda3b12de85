"""OpenSSL as a stranger who reads what we make."""

import subprocess
from pathlib import Path

DEFAULT_USER_ID = "distid:1234567812345678"


def openssl(*arguments: str | Path, data: bytes = b"") -> tuple[bool, str]:
    """Run openssl; whether it was content, and all that it said."""
    done = subprocess.run(
        ["openssl", *map(str, arguments)], input=data, capture_output=True, check=False, timeout=60
    )
    return done.returncode == 0, (done.stdout + done.stderr).decode(errors="replace")
