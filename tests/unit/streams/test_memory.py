"""What a step remembers between its transactions."""

from streams.processors.state_cache import LARGE, Memory


def test_the_state_used_least_recently_is_forgotten_first() -> None:
    memory: Memory[str, int] = Memory(size=2)
    memory.keep("a", 1, 10)
    memory.keep("b", 2, 10)
    assert memory.get("a") == 1
    memory.keep("c", 3, 10)
    assert (memory.get("a"), memory.get("b"), memory.get("c")) == (1, None, 3)


def test_a_state_that_grew_large_is_not_remembered_nor_is_what_it_was_before() -> None:
    memory: Memory[str, int] = Memory()
    memory.keep("a", 1, LARGE)
    memory.keep("a", 2, LARGE + 1)
    assert memory.get("a") is None


def test_the_newest_state_of_a_key_is_the_one_that_is_remembered() -> None:
    memory: Memory[str, int] = Memory()
    memory.keep("a", 1, 10)
    memory.keep("a", 2, 10)
    assert memory.get("a") == 2
