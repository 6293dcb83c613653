"""The same jobs on other runtimes, each written as its own documentation recommends. They run in .venv-bench.

All use the register's own functions (`merging`), so that what differs is the runtime. Where a peer may do without
something that Sijill does (the statements' own topic, dead letters), it does without.
"""
