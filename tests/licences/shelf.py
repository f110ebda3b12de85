"""A register with licences to which something was done, and how to change it by hand."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from eseal.signers import Signer
from licences.demo_authority import DemoAuthority
from licences.home import Home
from licences.licence_life import LifeAction
from licences.life_journal import record_life
from licences.life_office import LifeOffice
from licences.life_signers import LifeSigners
from licences.model import Event, Format, Licence
from licences.projections import Projections
from licences.rebuilding import Compared, Outcome, rebuild
from licences.row_values import table_of
from licences.rows import LicenceRow
from licences.seal_journal import Grounds
from licences.store import Register
from tests.homes import home_with_licences, request
from tests.registers import AnyRegisters, by_hand, unguard
from tests.world import DAY, NOW

NUMBER_OF_LICENCES = 5
LAST_DAY = f"{NOW:%Y-%m-%d}"


@dataclass(kw_only=True)
class Shelf:
    """A register with five licences; the first is suspended and the second revoked."""

    home: Home
    register: Register
    identifiers: tuple[str, ...]

    @property
    def projections(self) -> Projections:
        """What the rows say."""
        return Projections(self.register.engine)

    def find(self, number: int) -> Licence:
        """A licence as the register holds it."""
        found = self.register.find_by_identifier(self.identifiers[number])
        assert found is not None
        return found

    def act(self, number: int, action: LifeAction, at: datetime = NOW + DAY) -> None:
        """Do something to a licence."""
        with LifeOffice.open(self.home, clock=lambda: at) as office:
            grounds = Grounds(reason="样本")
            office.act(self.identifiers[number], action, operator="张样例", grounds=grounds)

    @property
    def signers(self) -> LifeSigners:
        """Who judges the signers of what was done."""
        return LifeSigners(self.home.trust_store, now=NOW + DAY)

    def forge(self, number: int, signer: Signer, action: LifeAction = LifeAction.CORRECT) -> None:
        """Have somebody record something with no more than what inserts and updates can do."""
        licence, events = self.register.read(self.identifiers[number])
        entry = record_life(
            licence,
            events,
            action,
            actor="张样例",
            grounds=Grounds(reason="样本"),
            at=NOW + DAY,
            signer=signer,
            corrects=events[-1].number if action is LifeAction.CORRECT else None,
        )
        self.register.advance([entry])

    @property
    def is_sqlite(self) -> bool:
        """Which of the databases it is."""
        return self.register.engine.dialect.name == "sqlite"

    def execute(self, sql: str) -> None:
        """Change the database by hand."""
        with by_hand(self.register.engine) as connection:
            connection.exec_driver_sql(sql)

    def unguard(self, table: str) -> None:
        """Have a table of the journal changed by whoever wants."""
        unguard(self.register.engine, table)

    def spoil(self, number: int, **columns: str) -> None:
        """Have a licence's row say something else; values are SQL."""
        said = ", ".join(f"{name} = {value}" for name, value in columns.items())
        identifier = self.identifiers[number]
        self.execute(f"UPDATE licence SET {said} WHERE identifier = '{identifier}'")  # noqa: S608

    def add_row(self, number: int, **columns: str) -> None:
        """Have another row beside a licence's, which says the same or something else."""
        names = [each.name for each in table_of(LicenceRow).columns]
        values = ", ".join(columns.get(each, each) for each in names)
        where = f"identifier = '{self.identifiers[number]}'"
        self.execute(
            f"INSERT INTO licence ({', '.join(names)}) SELECT {values} FROM licence WHERE {where}"  # noqa: S608
        )

    def delete_row(self, number: int) -> None:
        """Have a licence's row deleted."""
        self.execute(f"DELETE FROM licence WHERE identifier = '{self.identifiers[number]}'")  # noqa: S608

    def spoil_event(self, number: int, event: int, **columns: str) -> None:
        """Have an event of a licence's journal say something else; values are SQL."""
        self.unguard("event")
        said = ", ".join(f"{name} = {value}" for name, value in columns.items())
        self.execute(f"UPDATE event SET {said} WHERE {self._event(number, event)}")  # noqa: S608

    def drop_events(self, number: int, after: int) -> None:
        """Cut off a licence's journal."""
        where = self._event(number, after).replace("number =", "number >")
        for table in ("event_signature", "event"):
            self.unguard(table)
            self.execute(f"DELETE FROM {table} WHERE {where}")  # noqa: S608

    def _event(self, number: int, event: int) -> str:
        identifier = self.identifiers[number]
        found = f"SELECT id FROM licence WHERE identifier = '{identifier}'"  # noqa: S608
        return f"licence_id = ({found}) AND number = {event}"

    def event(self, number: int, event: int) -> Event:
        """An event."""
        return self.register.events(self.find(number).key)[event]

    def bytes(self, value: bytes) -> str:
        """Bytes in SQL."""
        return f"x'{value.hex()}'" if self.is_sqlite else f"'\\x{value.hex()}'::bytea"

    def rebuild(self, *, check: bool = False, limit: int = 2) -> dict[str, Compared]:
        """Rebuild; give what does not agree, by identifier."""
        compared = list(rebuild(self.projections, self.signers, check=check, limit=limit))
        assert sorted(each.identifier for each in compared) == sorted(self.identifiers)
        return {each.identifier: each for each in compared if each.outcome is not Outcome.AGREES}


@contextmanager
def make_shelf(home: Path, authority: DemoAuthority, registers: AnyRegisters) -> Iterator[Shelf]:
    """Five licences that were issued NOW, their last day, of which something is done to two."""
    requests = (
        request(number, formats=(Format.JSON,), term_until=LAST_DAY)
        for number in range(NUMBER_OF_LICENCES)
    )
    opened, identifiers = home_with_licences(home, authority, registers, *requests)
    with closing(opened.register()) as register:
        made = Shelf(home=opened, register=register, identifiers=identifiers)
        made.act(0, LifeAction.SUSPEND)
        made.act(1, LifeAction.REVOKE)
        yield made
