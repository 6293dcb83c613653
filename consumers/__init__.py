"""One package per consumer group outside Faust: what leaves the topics for a database, a webhook or an agency."""
