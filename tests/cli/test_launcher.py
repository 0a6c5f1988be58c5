"""The launcher: from a bare clone to the command, or one clear sentence why not.

A stand-in for Python plays what a machine may do; the last test runs the real one.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

STAND_IN = """#!/bin/bash
case "$*" in
*version_info\\ *) [ -z "${OLD:-}" ]; exit ;;
-V) echo "Python 3.9.2" ;;
*'import ensurepip'*) [ -z "${NO_VENV:-}" ] || [ -e "$HOME/apt-came" ] ;;
*'-venv'*) echo python3.11-venv ;;
*'-m venv'*)
    for last; do :; done
    mkdir -p "$last/bin"; cp "$0" "$last/bin/python"; echo made >>"$HOME/log" ;;
*'-m pip'*)
    echo installed >>"$HOME/log"
    [ -z "${SLOW:-}" ] || sleep 30
    [ -z "${PIP_SAYS:-}" ] || { echo "$PIP_SAYS"; exit 1; } ;;
*'-m qingfeng.cli'*) echo "command: ${*:3}" ;;
esac
"""


def program(path, text):
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture
def clone(tmp_path):
    """A clone without an environment, a home, and a path of stand-ins before the system's."""
    (tmp_path / "clone" / "requirements").mkdir(parents=True)
    (tmp_path / "bin").mkdir()
    shutil.copy(ROOT / "qingfeng", tmp_path / "clone" / "qingfeng")
    for name in ("run", "test"):
        (tmp_path / "clone" / "requirements" / f"{name}.lock").write_text(f"{name}==1\n")
    program(tmp_path / "bin" / "python3", STAND_IN)
    return tmp_path


def start(clone, *words, **env):
    return subprocess.run(
        [clone / "clone" / "qingfeng", *words],
        env={"PATH": f"{clone / 'bin'}:/usr/bin:/bin", "HOME": str(clone), **env},
        capture_output=True,
        text=True,
        check=False,
    )


def installed(clone):
    log = clone / "log"
    return log.read_text().splitlines() if log.exists() else []


def test_the_first_start_installs_and_the_second_does_not(clone):
    first = start(clone, "serve", "--port", "8001")
    assert first.stdout == "command: serve --port 8001\n"
    assert "installing 1 packages" in first.stderr
    assert start(clone, "doctor").stderr == ""
    assert installed(clone) == ["made", "installed"]


def test_a_changed_lock_makes_the_environment_anew(clone):
    start(clone, "serve")
    (clone / "clone" / "requirements" / "run.lock").write_text("run==2\n")
    assert start(clone, "serve").returncode == 0
    assert installed(clone) == ["made", "installed", "made", "installed"]


def test_the_test_lock_adds_to_the_environment_and_serves_the_rest_too(clone):
    start(clone, "serve")
    start(clone, "check")
    start(clone, "serve")
    assert installed(clone) == ["made", "installed", "installed"]


def test_an_installation_that_failed_is_not_taken_for_a_good_one(clone):
    assert start(clone, "serve", PIP_SAYS="anything").returncode == 1
    assert start(clone, "serve").stdout == "command: serve\n"


def test_an_old_python_is_named_with_the_remedy(clone):
    done = start(clone, "demo", OLD="1", QINGFENG_PYTHON="python3")
    assert done.returncode == 1
    assert "Python 3.11 or later is needed; found: Python 3.9.2." in done.stderr
    assert "apt-get install python3 python3-venv" in done.stderr


def test_a_missing_python_is_named(clone):
    done = start(clone, "demo", QINGFENG_PYTHON="python-of-nowhere")
    assert "found: no python-of-nowhere." in done.stderr


def test_without_the_venv_module_a_plain_user_is_told_the_command(clone):
    program(clone / "bin" / "id", "#!/bin/bash\necho 1000\n")
    done = start(clone, "demo", NO_VENV="1")
    assert done.returncode == 1
    assert "sudo apt-get install python3.11-venv" in done.stderr


def test_without_the_venv_module_root_gets_it_installed(clone):
    program(clone / "bin" / "id", "#!/bin/bash\necho 0\n")
    program(clone / "bin" / "apt-get", '#!/bin/bash\ntouch "$HOME/apt-came"\n')
    done = start(clone, "demo", NO_VENV="1")
    assert "installing python3.11-venv with apt-get" in done.stderr
    assert done.stdout == "command: demo\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        ("Failed to establish a new connection: [Errno -2] Name or service", "no network"),
        ("ERROR: No matching distribution found for click==8.5.1", "no network"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM", "differs from the one in"),
        ("OSError: [Errno 30] Read-only file system", "cannot be written"),
        ("ERROR: something else", "ERROR: something else"),
    ],
)
def test_what_pip_complains_of_is_said_in_one_sentence(clone, words, said):
    done = start(clone, "demo", PIP_SAYS=words)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_an_incomplete_clone_is_named(clone):
    (clone / "clone" / "requirements" / "run.lock").unlink()
    assert "the clone is incomplete" in start(clone, "demo").stderr


def test_an_interruption_ends_with_a_word_and_the_next_start_goes_on(clone):
    process = subprocess.Popen(
        [clone / "clone" / "qingfeng", "demo"],
        env={"PATH": f"{clone / 'bin'}:/usr/bin:/bin", "HOME": str(clone), "SLOW": "1"},
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while "installed" not in installed(clone):
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    _out, said = process.communicate(timeout=10)
    assert process.returncode == 1
    assert "interrupted; start again" in said
    assert start(clone, "demo").stdout == "command: demo\n"


@pytest.mark.slow
def test_with_the_real_python_a_hash_is_demanded_and_checked(clone):
    """One tiny wheel, from a folder: the right hash installs it, a wrong one does not."""
    wheel = clone / "small-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("small.py", "")
        archive.writestr(
            "small-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: small\nVersion: 1\n"
        )
        archive.writestr("small-1.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr("small-1.dist-info/RECORD", "small.py,,\n")
    lock = clone / "clone" / "requirements" / "run.lock"
    (clone / "clone" / "src" / "qingfeng").mkdir(parents=True)
    (clone / "clone" / "src" / "qingfeng" / "cli.py").write_text(
        "import small, sys\nprint(sys.argv[1:])\n"
    )
    env = {
        "QINGFENG_PYTHON": sys.executable,
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(clone),
        "PIP_CONFIG_FILE": os.devnull,
    }
    lock.write_text(f"small==1 --hash=sha256:{'0' * 64}\n")
    assert "differs from the one in" in start(clone, "demo", **env).stderr
    lock.write_text("small==1\n")
    assert start(clone, "demo", **env).returncode == 1
    lock.write_text(f"small==1 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n")
    assert start(clone, "demo", **env).stdout == "['demo']\n"
