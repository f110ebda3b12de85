"""What seal states and actions are called, Chinese first."""

from typing import Final

from licences.seal_terms import state_words

OPERATIONS: Final = {"issue": "签发", "stamp": "盖章", "straddle": "骑缝"}
COLOURS: Final = {
    "active": "green",
    "suspended": "yellow",
    "rejected": "red",
    "revoked": "red",
    "handed-in": "dim",
    "destroyed": "dim",
}


def state_text(state: str) -> str:
    """Write a state with its colour, which is never the only sign."""
    return f"[{COLOURS.get(state, 'cyan')}]{state_words(state)}[/]"
