"""Follow an agency's notices: the agency's own library, and what it raises, for every door."""

from consumers.agency.follower import Follower
from consumers.agency.notice import Notice
from consumers.agency.problems import NotGivenYet, NotKept, NumbersMissing, NumbersSkipped

__all__ = ["Follower", "NotGivenYet", "NotKept", "Notice", "NumbersMissing", "NumbersSkipped"]
