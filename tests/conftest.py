"""What every test shares: one core, no search by chance, and shapes that are checked where they are promised."""

import gc
import importlib
import os
import pkgutil
import re
import signal

import pytest
from hypothesis import settings
from jaxtyping import install_import_hook

from tropism.lean import look_rarely

ALLOWED = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
"""The cores that this process was given."""


def _stay_on_one_core() -> None:
    """The engine is meant to run on one core a process; thread flags alone do not hold XLA to it."""
    if not hasattr(os, "sched_setaffinity"):
        return
    allowed = sorted(ALLOWED)
    worker = re.sub(r"\D", "", os.environ.get("PYTEST_XDIST_WORKER", "")) or "0"
    os.sched_setaffinity(0, {allowed[int(worker) % len(allowed)]})


_stay_on_one_core()  # before JAX is imported, which counts the cores once
settings.register_profile("house", derandomize=True, deadline=None)
settings.load_profile("house")
_HOOKED = ("tropism.arrays", "tropism.terms", "tropism.interventions", "tropism.training")


def _import_with_shapes_checked() -> None:
    """Import what the hook rewrites, at once and without a collection in between.

    A collection that runs code while a syntax tree is made stumbles over a defect of CPython 3.11 (gh-106905).
    """
    install_import_hook(list(_HOOKED), "promised_shapes.checked")
    gc.disable()
    for name in _HOOKED:
        package = importlib.import_module(name)
        for found in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{name}.{found.name}")
    gc.enable()
    gc.freeze()
    look_rarely()


_import_with_shapes_checked()


@pytest.fixture(autouse=True)
def _plug_ins_of_one_test_are_not_another_one_s(monkeypatch):
    """What a test lets in by `--plugin` may stand on no shelf in the test after it, which has other names to choose."""
    from tropism import values

    monkeypatch.setattr(values, "_plugins", dict(values._plugins))


@pytest.fixture
def drawn_once(monkeypatch):
    """Figures are drawn in one form, coarsely, and said to be both: for what does not look at them."""
    from tropism.figures import theme

    def once(figure, dpi=40, **options):
        palette = theme.LIGHT
        return dict.fromkeys(
            theme.PALETTES, theme._drawn(figure, palette, "png", dpi, options.get("transparent", False))
        )

    monkeypatch.setattr(theme, "render", once)


@pytest.fixture(autouse=True)
def _what_a_test_sets_outside_ends_with_it():
    """A page or an example that is run as a test may set variables and change its folder, as its reader would."""
    before, folder = _variables(), os.getcwd()
    yield
    os.chdir(folder)
    after = _variables()
    for name in after.keys() - before.keys():
        del os.environ[name]
    os.environ.update({name: value for name, value in before.items() if after.get(name) != value})


def _variables() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}


LONGEST = ("test_docs.py", "test_examples.py", "test_stopping.py", "test_killed_study.py", "test_kill_trials.py")
"""Files that a worker begins with, so that none is left with one of them at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


def pytest_configure(config: pytest.Config) -> None:
    """Give workers all cores to choose from, which they would inherit otherwise as the one that was chosen here; and
    hear Ctrl-C also where the shell that began the tests ignores it, as for what it runs in the background."""
    if ALLOWED and getattr(config.option, "numprocesses", None):
        os.sched_setaffinity(0, ALLOWED)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
