"""The `licences seal` command with a home and a department's certificate."""

import json
from dataclasses import dataclass
from pathlib import Path

from tests.command import Command, Outcome
from tests.homes import MARKET

NUMBER = "9999990000009"


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The command with a home and a department's certificate."""

    licences: Command
    home: Path
    certificate: Path

    def __call__(self, *arguments: object) -> Outcome:
        """Run `licences seal` on the home."""
        return self.licences("seal", *arguments, "--home", self.home)

    def apply(self, *more: object) -> Outcome:
        """Apply for the department's seal, or for something else where that is said."""
        usual = {
            "--as": "applicant-1",
            "--owner": MARKET,
            "--keeper": "keeper-1",
            "--cert": self.certificate,
            "--kind": "special",
            "--purpose": "电子证照专用章",
            "--reason": "演示（样本）",
        }
        left = (each for option in usual.items() if option[0] not in more for each in option)
        return self("apply", *left, "--sample", *(more or ("--number", NUMBER)))

    def step(self, action: str, officer: str) -> Outcome:
        """Take a step that has to succeed."""
        outcome = self(action, NUMBER, "--as", officer, "--reason", "样本")
        assert outcome.code == 0, outcome.err
        return outcome

    def activate(self) -> None:
        """Have an active seal."""
        outcome = self.apply()
        assert outcome.code == 0, outcome.err
        for action, officer in (
            ("approve", "approver-1"),
            ("make", "maker-1"),
            ("activate", "keeper-1"),
        ):
            self.step(action, officer)

    def state(self) -> dict[str, object]:
        """What `show --json` says."""
        shown: dict[str, object] = json.loads(self("show", NUMBER, "--json").out)
        return shown
