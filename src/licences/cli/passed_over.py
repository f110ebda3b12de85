"""What `licences verify` says of entries of a folder that are no inputs."""

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from eseal.cli.voice import one_line

if TYPE_CHECKING:
    from licences.passed_over import Entries, PassedOver

WORDS: Final = {
    "hidden": ("隐藏的", "hidden"),
    "dangling": ("失效的链接", "dangling link(s)"),
    "folder link": ("指向文件夹的链接", "link(s) to folders"),
    "special": ("管道等特殊文件", "special file(s) such as pipes"),
    "results of bulk": ("批量签发的结果清单", "record(s) of a bulk job"),
}


def say_passed_over(passed_over: "Entries") -> None:
    """Say on stderr how many there were, by kind, and name a few; nothing where there was none."""
    if not passed_over.found:
        return
    said = [*count_words(passed_over.counts), *(f"  {each}" for each in passed_over.told)]
    if len(passed_over.told) < len(passed_over.found):
        said.append("  …  全部 all of them: --passed-over FILE")
    sys.stderr.write("".join(f"{one_line(each)}\n" for each in said))


def passed_over_lines(passed_over: "Entries") -> bytes:
    """Write every entry as a line of JSON, in the order in which they were found."""
    from eseal.plain_text import json_text

    lines = (
        json_text({"input": name, "passed_over": kind.value}, compact=True)
        for kind, name in passed_over.found
    )
    return "".join(f"{line}\n" for line in lines).encode()


def count_words(counts: "Mapping[PassedOver, int]") -> tuple[str, str]:
    """Say how many were passed over, by kind, in Chinese and in English."""
    kinds, total = sorted(counts.items()), sum(counts.values())
    zh = "，".join(f"{WORDS[kind][0]} {count}" for kind, count in kinds)
    en = ", ".join(f"{count} {WORDS[kind][1]}" for kind, count in kinds)
    return f"略过 {total} 项，未验：{zh}", f"Passed over {total}, not verified: {en}"
