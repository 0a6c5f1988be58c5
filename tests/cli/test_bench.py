"""The harness of benchmarks: what it finds and what it prints."""

from __future__ import annotations

from qingfeng.cli import bench
from qingfeng.cli.machine import described


def test_benchmarks_are_found_by_name_without_being_imported(tmp_path, monkeypatch):
    (tmp_path / "one.py").write_text(
        '"""Counts sheep.\n\nMore."""\nNAME = "sheep"\nimport nowhere\n'
    )
    (tmp_path / "shared.py").write_text('"""No benchmark."""\n')
    monkeypatch.setattr(bench, "FOLDER", tmp_path)
    assert bench.found() == {"sheep": ("bench.one", "Counts sheep.")}


def test_a_figure_that_misses_its_target_says_so(capsys):
    figure = {
        "name": "p95",
        "value": 31.5,
        "unit": "ms",
        "baseline": None,
        "target": 30,
        "met": False,
    }
    bench.table({"bench": "register", "database": "sqlite", "size": 0.05, "figures": [figure]})
    assert "NOT MET" in capsys.readouterr().out


def test_the_machine_is_described():
    machine = described()
    assert set(machine) == {"cpu", "cores", "ram_gb", "os", "python"}
    assert all(machine.values())
