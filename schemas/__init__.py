"""The public contract as data (Avro schemas, topics, examples), and the only code that reads and writes bytes."""
