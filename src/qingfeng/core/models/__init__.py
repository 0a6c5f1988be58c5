"""Models of core, each in the room of its mechanism."""

from qingfeng.core.models.attachment import Attachment
from qingfeng.core.models.calendar import DayOverride
from qingfeng.core.models.clocked import NEVER, Clocked, ClockUnit, Extension, Suspension
from qingfeng.core.models.notice import Notice
from qingfeng.core.models.numbering import RecordNumber, Series
from qingfeng.core.models.record import Guarded, Record
from qingfeng.core.models.saved_view import SavedView
from qingfeng.core.models.stamp import Stamp

__all__ = [
    "NEVER",
    "Attachment",
    "ClockUnit",
    "Clocked",
    "DayOverride",
    "Extension",
    "Guarded",
    "Notice",
    "Record",
    "RecordNumber",
    "SavedView",
    "Series",
    "Stamp",
    "Suspension",
]
