"""Packages whose `__init__` is run when something of it is asked for, not before.

Importing a module runs the `__init__` of every package above it. Where that loads much more than
the module needs, the package is deferred: its modules are imported as ever, and the first other
name that anybody asks the package for makes it whole; threads that ask meanwhile wait, but not for
ever: one may hold the lock of a module that `__init__` waits for. Then it gets what is there, as
with any import that runs in a circle.
"""

import sys
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from threading import RLock
from typing import Final

_SECONDS_TO_WAIT: Final = 10.0


def defer(package: str) -> None:
    """Put off the `__init__` of `package`; nothing happens if it was run already.

    Raises:
        ModuleNotFoundError: there is no such package.
    """
    if package in sys.modules:
        return
    spec = find_spec(package)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(package, name=package)
    module, left, one_at_a_time = module_from_spec(spec), [spec.loader], RLock()

    def complete(name: str) -> object:
        if find_spec(f"{package}.{name}"):
            return import_module(f"{package}.{name}")
        if name not in vars(module) and one_at_a_time.acquire(timeout=_SECONDS_TO_WAIT):
            try:
                while left:
                    left.pop().exec_module(module)
            finally:
                one_at_a_time.release()
        if name not in vars(module):
            msg = f"module {package!r} has no attribute {name!r}"
            raise AttributeError(msg, name=name, obj=module)
        return vars(module)[name]

    vars(module)["__getattr__"] = complete  # PEP 562: called for names that the module has not
    sys.modules[package] = module
    above, _, own_name = package.rpartition(".")
    if above:
        setattr(sys.modules[above], own_name, module)
