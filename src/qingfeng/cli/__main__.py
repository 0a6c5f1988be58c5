"""Lets `python -m qingfeng.cli` run the command."""

from __future__ import annotations

from qingfeng.cli import main

if __name__ == "__main__":  # not again in the processes that verification spawns
    main(prog_name="qingfeng")
