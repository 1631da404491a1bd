"""Measures that any subject can use: statistics over members."""

from tropism.measures.statistics import WelchInterval as WelchInterval
from tropism.measures.statistics import summary as summary
from tropism.measures.statistics import welch_interval as welch_interval

__all__ = ["WelchInterval", "summary", "welch_interval"]
