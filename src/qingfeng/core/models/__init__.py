"""Models of core: see each module."""

from qingfeng.core.models.calendar import DayOverride
from qingfeng.core.models.numbering import RecordNumber, Series

__all__ = ["DayOverride", "RecordNumber", "Series"]
