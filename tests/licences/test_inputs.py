"""Inputs of a verification: each named, none skipped."""

import io
import json
import os
import sys
from pathlib import Path

import pytest

from eseal.errors import RefusedError, UnavailableError
from eseal.reasons import Reason
from licences.bulk_results import RESULTS, RowOutcome, RowResult
from licences.inputs import STDIN, expand, read_input, read_stdin, written
from licences.passed_over import MOST_NAMED, Entries, PassedOver
from licences.reasons import LicenceReason


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a folder with two files, one in a folder below, and a hidden one."""
    (tmp_path / "sub").mkdir()
    for name in ("b.pdf", "a.json", "sub/c.txt", ".hidden"):
        (tmp_path / name).write_text(name)
    return tmp_path


def test_a_folder_gives_all_its_files_sorted(folder: Path) -> None:
    """Every regular file in a folder is an input, whatever its name; dot files are not."""
    names = [str(folder / name) for name in ("a.json", "b.pdf", "sub/c.txt")]
    assert list(expand([str(folder)])) == names


def test_what_of_a_folder_is_no_input_is_counted(folder: Path) -> None:
    """Hidden entries, links that lead nowhere or to folders, pipes; a hidden folder is one."""
    (folder / ".git").mkdir()
    (folder / ".git" / "config").touch()
    (folder / "sub" / "gone").symlink_to("nowhere")
    (folder / "again").symlink_to(folder / "sub")
    (folder / "linked").symlink_to("b.pdf")
    os.mkfifo(folder / "pipe")
    counted = Entries()
    names = [str(folder / name) for name in ("a.json", "b.pdf", "linked", "sub/c.txt")]
    assert list(expand([str(folder)], counted)) == names
    assert counted.counts == {
        PassedOver.HIDDEN: 2,
        PassedOver.DANGLING: 1,
        PassedOver.FOLDER_LINK: 1,
        PassedOver.SPECIAL: 1,
    }
    assert [name for _, name in counted.found] == [
        str(folder / name) for name in (".git", ".hidden", "again", "pipe", "sub/gone")
    ]
    assert counted.told == [name for _, name in counted.found]
    counted.add(PassedOver.HIDDEN, "one more")
    assert len(counted.told) == MOST_NAMED + 1
    counted.add(PassedOver.HIDDEN, "and another")
    assert counted.told == [name for _, name in counted.found[:MOST_NAMED]]


def test_capitals_in_a_name_do_not_matter(folder: Path) -> None:
    """A scanner that writes A.PDF and A.JSON is heard like any other."""
    for name in ("A.PDF", "A.JSON"):
        (folder / name).write_text(name)
    assert {f"{folder}/A.PDF", f"{folder}/A.JSON"} <= set(expand([str(folder)]))


def test_a_pattern_gives_its_matches(folder: Path) -> None:
    """A pattern that the shell did not expand is expanded here, folders in it too."""
    assert list(expand([f"{folder}/*.pdf"])) == [f"{folder}/b.pdf"]
    assert list(expand([f"{folder}/su*"])) == [f"{folder}/sub/c.txt"]


def test_a_recursive_pattern_gives_each_match_once(folder: Path) -> None:
    """`**` stands for any folders, none among them; a folder that matches gives its files."""
    names = [str(folder / name) for name in ("a.json", "b.pdf", "sub/c.txt")]
    assert list(expand([f"{folder}/**"])) == names
    assert list(expand([f"{folder}/**/su*"])) == names[2:]
    assert list(expand([f"{folder}/**/*.[jp]*"])) == names[:2]
    assert list(expand([f"{folder}/**/sub/*.txt"])) == names[2:]
    assert list(expand([f"{folder}/**/*.ofd"])) == [f"{folder}/**/*.ofd"]


def test_a_pattern_without_match_stays_an_input(folder: Path) -> None:
    """A pattern that matches nothing is not dropped: it gets its line as an input of its own."""
    assert list(expand([f"{folder}/*.ofd", "-"])) == [f"{folder}/*.ofd", STDIN]


def test_reads_a_file_and_standard_input(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bytes come as they are."""
    assert read_input(str(folder / "b.pdf"), 100) == b"b.pdf"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"12345")))
    assert read_stdin(3) == b"1234"
    assert written(STDIN) == "-"


