"""Where numbers of the studies of monosemanticity come from; those that we ran ourselves are not published ones."""

from __future__ import annotations

PAPER = "Jermyn, Schiefer and Hubinger (2022), arXiv 2211.09169"

READ_OFF = "read off the published training histories of jbloomAus/toy_model_interpretability; batch 2^7 inferred"

RERUN = "Our own run of the trainer of jbloomAus/toy_model_interpretability, seed 0, not a published number"
