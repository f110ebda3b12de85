"""What is refused or found is told in Chinese first, with English beside it."""

import ast
import builtins
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src"
FOLDERS = sorted({path.parent.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*.py")})
_ENGLISH = re.compile(r"[A-Za-z]{2,}\W*\s\W*[A-Za-z]{2,}")
_CHINESE = re.compile("[\u4e00-\u9fff]")
_NAMES = frozenset({"detail", "sentence", "why"})
_CALLS = frozenset({"failed", "passed", "refuse", "undetermined"})

_PAIRS = frozenset({"apart", "_malformed"})


def sentences(tree: ast.AST) -> Iterator[str]:
    """Give what is raised, found or called a sentence, without what stands in braces."""
    for node in ast.walk(tree):
        if _is_telling(node):
            yield from [" ".join(_texts(node))] if _is_pair(node) else _texts(node)


def _is_telling(node: ast.AST) -> bool:
    """Whether users may be told it; Python's own errors are for who calls the library wrongly."""
    match node:
        case ast.Raise(exc=ast.Call(func=ast.Name(id=name))):
            return not hasattr(builtins, name)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in _CALLS
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name in _NAMES
        case _:
            return isinstance(node, ast.Raise)


def _is_pair(node: ast.AST) -> bool:
    """Whether the Chinese and the English of a sentence stand side by side in what is raised."""
    match node:
        case ast.Raise(exc=ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name))):
            return name in _PAIRS
        case _:
            return False


def _texts(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.JoinedStr):
        yield "".join(str(each.value) for each in node.values if isinstance(each, ast.Constant))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif not isinstance(node, ast.keyword):  # such as a path
        for each in ast.iter_child_nodes(node):
            yield from _texts(each)


def is_english_first(sentence: str) -> bool:
    """Whether two English words follow each other before any Chinese; one may be a name."""
    english, chinese = _ENGLISH.search(sentence), _CHINESE.search(sentence)
    return english is not None and (chinese is None or english.start() < chinese.start())


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_sentence_begins_in_chinese(folder: str) -> None:
    """No sentence is in English alone or first."""
    first = [
        (path.name, each)
        for path in (SOURCE / folder).glob("*.py")
        for each in sentences(ast.parse(path.read_text(encoding="utf-8")))
        if is_english_first(each)
    ]
    assert first == []


def test_an_english_sentence_is_found() -> None:
    """Whether it is raised as it stands, has a name first, or is what a finding says."""
    code = (
        'sentence = f"{n} too many"\n'
        'raise E(R, "not so", at="x y")\n'
        'raise E(R, "过多 too many")\n'
        'raise ValueError("called wrongly")\n'
        'return failed(C, R, "not it")\n'
        'raise E.apart(R, "过多", "too many")\n'
        'raise E.apart(R, "none such", "没有")\n'
    )
    found = sorted(each for each in sentences(ast.parse(code)) if is_english_first(each))
    assert found == [" too many", "none such 没有", "not it", "not so"]
