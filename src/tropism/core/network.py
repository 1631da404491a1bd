"""Networks: frozen descriptions that build modules. Describing one never imports JAX."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from tropism.core.site import Site
from tropism.values import Value

if TYPE_CHECKING:
    from jaxtyping import Array, PRNGKeyArray

Tap = Callable[[str, "Array"], "Array"]
"""Called at every site with its name and value, `[B, D]` or `[B, S, D]`; what it returns flows on."""


class Module(Protocol):
    """What a network builds: a tree of arrays that runs on a whole batch."""

    def __call__(self, x: Array, tap: Tap, key: PRNGKeyArray | None = None) -> Array:
        """The output for a batch; every site's value is offered to `tap` in the line where it happens."""
        ...


class Network(Value):
    """A frozen description of a network: its fields and its sites."""

    def sites(self) -> dict[str, Site]:
        """The places where one may listen or interfere, in the order of the forward pass."""
        raise NotImplementedError

    def build(self, key: PRNGKeyArray) -> Module:
        """Fresh parameters from a stream."""
        raise NotImplementedError

    def input_width(self) -> int | None:
        """The width of the examples it takes, or `None` if any will do."""
        return None

    def output_width(self) -> int | None:
        """The width of what it returns, or `None` if it depends on the input."""
        return None

    def num_tokens(self) -> int | None:
        """How many distinct tokens it knows, if its inputs are tokens; its input's width is then how many it reads."""
        return None

    def narrowed(self, site: str, dims: tuple[int, ...]) -> Network:
        """The description of the same network without some dimensions of a site, for pruning."""
        from tropism.errors import DoesNotFit

        raise DoesNotFit(f"{type(self).__name__} cannot be pruned at {site!r}.")


def silent(site: str, value: Array) -> Array:
    """The tap that does nothing."""
    return value


def listen(
    module: Module,
    x: Array,
    sites: Sequence[str],
    *,
    tap: Tap = silent,
    key: PRNGKeyArray | None = None,
) -> tuple[Array, dict[str, Array]]:
    """The output and the values at some sites, as they flow on after `tap`: the one recorder.

    A site that the module never offers is missing from the answer; descriptions are checked before.
    """
    heard: dict[str, Array] = {}

    def recorder(site: str, value: Array) -> Array:
        value = tap(site, value)
        if site in sites:
            heard[site] = value
        return value

    return module(x, recorder, key), heard
