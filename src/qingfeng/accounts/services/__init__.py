"""Verbs of accounts: open, close, reset; offices by two; what sign-in tells the trail."""

from __future__ import annotations

from qingfeng.accounts.services.keeping import (
    choose_language,
    close_account,
    open_account,
    reopen_account,
    reset_password,
    reset_second_factor,
    unlock,
)
from qingfeng.accounts.services.offices import (
    first_officer,
    move_proposal,
    propose_leaving,
    propose_office,
    restore_officer,
)
from qingfeng.accounts.services.signin import listen

__all__ = [
    "choose_language",
    "close_account",
    "first_officer",
    "listen",
    "move_proposal",
    "open_account",
    "propose_leaving",
    "propose_office",
    "reopen_account",
    "reset_password",
    "reset_second_factor",
    "restore_officer",
    "unlock",
]
