"""Lets `python -m qingfeng.cli` run the command."""

from __future__ import annotations

from qingfeng.cli import main

main(prog_name="qingfeng")
