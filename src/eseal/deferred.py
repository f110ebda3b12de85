"""Packages whose `__init__` is run when something of it is asked for, not before.

Importing a module runs the `__init__` of every package above it. Where that loads much more than
the module needs, the package is deferred: its modules are imported as ever, and the first other
name that anybody asks the package for makes it whole.
"""

import sys
from importlib import import_module
from importlib.util import find_spec, module_from_spec


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
    module, loader = module_from_spec(spec), spec.loader

    def complete(name: str) -> object:
        if find_spec(f"{package}.{name}"):
            return import_module(f"{package}.{name}")
        del vars(module)["__getattr__"]
        loader.exec_module(module)
        return getattr(module, name)

    vars(module)["__getattr__"] = complete  # PEP 562: called for names that the module has not
    sys.modules[package] = module
    above, _, own_name = package.rpartition(".")
    if above:
        setattr(sys.modules[above], own_name, module)
