"""The time for the laws: seconds by default, minutes with `pytest tests/unit --hypothesis-profile=long`."""

from hypothesis import HealthCheck, settings

_SLOW_TO_DRAW = [HealthCheck.too_slow, HealthCheck.data_too_large]  # whole histories are drawn, on a shared machine

settings.register_profile("fast", max_examples=20, deadline=None, suppress_health_check=_SLOW_TO_DRAW)
settings.register_profile(
    "long", max_examples=2_000, deadline=None, suppress_health_check=_SLOW_TO_DRAW, print_blob=True
)
settings.load_profile("fast")
