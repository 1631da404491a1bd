"""The claims of the study `compiled-program`, written before its five seeds were drawn, unless their notes say so."""

from __future__ import annotations

from typing import Any

from tropism.core.claim import Claim

SEED = 'The seed text, part "Feature Identification": what is coded by hand should be found again.'
OURS = (
    "The bound is ours; draws of seeds 100 and 101, which are not used here, had been seen, but not independent values."
)
LATER = (
    "The bound is ours; a draw of seed 100, which is not used here, had been seen. Claims on information were added "
    "when the others had been judged."
)


def _claim(text: str, values: str, method: str, column: str, width: int = 24, **rest: Any) -> Claim:
    where = (("width", width), ("values", values), ("method", method))
    versus = tuple(rest.pop("versus").items()) if "versus" in rest else None
    told: dict[str, Any] = {"statistic": "difference" if versus else "mean", "versus": versus, "note": OURS} | rest
    return Claim(text, table="methods", column=column, where=where, source=SEED, **told)


def _tells(text: str, values: str, method: str, **rest: Any) -> Claim:
    return _claim(text, values, method, "information", note=LATER, **rest)


def _variable(text: str, variable: str, **rest: Any) -> Claim:
    where = (("width", 24), ("values", "program"), ("method", "ICA"), ("variable", variable))
    return Claim(text, table="variables", statistic="mean", column="correlation", where=where, note=OURS,
                 source=SEED, **rest)  # fmt: skip


CLAIMS = (
    _claim("Where there are more dimensions than variables, ICA finds fewer than a tenth of the program's directions,",
           "program", "ICA", "directions_found", below=0.1),
    _claim("the online dictionary fewer than a tenth,", "program", "online", "directions_found", below=0.1),
    _claim("and so does K-SVD.", "program", "K-SVD", "directions_found", below=0.1),
    _claim("Values are hardly better: a code of ICA follows fewer than a third of variables at a correlation of .9.",
           "program", "ICA", "values_found", below=0.33),
    _claim("It is not for want of power: of as many independent values ICA finds more than .9 of the directions,",
           "independent", "ICA", "directions_found", above=0.9),
    _claim("and follows more than .9 of the values.", "independent", "ICA", "values_found", above=0.9),
    _claim("The online dictionary finds more than .7 of these directions.", "independent", "online",
           "directions_found", above=0.7),
    _claim("ICA comes nearer to sources, along which activations go as one part changes alone, with the program's "
           "values than with Gaussian ones: by more than .05.", "program", "ICA", "sources",
           versus={"values": "Gaussian"}, above=0.05),
    _claim("The program leaves ICA more than Gaussian values like its own do: its codes correlate with variables by "
           ".05 more.", "program", "ICA", "correlation", versus={"values": "Gaussian"}, above=0.05),
    _claim("PCA does not tell the two apart, within .03.", "program", "PCA", "correlation",
           versus={"values": "Gaussian"}, above=-0.03, below=0.03),
    _claim("PCA's codes follow variables as those of directions by lot do, within .1.", "program", "PCA",
           "correlation", versus={"method": "by lot"}, above=-0.1, below=0.1),
    _claim("Gaussian values give no direction away: ICA finds fewer than a tenth.", "Gaussian", "ICA",
           "directions_found", below=0.1),
    _claim("In fewer dimensions than variables even their own directions, by least squares, do not lead to all "
           "values: a mean correlation below .9.", "program", "variables", "correlation", 8, below=0.9),
    _claim("There no method finds a quarter of the directions; ICA does not,", "program", "ICA", "directions_found", 8,
           below=0.25),
    _claim("nor does the online dictionary,", "program", "online", "directions_found", 8, below=0.25),
    _claim("which does find a quarter of independent ones.", "independent", "online", "directions_found", 8,
           above=0.25),
    _variable("One variable ICA has: the AND of two flags, which is seldom on and adds to nothing else, above .9.",
              "a and b", above=0.9),
    _variable("It has no code of the count of flags: below .8.", "count of flags", below=0.8),
    _tells("That a code tells of a variable is no sign that it is its code: of directions by lot the best tells more "
           "than .4 of a variable's entropy,", "program", "by lot", above=0.4),
    _tells("of Gaussian values less than .3.", "Gaussian", "by lot", below=0.3),
    _tells("ICA's tell more than those by lot, by .05,", "program", "ICA", versus={"method": "by lot"}, above=0.05),
    _tells("and of independent values by more than .3.", "independent", "ICA", versus={"method": "by lot"},
           above=0.3),
)  # fmt: skip
