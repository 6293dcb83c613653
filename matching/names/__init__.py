"""One name: read word by word, and compared with another."""
