"""What every test shares: one core, no search by chance, and shapes that are checked where they are promised."""

import os
import re

from hypothesis import settings
from jaxtyping import install_import_hook


def _stay_on_one_core() -> None:
    """The engine is meant to run on one core a process; thread flags alone do not hold XLA to it."""
    if not hasattr(os, "sched_setaffinity"):
        return
    allowed = sorted(os.sched_getaffinity(0))
    worker = re.sub(r"\D", "", os.environ.get("PYTEST_XDIST_WORKER", "")) or "0"
    os.sched_setaffinity(0, {allowed[int(worker) % len(allowed)]})


_stay_on_one_core()  # before JAX is imported, which counts the cores once
settings.register_profile("house", derandomize=True, deadline=None)
settings.load_profile("house")
install_import_hook(
    ["tropism.arrays", "tropism.terms", "tropism.interventions", "tropism.training"], "promised_shapes.checked"
)
