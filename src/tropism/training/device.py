"""The device: one core per process, and compiled programs kept for the next start."""

from __future__ import annotations

import contextlib
import os
import platform
from collections.abc import Iterator
from pathlib import Path


def pin(core: int) -> None:
    """Keep this process on one core, before JAX starts; where the system cannot, leave it be.

    Two threads that share one small program cost several times the work of one, and thread flags alone do not stop
    them.
    """
    if hasattr(os, "sched_setaffinity"):
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, {core})


def cores() -> list[int]:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


@contextlib.contextmanager
def one_core() -> Iterator[None]:
    """While JAX starts, show it one core, so that it makes one thread; the process itself is left as it was."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    pin(min(before))
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def start() -> None:
    """Start JAX for training: one thread, and a compilation cache in the user's cache folder, never in a store."""
    import jax

    with one_core():
        jax.devices()
    folder = cache_folder()
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        jax.config.update("jax_compilation_cache_dir", str(folder))
        jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.5)


def cache_folder() -> Path:
    """Where compiled programs are kept: `tropism/programs` in the user's cache folder."""
    root = os.environ.get("XDG_CACHE_HOME")
    return (Path(root) if root else Path.home() / ".cache") / "tropism" / "programs"


def quickly() -> dict[str, int]:
    """Compiler options for what runs once: compiling it thoroughly takes longer than training does.

    A level that the environment's `XLA_FLAGS` name is kept.
    """
    level = "xla_backend_optimization_level"
    return {} if level in os.environ.get("XLA_FLAGS", "") else {level: 1}


def wide_vectors() -> dict[str, int] | None:
    """Compiler options that use a processor's vectors of 512 bits where it has them; the compiler's own choice is 256.

    Small networks gain a tenth by it.
    """
    import jax

    flags = ""
    with contextlib.suppress(OSError), open("/proc/cpuinfo", encoding="utf-8") as lines:
        flags = next((line for line in lines if line.startswith("flags")), "")
    if jax.default_backend() == "cpu" and "avx512f" in flags.split():
        return {"xla_cpu_prefer_vector_width": 512}
    return None


def processor() -> str:
    """The processor's name, as the system gives it."""
    with contextlib.suppress(OSError), open("/proc/cpuinfo", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def machine() -> dict[str, str]:
    """What kind of machine this is, and the versions that decide numbers."""
    import equinox
    import jax
    import jaxlib
    import numpy
    import optax

    import tropism

    found = {
        "tropism": tropism.__version__,
        "python": platform.python_version(),
        "device": jax.devices()[0].device_kind,
    }
    versions = {"jax": jax, "jaxlib": jaxlib, "equinox": equinox, "optax": optax, "numpy": numpy}
    return (
        found | {name: str(module.__version__) for name, module in versions.items()} | {"machine": platform.machine()}
    )
