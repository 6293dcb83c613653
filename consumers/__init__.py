"""One package per consumer group outside Faust: copies from the topics to a database or an agency."""
