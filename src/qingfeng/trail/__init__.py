"""The append-only, tamper-evident record of every act."""

from qingfeng.trail.kinds import EventKind, Subject, kinds

__all__ = ["EventKind", "Subject", "kinds"]
