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


def libraries_unmeasured() -> None:
    """Measure no coverage within the entries of libraries that the tests use most."""
    if sys.gettrace() is None:
        return
    for owner, names in _ENTRIES.items():
        for name in names:
            setattr(owner, name, _unmeasured(vars(owner)[name]))


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