def test_says_that_there_is_no_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """As after `<&-`, in a sentence."""
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(UnavailableError) as caught:
        read_stdin(3)
    assert caught.value.reason is LicenceReason.INPUT_UNREADABLE


def test_a_file_of_that_name_is_not_standard_input(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file `-` in a folder or of a pattern is a file, read and written as one."""
    (folder / "-").write_text("a file")
    monkeypatch.chdir(folder)
    for asked in (".", "?", "./-"):
        assert STDIN not in expand([asked])
        (name,) = (each for each in expand([asked]) if isinstance(each, str) and each[-1] == "-")
        assert (read_input(name, 100), written(name)) == (b"a file", "./-")
    assert list(expand(["-"])) == [STDIN]


def test_says_that_a_file_is_not_there(folder: Path) -> None:
    """A missing file has its own reason."""
    with pytest.raises(UnavailableError) as caught:
        read_input(str(folder / "none.pdf"), 100)
    assert caught.value.reason is LicenceReason.INPUT_NOT_FOUND


def test_refuses_a_large_file_before_reading_it(folder: Path) -> None:
    """A file over the limit is refused by its size, without reading it into memory."""
    with (folder / "big").open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    with pytest.raises(RefusedError) as caught:
        read_input(str(folder / "big"), 1024)
    assert caught.value.reason is Reason.INPUT_TOO_LARGE


def test_refuses_a_pipe_instead_of_waiting(folder: Path) -> None:
    """What is no regular file is refused at once."""
    os.mkfifo(folder / "pipe")
    with pytest.raises(RefusedError) as caught:
        read_input(str(folder / "pipe"), 1024)
    assert caught.value.reason is LicenceReason.INPUT_UNREADABLE


def test_says_that_a_path_cannot_be_opened(folder: Path) -> None:
    """A path through a file is an error of its own, told in a sentence."""
    with pytest.raises(UnavailableError) as caught:
        read_input(str(folder / "b.pdf" / "x"), 1024)
    assert caught.value.reason is LicenceReason.INPUT_UNREADABLE


def test_a_folder_without_end_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`/` is not gone through for minutes: all folders and matches together are bounded."""
    monkeypatch.setattr("licences.inputs.MAX_ENTRIES", 5)
    assert len(list(expand([str(folder)]))) == 3
    monkeypatch.setattr("licences.inputs.MAX_ENTRIES", 4)
    for asked in ([str(folder)], [f"{folder}/sub"] * 5, [f"{folder}/**"]):
        with pytest.raises(RefusedError) as caught:
            list(expand(asked))
        assert caught.value.reason is LicenceReason.TOO_MANY_INPUTS


def test_what_may_not_be_looked_at_is_an_input(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that cannot be opened is not left out: it is unreadable, whatever is in it."""
    scan = os.scandir

    def closed(path: str) -> object:
        if path.endswith("sub"):
            raise PermissionError
        return scan(path)

    monkeypatch.setattr(os, "scandir", closed)
    for asked in ([str(folder)], [f"{folder}/**"], [f"{folder}/*.json", f"{folder}/b.pdf"]):
        names = [str(folder / name) for name in ("a.json", "b.pdf")]
        closed_ones = [str(folder / "sub")] if len(asked) == 1 else []
        assert list(expand(asked)) == names + closed_ones
    with pytest.raises(RefusedError) as caught:
        read_input(str(folder / "sub"), 100)
    assert caught.value.reason is LicenceReason.INPUT_UNREADABLE


def test_what_lies_too_deep_is_an_input(folder: Path) -> None:
    """Behind a path that is too long to be opened there may be anything: it is unreadable."""
    here = os.open(folder / "sub", os.O_RDONLY)
    for _ in range(20):
        os.mkdir("d" * 250, dir_fd=here)
        below = os.open("d" * 250, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    counted = Entries()
    *_, last = expand([str(folder / "sub")], counted)
    assert isinstance(last, str)
    with pytest.raises(UnavailableError) as caught:
        read_input(last, 100)
    assert caught.value.reason is LicenceReason.INPUT_UNREADABLE
    assert not counted.counts


def test_a_link_that_cannot_be_followed_is_an_input(folder: Path) -> None:
    """What is behind it cannot be told; behind one that leads to itself there is nothing."""
    (folder / "circle").symlink_to("circle")
    (folder / "link").symlink_to("a" * 300)
    counted = Entries()
    names = [str(folder / name) for name in ("a.json", "b.pdf", "link", "sub/c.txt")]
    assert list(expand([str(folder)], counted)) == names
    assert counted.counts == {PassedOver.HIDDEN: 1, PassedOver.DANGLING: 1}


@pytest.mark.parametrize("name", ["a" * 300, "a\0b", "a" * 300 + "*.pdf", "b.pdf/*"])
def test_a_path_that_cannot_be_one_is_an_input(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """It is told as unreadable like any other, and what stands beside it is verified."""
    monkeypatch.chdir(folder)
    assert list(expand([name, "b.pdf"])) == [name, "b.pdf"]
    with pytest.raises(UnavailableError):
        read_input(name, 100)


def test_patterns_do_not_go_through_links_of_folders(folder: Path) -> None:
    """A link to its own folder would have a pattern look at the same for ever."""
    (folder / "loop").symlink_to(".")
    counted = Entries()
    pattern = f"{folder}/loop" + "/*" * 8
    assert list(expand([pattern], counted)) == [pattern]
    assert counted.counts == {PassedOver.FOLDER_LINK: 1}
    assert list(expand([f"{folder}/loop/*/c*"])) == [f"{folder}/loop/sub/c.txt"]


def test_what_a_pattern_looks_at_is_bounded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As folders are, whatever the pattern."""
    monkeypatch.setattr("licences.inputs.MAX_ENTRIES", 3)
    for pattern in (f"{folder}/*.pdf", f"{folder}/*/*"):
        with pytest.raises(RefusedError) as caught:
            list(expand([pattern]))
        assert caught.value.reason is LicenceReason.TOO_MANY_INPUTS


def test_a_pattern_means_hidden_files_only_if_it_says_so(folder: Path) -> None:
    """As in a shell; what follows a part with a star may be plain."""
    assert list(expand([f"{folder}/*idden"])) == [f"{folder}/*idden"]
    assert list(expand([f"{folder}/.h*"])) == [f"{folder}/.hidden"]
    assert list(expand([f"{folder}/s*/c.txt"])) == [f"{folder}/sub/c.txt"]
    assert list(expand([f"{folder}/s*/d.txt"])) == [f"{folder}/s*/d.txt"]


def test_many_stars_cost_little(folder: Path) -> None:
    """Each `**` once tried all that is left: thirty of them took for ever."""
    deep = folder.joinpath(*"abcdefghijklmnopqrstuvwxyz")
    deep.mkdir(parents=True)
    (deep / "x.pdf").touch()
    stars = "/**" * 30
    assert list(expand([f"{folder}{stars}/x.pdf"])) == [f"{deep}/x.pdf"]
    assert list(expand([f"{folder}{'/**/*' * 15}/none"])) == [f"{folder}{'/**/*' * 15}/none"]


@pytest.mark.parametrize("outcome", list(RowOutcome))
def test_what_bulk_recorded_is_passed_over_in_a_folder(folder: Path, outcome: RowOutcome) -> None:
    """It is counted; a pattern that names it gives it."""
    result = RowResult(number=1, line=2, outcome=outcome, digest="00", identifier="1.2.156")
    (folder / RESULTS).write_text(json.dumps(result.as_json()) + "\n")
    counted = Entries()
    assert str(folder / RESULTS) not in expand([str(folder)], counted)
    assert counted.counts[PassedOver.RESULTS] == 1
    assert list(expand([str(folder / "*.ndjson")])) == [str(folder / RESULTS)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (RESULTS, '{"protected": "e30"}'),
        (RESULTS, '{"row": 1}'),
        (RESULTS, ' {"row": 1, "line": 2, "outcome": "issued", "identifier": "1", "problems": ['),
        ("x.ndjson", '{"row": 1, "line": 2, "outcome": "issued", "identifier": "1", "problems": ['),
    ],
)
def test_nothing_else_is_taken_for_it(folder: Path, name: str, content: str) -> None:
    """Neither by its name nor by its content alone."""
    (folder / name).write_text(content)
    counted = Entries()
    assert str(folder / name) in expand([str(folder)], counted)
    assert counted.counts[PassedOver.RESULTS] == 0
