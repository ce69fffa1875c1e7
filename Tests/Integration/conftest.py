import contextlib
import re
import shutil

import pytest

from support.envoy import ROOT
from support.processes import Processes

LOGS = ROOT / ".build" / "integration"
_running = []


@pytest.fixture(scope="session", autouse=True)
def fresh_logs():
    shutil.rmtree(LOGS, ignore_errors=True)


def _processes(name):
    with Processes(LOGS / re.sub(r"\W+", "-", name)) as processes:
        _running.append(processes)
        yield processes
        _running.remove(processes)


@pytest.fixture(scope="module")
def shared_processes(request):
    """Processes that live as long as the tests of one file."""
    yield from _processes(request.module.__name__)


@pytest.fixture
def processes(request):
    """Processes that live as long as one test."""
    yield from _processes(f"{request.module.__name__}-{request.node.name}")


@pytest.fixture
def stack():
    """What is entered here is left after the test."""
    with contextlib.ExitStack() as stack:
        yield stack


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    outcome = yield
    report = outcome.get_result()
    if report.failed:
        report.sections += [("logs", processes.log_tails()) for processes in _running]
