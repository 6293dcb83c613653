"""Publish to the register, or follow it: all that a registry's or an agency's own program needs.

A registry publishes what it registers:

```python
from datetime import UTC, date, datetime

from sijill import Event, EventId, EventKind, Publisher, RefusedEvent, Settings, registration_id

event = Event(
    event_id=EventId("moci-2026-000123"),
    registration_id=registration_id("KW", "MOCI", "12345"),
    sequence=1,
    kind=EventKind.REGISTERED,
    effective_date=date(2026, 3, 1),
    recorded_at=datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
    stated={"legal_name": [{"text": "Falcon Information Technology Co.", "language": "en"}]},
)
async with Publisher(Settings(kafka="broker.example:9092")) as publisher:
    answer = await publisher.publish(event)
    if isinstance(answer, RefusedEvent):
        print(answer.rejected.code, answer.rejected.message)
```

The register's own answer is a receipt:

```python
from sijill import ReceiptReader, Settings

async with ReceiptReader(Settings(kafka="broker.example:9092"), "kw") as receipts:
    async for receipt in receipts:
        print(receipt.event_id, receipt.outcome, receipt.code, receipt.message)
```

An agency follows its notices behind the last number that it has:

```python
from sijill import Follower, Settings, agency_id

async with Follower(Settings(kafka="broker.example:9092"), agency_id("kw-procurement"), after=119) as notices:
    async for notice in notices:
        print(notice.number, notice.change.company_id, notice.change.after)
```

`docs/how-to/publish.md` and `docs/how-to/follow.md` go on from here.
"""

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from consumers.agency.problems import (
    FollowerProblem,
    KafkaUnreachable,
    NotGivenYet,
    NotKept,
    NoTopic,
    NumbersMissing,
    NumbersSkipped,
)
from producers.problems import BrokerUnreachable, EventTopicMissing, NotDelivered, PublisherProblem, ReceiptTopicMissing
from register.changes import Cause, Change, Trigger
from register.codes import Code, Outcome, Rejected
from register.events import EventKind, EventRef
from register.events import RegistrationEvent as Event
from register.ids import AgencyId, CompanyId, EventId, RegistrationId, agency_id, registration_id
from runtime.problems import SettingsProblem

if TYPE_CHECKING:
    from consumers.agency.follower import Follower
    from consumers.agency.notice import Notice
    from producers.publisher import Delivered, Published, Publisher, RefusedEvent
    from producers.receipts import Receipt, ReceiptReader, ReceiptWarning
    from runtime.settings import Settings
    from runtime.settings import load as load_settings

__all__ = [
    "AgencyId",
    "BrokerUnreachable",
    "Cause",
    "Change",
    "Code",
    "CompanyId",
    "Delivered",
    "Event",
    "EventId",
    "EventKind",
    "EventRef",
    "EventTopicMissing",
    "Follower",
    "FollowerProblem",
    "KafkaUnreachable",
    "NoTopic",
    "NotDelivered",
    "NotGivenYet",
    "NotKept",
    "Notice",
    "NumbersMissing",
    "NumbersSkipped",
    "Outcome",
    "Published",
    "Publisher",
    "PublisherProblem",
    "Receipt",
    "ReceiptReader",
    "ReceiptTopicMissing",
    "ReceiptWarning",
    "RefusedEvent",
    "RegistrationId",
    "Rejected",
    "Settings",
    "SettingsProblem",
    "Trigger",
    "__version__",
    "agency_id",
    "load_settings",
    "registration_id",
]

__version__: Final = version("sijill")

# What needs a library is loaded when it is first used: who publishes does not wait for what follows.
_LOADED_WHEN_USED: Final = {
    "Delivered": ("producers.publisher", "Delivered"),
    "Follower": ("consumers.agency.follower", "Follower"),
    "Notice": ("consumers.agency.notice", "Notice"),
    "Published": ("producers.publisher", "Published"),
    "Publisher": ("producers.publisher", "Publisher"),
    "Receipt": ("producers.receipts", "Receipt"),
    "ReceiptReader": ("producers.receipts", "ReceiptReader"),
    "ReceiptWarning": ("producers.receipts", "ReceiptWarning"),
    "RefusedEvent": ("producers.publisher", "RefusedEvent"),
    "Settings": ("runtime.settings", "Settings"),
    "load_settings": ("runtime.settings", "load"),
}

if not TYPE_CHECKING:  # a type checker knows the names above, and no others

    def __getattr__(name: str) -> Any:
        """Load what is used for the first time."""
        if name not in _LOADED_WHEN_USED:
            raise AttributeError(f"module 'sijill' has no attribute {name!r}")
        module, own_name = _LOADED_WHEN_USED[name]
        return getattr(import_module(module), own_name)

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
