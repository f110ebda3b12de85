"""What these modules refuse is told in Chinese first; others join the list as they are worded."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src"
HELD = (
    *("eseal/certificates", "eseal/pem"),
    *(f"eseal/jose/{name}" for name in ("disclosures", "etsi", "jws", "processing", "sdjwt")),
    *(f"eseal/jose/{name}" for name in ("statements", "strict_json")),
    *(f"eseal/pictures/{name}" for name in ("dots", "path_data", "pen", "svg", "upload")),
    *(f"licences/{name}" for name in ("bulk_results", "bulk_rows", "licence_life", "life_office")),
    *(f"licences/{name}" for name in ("home", "orders", "seal_audit", "seal_clerk", "seal_uses")),
    *(f"licences/{name}" for name in ("signing_desk", "timestamping")),
)
_ENGLISH = re.compile(r"[A-Za-z]{2,}\W+[A-Za-z]{2,}")
_CHINESE = re.compile("[\u4e00-\u9fff]")
_NAMES = frozenset({"sentence", "detail"})


def sentences(tree: ast.AST) -> Iterator[str]:
    """Give what is raised or called a sentence, without what stands in braces."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) or (
            isinstance(node, ast.Assign)
            and any(isinstance(each, ast.Name) and each.id in _NAMES for each in node.targets)
        ):
            yield from _texts(node)


def _texts(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.JoinedStr):
        yield "".join(str(each.value) for each in node.values if isinstance(each, ast.Constant))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif not isinstance(node, ast.keyword):  # such as a path
        for each in ast.iter_child_nodes(node):
            yield from _texts(each)


@pytest.mark.parametrize("name", HELD)
def test_a_sentence_begins_in_chinese(name: str) -> None:
    """No sentence is in English alone."""
    tree = ast.parse((SOURCE / f"{name}.py").read_text(encoding="utf-8"))
    alone = [
        each for each in sentences(tree) if _ENGLISH.search(each) and not _CHINESE.search(each)
    ]
    assert alone == []


def test_an_english_sentence_is_found() -> None:
    """Whether it is raised as it stands or has a name first."""
    code = 'sentence = f"{n} too many"\nraise E(R, "not so", at="x y")\nraise E(R, "过多 too many")'
    assert list(sentences(ast.parse(code))) == [" too many", "not so", "过多 too many"]
