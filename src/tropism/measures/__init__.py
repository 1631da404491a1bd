"""Measures that any subject can use: statistics over members, probes, gates, erasure, local learning coefficients."""

from tropism.measures.chance import Chance as Chance
from tropism.measures.chance import chance as chance
from tropism.measures.chance import chance_corrected as chance_corrected
from tropism.measures.chance import permuted as permuted
from tropism.measures.codes import CodeScores as CodeScores
from tropism.measures.codes import Recovered as Recovered
from tropism.measures.codes import Sparsity as Sparsity
from tropism.measures.codes import activation_recovery as activation_recovery
from tropism.measures.codes import code_scores as code_scores
from tropism.measures.codes import firing_rates as firing_rates
from tropism.measures.codes import live_latents as live_latents
from tropism.measures.codes import sparsity as sparsity
from tropism.measures.decoders import antipodality as antipodality
from tropism.measures.decoders import decoder_overlap as decoder_overlap
from tropism.measures.decoders import nth_projection as nth_projection
from tropism.measures.description import DescriptionLength as DescriptionLength
from tropism.measures.description import description_length as description_length
from tropism.measures.examples import Examples as Examples
from tropism.measures.examples import values_at as values_at
from tropism.measures.frames import EmptyShares as EmptyShares
from tropism.measures.frames import Overlaps as Overlaps
from tropism.measures.frames import dimensionality as dimensionality
from tropism.measures.frames import effective_rank as effective_rank
from tropism.measures.frames import empty_shares as empty_shares
from tropism.measures.frames import frobenius_dimensions as frobenius_dimensions
from tropism.measures.frames import interference as interference
from tropism.measures.frames import norms as norms
from tropism.measures.frames import overlaps as overlaps
from tropism.measures.frames import stable_rank as stable_rank
from tropism.measures.frames import welch_bound as welch_bound
from tropism.measures.fresh import fresh_examples as fresh_examples
from tropism.measures.fresh import validation_examples as validation_examples
from tropism.measures.gates import GATE_ACTIONS as GATE_ACTIONS
from tropism.measures.gates import gate_maps as gate_maps
from tropism.measures.gates import gate_search as gate_search
from tropism.measures.gates import share_right as share_right
from tropism.measures.histories import steps_to as steps_to
from tropism.measures.leace import leace as leace
from tropism.measures.leace import least_squares_erasers as least_squares_erasers
from tropism.measures.learning_coefficient import Coefficients as Coefficients
from tropism.measures.learning_coefficient import Langevin as Langevin
from tropism.measures.learning_coefficient import learning_coefficients as learning_coefficients
from tropism.measures.likeness import LinearFits as LinearFits
from tropism.measures.likeness import Procrustes as Procrustes
from tropism.measures.likeness import gram as gram
from tropism.measures.likeness import linear_cka as linear_cka
from tropism.measures.likeness import linear_r2 as linear_r2
from tropism.measures.likeness import neuron_matching as neuron_matching
from tropism.measures.likeness import procrustes as procrustes
from tropism.measures.likeness import pwcca as pwcca
from tropism.measures.likeness import svcca as svcca
from tropism.measures.matching import Consistency as Consistency
from tropism.measures.matching import Match as Match
from tropism.measures.matching import Recovery as Recovery
from tropism.measures.matching import consistency as consistency
from tropism.measures.matching import cosines as cosines
from tropism.measures.matching import matching as matching
from tropism.measures.matching import recovery as recovery
from tropism.measures.matching import shared_fraction as shared_fraction
from tropism.measures.partition import Partition as Partition
from tropism.measures.partition import Split as Split
from tropism.measures.partition import bimodality as bimodality
from tropism.measures.partition import membership_area as membership_area
from tropism.measures.partition import mixture_gain as mixture_gain
from tropism.measures.partition import mutual_information as mutual_information
from tropism.measures.partition import otsu as otsu
from tropism.measures.partition import partition as partition
from tropism.measures.partition import purity as purity
from tropism.measures.probes import HiddenProbe as HiddenProbe
from tropism.measures.probes import LinearProbe as LinearProbe
from tropism.measures.probes import Probe as Probe
from tropism.measures.probes import probed as probed
from tropism.measures.reconstruction import Reconstruction as Reconstruction
from tropism.measures.reconstruction import explained_variance as explained_variance
from tropism.measures.reconstruction import reconstruction as reconstruction
from tropism.measures.rewriting import AffineMaps as AffineMaps
from tropism.measures.rewriting import answered_from as answered_from
from tropism.measures.rewriting import mean_ablating as mean_ablating
from tropism.measures.rewriting import projecting_out as projecting_out
from tropism.measures.rewriting import replacing_by as replacing_by
from tropism.measures.rewriting import rewritten as rewritten
from tropism.measures.separation import DIRECTION_KINDS as DIRECTION_KINDS
from tropism.measures.separation import area_under_curve as area_under_curve
from tropism.measures.separation import separability as separability
from tropism.measures.separation import separating as separating
from tropism.measures.statistics import WelchInterval as WelchInterval
from tropism.measures.statistics import welch_interval as welch_interval
from tropism.measures.subspaces import Blocks as Blocks
from tropism.measures.subspaces import block_overlaps as block_overlaps
from tropism.measures.subspaces import principal_angles as principal_angles
from tropism.measures.subspaces import subspace_overlap as subspace_overlap
from tropism.measures.tegum import Component as Component
from tropism.measures.tegum import ReferenceFrame as ReferenceFrame
from tropism.measures.tegum import overlap_components as overlap_components
from tropism.measures.tegum import polygon as polygon
from tropism.measures.tegum import simplex as simplex
from tropism.measures.tegum import tegum as tegum
from tropism.measures.worlds import in_their_worlds as in_their_worlds

