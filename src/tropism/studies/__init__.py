"""The studies that come with Tropism, one file a question; loading this list loads none of them."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from tropism.errors import UnknownName

if TYPE_CHECKING:
    from tropism.core.sweep import Study

COLOR: dict[str, tuple[str, str]] = {
    "ex-2.1": ("ex_2_1", "What do suppression and repulsion do to a direction, by its angle to the concept?"),
    "ex-2.2": ("ex_2_2", "Can red be muted, or turned away, without hurting other colors?"),
    "ex-2.3": ("ex_2_3", "Does dividing the bottleneck by its length help?"),
    "ex-2.4": ("ex_2_4", "Should regularizers look before that division, or after it?"),
    "ex-2.5": ("ex_2_5", "If only red is to be steered, is one anchor enough?"),
    "ex-2.6": ("ex_2_6", "What goes when the axis from warm to cool is deleted?"),
    "ex-2.7": ("ex_2_7", "What goes when the plane of hues is deleted?"),
    "ex-2.8": ("ex_2_8", "Is an empty far side enough for deleting red alone? (it is not)"),
    "ex-2.9": ("ex_2_9", "Can red alone be deleted, with a label for grays?"),
    "ex-2.10": ("ex_2_10", "Can red alone be deleted, with labels for red alone?"),
    "anchored": ("anchored", "Can red be muted in proportion to how red a color is? (Ex 2.4.1)"),
    "single-anchor": ("single_anchor", "Is an anchor for red enough to mute red? (Ex 2.5.1)"),
    "hue": ("hue", "Does deleting the plane of hues leave the grays? (Ex 2.7.1)"),
    "isolated": ("isolated", "Can red alone be placed on one axis, and deleted from the weights alone? (Ex 2.9.1)"),
    "isolated-steady": ("isolated_steady", "Is there an isolated design that deletes red alike on every seed? (ours)"),
    "isolated-without-anti-anchor": (
        "isolated_without_anti_anchor",
        "Is the term that keeps the point opposite red empty needed? (Ex 2.10.1)",
    ),
    "isolated-width": ("isolated_width", "The paper says width 10, its code 16: does it matter?"),
    "controls": ("controls", "Does the cut need the anchor, or would a direction found after training do as well?"),
    "recovery": ("recovery", "Red was cut out: does fine-tuning bring it back, and how fast?"),
}

SUPERPOSITION: dict[str, tuple[str, str]] = {
    "table-1": ("table_1", "Which minimum does training find: one feature per neuron, or many? (Table 1)"),
    "long-runs": (
        "long_runs",
        "To which minimum does each rate come in runs eight times as long as those of table-1?",
    ),
    "exploration": ("exploration", "Do optimizers and schedules at one loss find the same superposition minimum?"),
    "readme-sweep": ("readme_sweep", "What does the superposition refactor's README show, run as written?"),
    "sparse-features": ("sparse_features", "One superposition run, every part of which may be changed or swept"),
    "geometry": ("geometry", "In which shapes do features share dimensions, and when does each appear?"),
    "capacity": ("capacity", "Do trained networks share out their dimensions as the closed form says?"),
    "privileged-basis": ("privileged_basis", "Do neurons stand for one feature each, and when do they stop to?"),
    "abs-circuits": ("abs_circuits", "How do networks compute magnitudes of more features than they have neurons for?"),
    "double-descent": (
        "double_descent",
        "With few data points a network remembers points, with many it learns features: what lies between?",
    ),
}

GENERALIZATION: dict[str, tuple[str, str]] = {
    "grokking": (
        "grokking",
        "Which presets generalize long after they remember, on how many seeds, and how soon?",
    ),
    "lifting": ("lifting", "A network knows A5: does the irrep that it uses decide how soon it learns S5?"),
    "moduli": ("moduli", "How many moduli must be trained on until sums modulo new ones are right?"),
    "examiner": ("examiner", "Of networks whose truth about Y was planted: does the examiner find it?"),
    "combining": ("combining", "Circuits that add: are they combined and given new names, or learned afresh?"),
    "rotation": ("rotation", "Digits are known at some angles: which networks know them at the others?"),
    "edges": ("edges", "A network knows edges: does it use them for objects, and do objects alone bring them about?"),
    "nested-codes": ("nested_codes", "An autoencoder of digits: is it of use within one of larger views of them?"),
    "circuits": ("circuits", "A task can be solved by one circuit or by several: is the cheaper one chosen?"),
    "antilearning": ("antilearning", "Which technique keeps X and loses Y, and is Y then gone, hidden or only silent?"),
    "antilearning-quick": ("antilearning", "The same table without T14, with two attacks and fewer steps."),
}

FEATURES: dict[str, tuple[str, str]] = {
    "leaderboard": ("leaderboard", "Which way to find a dictionary recovers features that we know, on which data?"),
    "leaderboard-quick": ("leaderboard", "Some ways on the default data alone, with two worlds."),
    "narrow-methods": ("narrow_methods", "When do PCA, SVD, ICA, turned components, NMF or CCA return the features?"),
    "narrow-methods-quick": ("narrow_methods", "The same with two seeds, but for what the strongest leave."),
    "recovery-limits": ("recovery_limits", "How many active features does L1 recover, and from a learned dictionary?"),
    "recovery-limits-quick": ("recovery_limits", "The same with two dictionaries of one size and fewer examples."),
    "retrain-layer": ("retrain_layer", "A layer is trained again: which decomposition finds what was there before?"),
    "retrain-layer-quick": ("retrain_layer", "The same with a linear layer in networks of digits, and two seeds."),
    "swapped-components": ("swapped_components", "Do components of nearly the same variance swap places?"),
    "swapped-components-quick": ("swapped_components", "The same of six networks with a linear layer."),
    "wider-layer": ("wider_layer", "A layer is trained again, wider: is what was there in it, and is anything new?"),
    "wider-layer-quick": ("wider_layer", "The same with one kind of networks, one greater width and two seeds."),
    "more-layers": ("more_layers", "More and more layers are trained again: what comes back, and does it do the same?"),
    "more-layers-quick": ("more_layers", "The same of a linear layer, without three layers and halves, two seeds."),
    "frames": ("frames", "Do features lie evenly in their space or in blocks at right angles, and is room left?"),
    "frames-quick": ("frames", "The same on three densities, without sets or a second stage."),
    "top-filter": ("top_filter", "Only the strongest neurons pass: does each feature then get one of its own?"),
    "top-filter-quick": ("top_filter", "The same with a filter of four alone, at two widths."),
    "residual-stream": (
        "residual_stream",
        "Which directions of a residual stream cannot be cut, how many are they, and which parts change that?",
    ),
    "residual-stream-quick": ("residual_stream", "The same for recall alone, with two seeds."),
    "causal-features": (
        "causal_features",
        "Is a feature what cuts the data in two when it is ablated, and which directions do that?",
    ),
    "causal-features-quick": ("causal_features", "The same with two seeds, shorter training, and without recall."),
    "same-dictionary-twice": (
        "same_dictionary_twice",
        "A dictionary is learned twice: are the directions the same, and is what stays the same true?",
    ),
    "same-dictionary-twice-quick": ("same_dictionary_twice", "The same with three dictionaries of two kinds."),
    "planted-features": (
        "planted_features",
        "Random directions are put into a dictionary: are they rejected, and how near must a true one be?",
    ),
    "planted-features-quick": ("planted_features", "The same for TopK with 16 plants, two seeds and fewer steps."),
    "hybrid": ("hybrid", "Some directions are dense: how many free latents should stand beside sparse ones?"),
    "hybrid-quick": ("hybrid", "The same on the default data at one price, with two seeds and fewer steps."),
    "wrong-numbers": ("wrong_numbers", "What do wrong numbers cost a dictionary, and what tells the right ones?"),
    "wrong-numbers-quick": ("wrong_numbers", "The same on the default data, with few settings and two seeds."),
    "feature-circuits": ("feature_circuits", "Do weights get sparse between features, and which edges are the wires?"),
    "feature-circuits-quick": ("feature_circuits", "The same with two seeds and fewer examples."),
    "compiled-program": ("compiled_program", "A program compiled into weights: are features its variables?"),
    "compiled-program-quick": ("compiled_program", "The same with two seeds and fewer examples."),
    "realism": ("realism", "In which ways do synthetic activations differ from those of trained networks?"),
    "realism-quick": ("realism", "The same of two kinds of networks, with two data sets, two sliders and two seeds."),
    "readable-features": ("readable_features", "Do the digits that a unit answers to most show one class, and whose?"),
    "readable-features-quick": ("readable_features", "The same with TopK codes alone, and two networks."),
    "location": ("location", "Are features harder to find in a residual stream than in an MLP?"),
    "location-quick": ("location", "The same at four places, with two networks of each kind and shorter training."),
}

SUBJECTS: dict[str, dict[str, tuple[str, str]]] = {
    "color": COLOR,
    "superposition": SUPERPOSITION,
    "generalization": GENERALIZATION,
    "features": FEATURES,
}
"""The studies of each subject."""

STUDIES: dict[str, tuple[str, str]] = {name: each for studies in SUBJECTS.values() for name, each in studies.items()}
"""By name: the module below `tropism.studies` that makes it, and the question in one line. `load` knows the rows of
Table 1, too, by the names in `tropism.studies.rows`, and the presets of networks that grok, by those in
`tropism.subjects.generalization.presets`; they are too many for a list."""


APART = frozenset({"leaderboard"})
"""Studies that no survey carries out, but for their quick forms: each takes about as long as all others together."""


def load(name: str) -> Study:
    """A study by its name; a row of Table 1, or a preset of networks that grok, by its own.

    Raises:
        UnknownName: With a guess at the typo.
    """
    if name in STUDIES:
        module = importlib.import_module(f"tropism.studies.{STUDIES[name][0]}")
        return module.study(name)
    from tropism.studies import grokking, rows
    from tropism.subjects.generalization.presets import PRESETS

    if name in PRESETS:
        return grokking.one_preset(name)
    if rows.which(name) is None:
        raise UnknownName("study", name, [*STUDIES, *PRESETS, *rows.near(name)])
    return rows.study(name)
