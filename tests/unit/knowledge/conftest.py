"""Property tests without a deadline: the first example loads the data, and machines differ."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
