"""The journal of a licence is a chain: the licence names the digest of its last event.

Revision 0003, after 0002. Events that are there already name none before them, and stay as they
are; of each licence the last one becomes what the next one names.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column, and fill it for the licences that are there."""
    head = sa.Column("head", sa.LargeBinary(), nullable=False, server_default=sa.text("''"))
    op.add_column("licence", head)
    op.execute(
        """
        UPDATE licence SET head = (
            SELECT event.digest FROM event
            WHERE event.shard = licence.shard
              AND event.licence_id = licence.id
              AND event.number = licence.events - 1
        )
        """
    )
