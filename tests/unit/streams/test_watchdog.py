from streams.tasks.watchdog import StallObserver

BUSY, IDLE = True, False


def test_work_without_movement_adds_up() -> None:
    progress = StallObserver()
    progress.observe(1.0, {0: (BUSY, 10)})
    progress.observe(1.0, {0: (BUSY, 10)})
    assert progress.observe(1.0, {0: (BUSY, 10)}) == (0, 2.0)


def test_movement_and_idleness_begin_anew() -> None:
    progress = StallObserver()
    for moved in (1, 1, 2):
        stalled = progress.observe(1.0, {0: (BUSY, moved)})
    assert stalled[1] == 0.0
    progress.observe(1.0, {0: (BUSY, 2)})
    assert progress.observe(1.0, {0: (IDLE, 2)})[1] == 0.0


def test_the_partition_that_is_stuck_is_found_among_those_that_move() -> None:
    progress = StallObserver()
    for tick in range(4):
        stalled = progress.observe(1.0, {0: (BUSY, tick), 1: (BUSY, 7)})
    assert stalled == (1, 3.0)


def test_time_in_which_the_process_was_frozen_does_not_count() -> None:
    progress = StallObserver()
    progress.observe(1.0, {0: (BUSY, 1)})
    assert progress.observe(3600.0, {0: (BUSY, 1)})[1] == 0.0


def test_a_partition_that_moved_away_is_forgotten() -> None:
    progress = StallObserver()
    for _ in range(3):
        progress.observe(1.0, {0: (BUSY, 1)})
    assert progress.observe(1.0, {}) == (-1, 0.0)
