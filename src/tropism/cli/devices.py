"""The device that networks are trained on: the one asked for, or the one that JAX chooses."""

from __future__ import annotations

import os
from importlib.util import find_spec

from tropism.errors import BadValue, UserError

PLATFORMS = "JAX_PLATFORMS"

KNOWN = ("cpu", "cuda", "gpu", "rocm", "tpu")
"""Devices whose names may be written in capitals; another's name is handed to JAX as it is."""

CUDA = ("cuda", "gpu")


def start_on(device: str | None) -> None:
    """Start JAX on a device such as `cpu`, `CUDA` or `tpu`, workers too; without one, as the environment says.

    Raises:
        UserError: This machine, or this installation of JAX, has no such device.
    """
    if device is not None and not device.strip():
        raise BadValue("--device", device, "a device such as cpu or cuda; leave it out and JAX chooses")
    device = _plain(device)
    before = os.environ.get(PLATFORMS)
    if device is not None:
        os.environ[PLATFORMS] = device  # workers inherit it
    import jax

    from tropism.training.device import one_core

    chosen = jax.config.jax_platforms  # type: ignore[attr-defined]
    try:
        if device is not None:
            jax.config.update("jax_platforms", device)
        with one_core():
            jax.devices(device)
    except (RuntimeError, AssertionError) as error:
        if device is None:
            raise UserError(f"{PLATFORMS}={before}: JAX finds no such device here; cpu is always there.") from error
        _restored(before)
        jax.config.update("jax_platforms", chosen)
        raise UserError(_refusal(device)) from error


def _plain(device: str | None) -> str | None:
    """The name as JAX has it."""
    if device is None:
        return None
    bare = device.strip()
    return bare.lower() if bare.lower() in KNOWN else bare


def _refusal(device: str) -> str:
    instead = "Take --device cpu, or leave it out: JAX takes the best that it finds."
    if device not in CUDA:
        return f"--device {device}: JAX finds no such device here. {instead}"
    if find_spec("jax_cuda12_plugin") is None and find_spec("jax_cuda13_plugin") is None:
        missing = "this JAX was installed without CUDA. Install the extra, pip install 'tropism[cuda]'"
    else:
        missing = "JAX has its part of CUDA and finds no GPU of NVIDIA's; `nvidia-smi` says whether the driver does"
    return f"--device {device}: {missing}. {instead}"


def _restored(before: str | None) -> None:
    if before is None:
        os.environ.pop(PLATFORMS, None)
    else:
        os.environ[PLATFORMS] = before
