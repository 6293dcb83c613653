"""A registry reads its receipts on a real Kafka: each once, from where it stopped, and no aborted one."""

import asyncio

import pytest

from producers.problems import BrokerUnreachable, ReceiptTopicMissing
from producers.receipts import Receipt, ReceiptReader, ReceiptWarning
from register.codes import Outcome
from runtime.embedded import free_ports
from runtime.settings import Settings
from tests.integration.projection_fixture import World, world
from tests.unit.consumers.sample_records import receipt

WITHIN_S = 60


async def _read(settings: Settings, positions: dict[int, int]) -> list[Receipt]:
    """Read on from some positions, and move them."""
    async with ReceiptReader(settings, "kw", positions=positions, wait=False) as reader:
        found = [one async for one in reader]
        positions.update(reader.positions)
    return found


async def _answer(register: World, *data: dict[str, object], abort: bool = False) -> None:
    await register.send(*(register.receipt("kw", one) for one in data), abort=abort)


async def _make_topic(register: World) -> None:
    """Make the topic, and return when the broker has its leader: only then can an aborted record stand in it."""
    await register.create(register.topics.receipts("kw"))
    await _answer(register, receipt(99), abort=True)


async def test_each_receipt_is_read_once_and_an_aborted_one_never(settings: Settings) -> None:
    async with world(settings) as register:
        await _make_topic(register)
        positions: dict[int, int] = {}
        assert await _read(settings, positions) == []

        await _answer(register, *(receipt(offset) for offset in range(5)))
        await _answer(register, receipt(98), abort=True)
        first = await _read(settings, positions)
        assert sorted(one.offset for one in first) == [0, 1, 2, 3, 4]
        assert await _read(settings, positions) == []

        await _answer(register, receipt(5, "DUPLICATE"))
        [again] = await _read(settings, positions)
        assert (again.offset, again.outcome) == (5, Outcome.DUPLICATE)


async def test_a_receipt_says_what_was_wrong_and_what_was_odd(settings: Settings) -> None:
    odd = {"code": "unmapped_status", "message": "no map has it", "field": "status_as_stated", "word": "نشط"}
    rejected = receipt(1, "REJECTED", code="missing_name", message="state the legal name", field="legal_name")
    async with world(settings) as register:
        await _make_topic(register)
        await _answer(register, receipt(0, warnings=[odd]), rejected)
        found = {one.offset: one for one in await _read(settings, {})}
    assert found[0].warnings == (ReceiptWarning(**odd),)
    assert (found[0].outcome, found[0].code, found[0].field) == (Outcome.ACCEPTED, None, None)
    assert (found[1].outcome, found[1].code, found[1].message, found[1].field) == (
        Outcome.REJECTED, "missing_name", "state the legal name", "legal_name",
    )  # fmt: skip


async def test_a_reader_waits_for_receipts_and_a_cancelled_wait_loses_none(settings: Settings) -> None:
    async with world(settings) as register:
        await _make_topic(register)
        async with ReceiptReader(settings, "kw") as receipts:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(anext(receipts), timeout=0.5)
            await _answer(register, receipt(7))
            assert (await asyncio.wait_for(anext(receipts), WITHIN_S)).offset == 7


async def test_what_keeps_a_reader_from_the_receipts_is_named(settings: Settings) -> None:
    with pytest.raises(ReceiptTopicMissing, match=r"receipts\.kw does not exist .* run `sijill topics apply`"):
        async with ReceiptReader(settings, "kw"):
            pass
    with pytest.raises(ValueError, match="'fr' is no publisher"):
        ReceiptReader(settings, "fr")
    nowhere = settings.model_copy(update={"kafka": f"127.0.0.1:{free_ports(1)[0]}"})
    with pytest.raises(BrokerUnreachable, match="no Kafka answers at 127"):
        async with ReceiptReader(nowhere, "kw"):
            pass
