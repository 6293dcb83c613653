"""The one way to Kafka: consumers, batches, transactions, offsets, and whether Kafka is there."""
