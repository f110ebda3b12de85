"""What `licences verify` says of entries of a folder that are no inputs."""

import sys
from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from licences.inputs import PassedOver

WORDS: Final = {
    "hidden": ("隐藏的", "hidden"),
    "dangling": ("失效的链接", "dangling link(s)"),
    "folder link": ("指向文件夹的链接", "link(s) to folders"),
    "unreadable": ("无法查看的", "that cannot be looked at"),
    "special": ("管道等特殊文件", "special file(s) such as pipes"),
    "results of bulk": ("批量签发的结果清单", "record(s) of a bulk job"),
}


def say_passed_over(passed_over: "Counter[PassedOver]") -> None:
    """Say on stderr how many there were, by kind; nothing where there was none."""
    if not passed_over:
        return
    kinds = sorted(passed_over.items())
    zh = "，".join(f"{WORDS[kind][0]} {count}" for kind, count in kinds)
    en = ", ".join(f"{count} {WORDS[kind][1]}" for kind, count in kinds)
    total = passed_over.total()
    sys.stderr.write(f"略过 {total} 项，未验：{zh}\nPassed over {total}, not verified: {en}\n")
