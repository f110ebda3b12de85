"""How coverage is measured without doubling what everything takes.

CPython 3.11 tells the tracer of every line, also of those in libraries, which it then leaves out:
what a library does in Python takes 2.5 times as long. So the tracer rests while one is at work.
What is not measured can only make the figure smaller.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Final

import asn1crypto.core
import asn1crypto.x509
import PIL.Image
import pyhanko.pdf_utils.reader
import sqlalchemy.engine

import eseal.stack

# Where our code and pyHanko's go in most. None of these calls our code but certvalidator, behind
# `_complete`, and the little that it calls is called elsewhere, too.
_ENTRIES: Final = {
    eseal.stack: ("_complete",),
    asn1crypto.core.Asn1Value: ("dump", "load"),
    asn1crypto.core.Choice: ("native",),
    asn1crypto.core.Sequence: ("__init__", "__getitem__", "dump", "native"),
    asn1crypto.core.SequenceOf: ("__init__", "__getitem__", "dump", "native"),
    asn1crypto.x509.Name: ("hashable", "native"),
    PIL.Image.Image: ("save",),
    pyhanko.pdf_utils.reader.PdfFileReader: ("get_object",),
    sqlalchemy.engine.Connection: ("execute", "exec_driver_sql", "__exit__"),
}


@contextmanager
def unmeasured() -> Iterator[None]:
    """Measure no coverage."""
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(tracer)


class Libraries:
    """The entries of libraries that the tests use most, within which the tracer may rest.

    To have it rest costs a call each time, so they are as they were where nothing is measured.
    """

    def __init__(self) -> None:
        self._members = [
            (owner, name, vars(owner)[name], _unmeasured(vars(owner)[name]))
            for owner, names in _ENTRIES.items()
            for name in names
        ]
        self._rested = False

    def rest(self, is_resting: bool) -> None:
        """Have the tracer rest within them, or leave them as they are."""
        if is_resting is self._rested:
            return
        self._rested = is_resting
        for owner, name, plain, quiet in self._members:
            setattr(owner, name, quiet if is_resting else plain)


def _unmeasured(member: Any) -> Any:
    if isinstance(member, classmethod):
        return classmethod(_function_unmeasured(member.__func__))
    if isinstance(member, property):
        return property(member.fget and _function_unmeasured(member.fget), member.fset, member.fdel)
    return _function_unmeasured(member)


def _function_unmeasured(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def quiet(*args: Any, **named: Any) -> Any:
        tracer = sys.gettrace()
        if tracer is None:
            return function(*args, **named)
        sys.settrace(None)
        try:
            return function(*args, **named)
        finally:
            sys.settrace(tracer)

    return quiet