__all__ = [
    "DIRECTION_KINDS",
    "GATE_ACTIONS",
    "AffineMaps",
    "Blocks",
    "Chance",
    "CodeScores",
    "Coefficients",
    "Component",
    "Consistency",
    "DescriptionLength",
    "EmptyShares",
    "Examples",
    "HiddenProbe",
    "Langevin",
    "LinearFits",
    "LinearProbe",
    "Match",
    "Overlaps",
    "Partition",
    "Probe",
    "Procrustes",
    "Reconstruction",
    "Recovered",
    "Recovery",
    "ReferenceFrame",
    "Sparsity",
    "Split",
    "WelchInterval",
    "activation_recovery",
    "answered_from",
    "antipodality",
    "area_under_curve",
    "bimodality",
    "block_overlaps",
    "chance",
    "chance_corrected",
    "code_scores",
    "consistency",
    "cosines",
    "decoder_overlap",
    "description_length",
    "dimensionality",
    "effective_rank",
    "empty_shares",
    "explained_variance",
    "firing_rates",
    "fresh_examples",
    "frobenius_dimensions",
    "gate_maps",
    "gate_search",
    "gram",
    "in_their_worlds",
    "interference",
    "leace",
    "learning_coefficients",
    "least_squares_erasers",
    "linear_cka",
    "linear_r2",
    "live_latents",
    "matching",
    "mean_ablating",
    "membership_area",
    "mixture_gain",
    "mutual_information",
    "neuron_matching",
    "norms",
    "nth_projection",
    "otsu",
    "overlap_components",
    "overlaps",
    "partition",
    "permuted",
    "polygon",
    "principal_angles",
    "probed",
    "procrustes",
    "projecting_out",
    "purity",
    "pwcca",
    "reconstruction",
    "recovery",
    "replacing_by",
    "rewritten",
    "separability",
    "separating",
    "share_right",
    "shared_fraction",
    "simplex",
    "sparsity",
    "stable_rank",
    "steps_to",
    "subspace_overlap",
    "svcca",
    "tegum",
    "validation_examples",
    "values_at",
    "welch_bound",
    "welch_interval",
]
