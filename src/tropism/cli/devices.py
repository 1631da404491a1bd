"""The device that networks are trained on: the one asked for, or the one that JAX chooses."""

from __future__ import annotations

import os

from tropism.errors import BadValue, UserError

PLATFORMS = "JAX_PLATFORMS"


def start_on(device: str | None) -> None:
    """Start JAX on a device such as `cpu` or `cuda`, workers too; without one, as the environment says.

    Raises:
        UserError: This machine, or this installation of JAX, has no such device.
    """
    if device is not None and not device.strip():
        raise BadValue("--device", device, "a device such as cpu or cuda; leave it out and JAX chooses")
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
        raise UserError(
            f"--device {device}: JAX finds no such device here. Take --device cpu, or leave it out: JAX takes the best "
            "that it finds."
        ) from error


def _restored(before: str | None) -> None:
    if before is None:
        os.environ.pop(PLATFORMS, None)
    else:
        os.environ[PLATFORMS] = before
