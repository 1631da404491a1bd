"""Figures of studies are drawn, but not looked at here."""

import pytest


@pytest.fixture(autouse=True)
def _figures_are_drawn_coarsely(drawn_once):
    """How they look is asked where figures are tested."""
