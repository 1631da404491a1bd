"""Edits: changes of the weights themselves, as values that an ensemble remembers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tropism.core.network import Network
from tropism.core.site import Site
from tropism.errors import DoesNotFit, UnknownName
from tropism.values import Value

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Array


@dataclass(frozen=True)
class Edit(Value):
    """A change of the weights about one site; acts on all members' parameters at once."""

    site: str

    def apply(self, network: Network, params: Mapping[str, Array]) -> tuple[Network, dict[str, Array]]:
        """The network's description and its parameters (by path, leading axis `E`) after the edit."""
        raise NotImplementedError

    def of_rows(self, rows: np.ndarray) -> Edit:
        """The same edit for some of the members; one that holds something for each member keeps only theirs."""
        return self

    def place(self, network: Network) -> Site:
        """The site that is edited.

        Raises:
            UnknownName: The network has no such site.
            DoesNotFit: No parameters write and read it.
        """
        sites = network.sites()
        if self.site not in sites:
            raise UnknownName("site", self.site, sites, type(self).__name__)
        site = sites[self.site]
        if not site.writes or not site.reads:
            able = [name for name, other in sites.items() if other.writes and other.reads]
            raise DoesNotFit(
                f"{type(self).__name__}: no parameters are declared to write and read the site {self.site!r}, so it "
                f"refuses surgery; sites that allow it: {', '.join(able) or 'none'}."
            )
        return site
