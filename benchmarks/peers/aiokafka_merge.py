"""The merge job as a bare aiokafka loop: state as objects in memory, offsets committed by timer, nothing guaranteed.

`python -m benchmarks.peers.aiokafka_merge`
"""

import asyncio

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from benchmarks.peers.merging import MergeJob, change_bytes, company_bytes
from register.company import Company
from register.history import History
from register.merge import merge
from runtime.settings import Settings
from schemas.facts.precedence import precedence


async def main() -> None:
    """Run until SIGTERM."""
    settings = Settings()
    job = MergeJob(settings)
    histories: dict[bytes, History[bytes]] = {}
    companies: dict[bytes, Company] = {}
    consumer = AIOKafkaConsumer(
        *job.inputs,
        bootstrap_servers=settings.bootstrap_servers,
        group_id=settings.topic_prefix + "aiokafka",
        auto_offset_reset="earliest",
    )
    producer = AIOKafkaProducer(bootstrap_servers=settings.bootstrap_servers)
    async with consumer, producer:
        async for record in consumer:
            key = record.key or b""
            judged = job.judge(record, histories.get(key))
            if judged.history is not None:
                histories[key] = judged.history
            await producer.send(job.receipts[record.topic], key=key, value=judged.receipt)
            for value in judged.evidence:
                await producer.send(job.evidence, key=key, value=value)
            for value in judged.naming:
                await producer.send(job.namings, key=key, value=value)
            if judged.statement is None:
                continue
            merged = merge(judged.statement, companies.get(key), precedence())
            if merged.company is not None:
                companies[key] = merged.company
                await producer.send(job.companies, key=key, value=company_bytes(merged.company))
            if merged.change is not None:
                await producer.send(job.changes, key=key, value=change_bytes(merged.change))


if __name__ == "__main__":
    asyncio.run(main())
