"""Mutators that keep an outer form right, so that what is inside it is reached.

Of DER one value is changed and all lengths around it are written anew; of a JWS one part, as it is
before base64url; of a container one file, as what it is. One input in four is changed blindly, so
that outer forms are fuzzed, too.
"""

import base64
import binascii
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from eseal.containers import read_container, write_container
from eseal.errors import EvidenceError
from eseal.reasons import Reason

Mutate = Callable[[bytes, int], bytes]
Mutator = Callable[[bytes, int, int], bytes]

_CONSTRUCTED: Final = 0x20
_MULTIPLE: Final = 0x1F
_DEPTH: Final = 24
_DER: Final = (".cer", ".crl", ".ocsp", ".p7s")


@dataclass
class _Node:
    """A value in DER: its tag, and its contents or what is in it."""

    tag: int
    contents: bytes
    inside: "list[_Node] | None"

    def encode(self) -> bytes:
        """Write it, with the length that it has now."""
        body = b"".join(each.encode() for each in self.inside) if self.inside else self.contents
        size = len(body)
        if size < 0x80:
            return bytes((self.tag, size)) + body
        length = size.to_bytes((size.bit_length() + 7) // 8)
        return bytes((self.tag, 0x80 | len(length))) + length + body


def der_mutator(mutate: Mutate) -> Mutator:
    """Change one value of DER."""

    def change(data: bytes, most: int, seed: int) -> bytes:
        chance = random.Random(seed)  # noqa: S311  not a secret
        nodes = _parse(data, 0)
        if nodes is None or chance.randrange(4) == 0:
            return mutate(data, most)
        flat = list(_all(nodes))
        node = chance.choice(flat)
        match chance.randrange(4):
            case 0 if node.inside:
                node.inside.insert(chance.randrange(len(node.inside) + 1), chance.choice(flat))
            case 1 if node.inside:
                node.inside.pop(chance.randrange(len(node.inside)))
            case 2:
                node.tag = chance.choice([node.tag ^ (1 << chance.randrange(8)), 0x30, 0x04, 0x02])
            case _:
                body = b"".join(each.encode() for each in node.inside or ()) or node.contents
                node.contents, node.inside = mutate(body, len(body) + 64), None
        if any(each is node for each in _below(node)):
            return mutate(data, most)
        return b"".join(each.encode() for each in nodes)[:most]

    return change


def jws_mutator(mutate: Mutate) -> Mutator:
    """Change one part of a compact JWS."""

    def change(data: bytes, most: int, seed: int) -> bytes:
        chance = random.Random(seed)  # noqa: S311  not a secret
        parts = data.split(b".")
        place = chance.randrange(len(parts))
        part = parts[place]
        try:
            plain = base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))
        except (binascii.Error, ValueError):
            return mutate(data, most)
        if chance.randrange(4) == 0:
            return mutate(data, most)
        parts[place] = base64.urlsafe_b64encode(mutate(plain, len(plain) + 64)).rstrip(b"=")
        return b".".join(parts)[:most]

    return change


def container_mutator(mutate: Mutate) -> Mutator:
    """Change one file of a container, or which files there are."""
    der, jws = der_mutator(mutate), jws_mutator(mutate)

    def change(data: bytes, most: int, seed: int) -> bytes:
        chance = random.Random(seed)  # noqa: S311  not a secret
        try:
            files = list(read_container(data, reason=Reason.CONTAINER_MALFORMED))
            place = chance.randrange(len(files))
            file = files[place]
            match chance.randrange(8):
                case 0:
                    return mutate(data, most)
                case 1:
                    files.pop(place)
                case 2:
                    other = replace(chance.choice(files), name=file.name)
                    files[place] = other
                case _:
                    fitting = der if file.name.endswith(_DER) else jws
                    blind = not file.name.endswith((*_DER, ".jwt", ".json"))
                    longest = len(file.data) + 64
                    changed = (
                        mutate(file.data, longest) if blind else fitting(file.data, longest, seed)
                    )
                    files[place] = replace(file, data=changed)
            return write_container(files, reason=Reason.CONTAINER_MALFORMED)[:most]
        except EvidenceError:
            return mutate(data, most)

    return change


def _parse(data: bytes, depth: int) -> list[_Node] | None:
    """Read values that fill `data`; `None` if they do not."""
    nodes: list[_Node] = []
    position = 0
    while position < len(data):
        if position + 2 > len(data) or data[position] & _MULTIPLE == _MULTIPLE:
            return None
        tag, size = data[position], data[position + 1]
        position += 2
        if size & 0x80:
            count = size & 0x7F
            size = int.from_bytes(data[position : position + count])
            position += count
        if not size <= len(data) - position:
            return None
        contents = data[position : position + size]
        position += size
        deeper = tag & _CONSTRUCTED and depth < _DEPTH
        nodes.append(_Node(tag, contents, _parse(contents, depth + 1) if deeper else None))
    return nodes or None


def _all(nodes: list[_Node]) -> list[_Node]:
    return [one for node in nodes for one in (node, *_all(node.inside or []))]


def _below(node: _Node, depth: int = 0) -> list[_Node]:
    """What is inside a node, as far down as DER goes: one that was put into itself shows up."""
    if depth > 2 * _DEPTH:
        return [node]
    return [one for each in node.inside or [] for one in (each, *_below(each, depth + 1))]
