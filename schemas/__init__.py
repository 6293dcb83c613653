"""The public contract as data (Avro schemas, topics, authorities, examples), and the only code that reads and writes bytes."""
