"""The demo: from the command to the first page, the second start, and each scale's load."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path
from socket import socket

from qingfeng.cli import ROOT

NAME = "demo"
HELLO = "def application(environ, start):\n    start('200 OK', [])\n    return [b'.']\n"
LIMITS = {"small": 20, "default": 60, "national": 900}  # seconds


def run(size, database):
    """Measure; ``national`` only at the full size, since it takes minutes."""
    if database == "postgresql":
        return [load_on_postgresql()]
    with tempfile.TemporaryDirectory(prefix="qingfeng-demo-") as name:
        folder = Path(name)
        scales = ["small", "default"] + (["national"] if size == 1 else [])
        return [
            *first_and_second_start(folder),
            *(load(folder, scale) for scale in scales),
        ]


def figure(name, value, baseline, target):
    return {
        "name": name,
        "value": round(value, 2),
        "unit": "s",
        "baseline": None if baseline is None else round(baseline, 2),
        "target": target,
        "met": value <= target,
    }


def plain():
    """The environment as a person has it: without what the harness set."""
    drop = {"DATABASE_URL", "QINGFENG_DATA", "PYTHONPATH", "DJANGO_SETTINGS_MODULE"}
    return {name: value for name, value in os.environ.items() if name not in drop}


def free_port():
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until_answered(command, port, *, patience, **kwargs):
    """Seconds from the command to the first answer at the port; the program is then stopped."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True, **kwargs)
    try:
        while time.perf_counter() - began < patience:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=60):
                    return time.perf_counter() - began
            except urllib.error.HTTPError:
                return time.perf_counter() - began
            except OSError:
                if process.poll() is not None:
                    raise RuntimeError(f"{command} ended with {process.returncode}") from None
                time.sleep(0.02)
        raise TimeoutError(f"no answer from {command}")
    finally:
        os.killpg(process.pid, signal.SIGINT)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def first_and_second_start(folder):
    """On a fresh clone; beside it, pip alone, and the server alone."""
    clone = folder / "clone"
    subprocess.run(["git", "clone", "-q", ROOT, clone], check=True)
    port = free_port()
    command = ["./qingfeng", "demo", "--port", str(port)]
    first = until_answered(command, port, patience=900, cwd=clone, env=plain())
    second = until_answered(command, port, patience=60, cwd=clone, env=plain())
    return [
        figure("command to first page, installing", first, pip_alone(folder, clone), 180),
        figure("second start to first page", second, server_alone(folder, clone), 5),
    ]


def pip_alone(folder, clone):
    """Seconds that a bare environment and pip take for the same lock."""
    began = time.perf_counter()
    venv = folder / "bare"
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    lock = clone / "requirements" / "run.lock"
    pip = [venv / "bin" / "python", "-m", "pip", "install", "-q", "--require-hashes", "-r", lock]
    subprocess.run(pip, check=True, capture_output=True, env=plain())
    return time.perf_counter() - began


def server_alone(folder, clone):
    """Seconds that the same server takes to answer with an application of one line."""
    (folder / "hello.py").write_text(HELLO, encoding="utf-8")
    port = free_port()
    python = clone / ".venv" / "bin" / "python"
    command = [python, "-m", "granian", "--interface", "wsgi", "--no-log", "--port", str(port)]
    return until_answered(
        [*command, "hello:application"], port, patience=60, cwd=folder, env=plain()
    )


def load(folder, scale):
    """A whole load; beside it, SQLite alone writing the same content into a new file."""
    data = folder / scale
    words = ["-m", "qingfeng.cli", "demo", "--no-serve", "--scale", scale, "--data", data]
    env = {**plain(), "PYTHONPATH": str(ROOT / "src")}
    began = time.perf_counter()
    subprocess.run([sys.executable, *words], check=True, env=env, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - began
    began = time.perf_counter()
    with closing(sqlite3.connect(data / "qingfeng.sqlite3")) as base:
        base.execute("VACUUM INTO ?", [str(data / "copy.sqlite3")])
    baseline = time.perf_counter() - began
    shutil.rmtree(data)
    return figure(f"load, {scale}", seconds, baseline, LIMITS[scale])


def load_on_postgresql():
    """The small scale on PostgreSQL, within this process; the demo itself is on SQLite."""
    from qingfeng.campaigns import demo

    began = time.perf_counter()
    demo.load("small", tell=lambda _what, _fraction: None)
    return figure("load, small", time.perf_counter() - began, None, LIMITS["small"])
