"""Publishes what stands on a shelf, into a folder."""

from pathlib import Path

from eseal.jose.status_list import read_status_list
from licences.licence_life import Standing
from licences.model import StatusPlace
from licences.publishing import Published, publish
from licences.reasons import LicenceReason
from licences.status_lists import standing_of
from tests.homes import MARKET
from tests.licences.shelf import NUMBER_OF_LICENCES, Shelf
from tests.world import DAY, NOW, SECOND

NAME = f"{MARKET}-sm2-0.jwt"


class Press:
    """Publishes what stands on a shelf, into a folder."""

    def __init__(self, shelf: Shelf, folder: Path) -> None:
        self.shelf, self.folder = shelf, folder
        self.at = NOW + DAY

    def publish(self) -> Published:
        """Publish the one list a second later than before."""
        (result,) = self.publish_all()
        return result

    def publish_all(self) -> list[Published]:
        """Publish a second later than before."""
        self.at += SECOND
        return list(publish(self.shelf.home, self.folder, clock=lambda: self.at))

    def told(self) -> list[Standing | None]:
        """Where the licences stand by what is published."""
        return self.told_at(*(self.place(number) for number in range(NUMBER_OF_LICENCES)))

    def told_at(self, *places: StatusPlace) -> list[Standing | None]:
        """What is published of places."""
        token = read_status_list((self.folder / "status" / NAME).read_bytes())
        return [standing_of(token.status(each.index)) for each in places]

    def place(self, number: int) -> StatusPlace:
        """The place of a licence by its row."""
        place = self.shelf.find(number).status
        assert place is not None
        return place


def doubt(*results: Published) -> str:
    """What is in doubt of all that was published."""
    errors = [each.error for each in results if each.error is not None]
    assert {each.reason for each in errors} == {LicenceReason.STATUS_UNACCOUNTED}
    return "; ".join(each.sentence for each in errors)
