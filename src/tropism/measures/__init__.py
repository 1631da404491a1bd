"""Measures that any subject can use: statistics over members, probes of their sites."""

from tropism.measures.examples import Examples as Examples
from tropism.measures.examples import values_at as values_at
from tropism.measures.probes import HiddenProbe as HiddenProbe
from tropism.measures.probes import LinearProbe as LinearProbe
from tropism.measures.probes import Probe as Probe
from tropism.measures.probes import probed as probed
from tropism.measures.statistics import WelchInterval as WelchInterval
from tropism.measures.statistics import summary as summary
from tropism.measures.statistics import welch_interval as welch_interval

__all__ = [
    "Examples",
    "HiddenProbe",
    "LinearProbe",
    "Probe",
    "WelchInterval",
    "probed",
    "summary",
    "values_at",
    "welch_interval",
]
