"""Dictionaries: which directions activations are made of, and how much of each. One file a method, one line here."""

from tropism.dictionaries.baselines import DataDirections as DataDirections
from tropism.dictionaries.baselines import RandomDirections as RandomDirections
from tropism.dictionaries.basis_pursuit import BasisPursuit as BasisPursuit
from tropism.dictionaries.batch_top_k_code import BatchTopKCode as BatchTopKCode
from tropism.dictionaries.code import Code as Code
from tropism.dictionaries.coder import Coder as Coder
from tropism.dictionaries.dictionary import Dictionary as Dictionary
from tropism.dictionaries.dictionary import Method as Method
from tropism.dictionaries.gated_code import GatedCode as GatedCode
from tropism.dictionaries.hybrid_code import HybridCode as HybridCode
from tropism.dictionaries.independent import IndependentComponents as IndependentComponents
from tropism.dictionaries.jump_relu_code import JumpReLUCode as JumpReLUCode
from tropism.dictionaries.ksvd import KSVD as KSVD
from tropism.dictionaries.lasso import Lasso as Lasso
from tropism.dictionaries.least_squares import LeastSquares as LeastSquares
from tropism.dictionaries.least_squares import NonNegativeLeastSquares as NonNegativeLeastSquares
from tropism.dictionaries.least_squares import Refitted as Refitted
from tropism.dictionaries.non_negative import NonNegativeFactors as NonNegativeFactors
from tropism.dictionaries.online import OnlineDictionary as OnlineDictionary
from tropism.dictionaries.plain_autoencoder import PlainAutoencoder as PlainAutoencoder
from tropism.dictionaries.prices import CodeNorm as CodeNorm
from tropism.dictionaries.prices import GateError as GateError
from tropism.dictionaries.prices import GateNorm as GateNorm
from tropism.dictionaries.prices import Nested as Nested
from tropism.dictionaries.prices import Revived as Revived
from tropism.dictionaries.prices import StepL0 as StepL0
from tropism.dictionaries.principal import PrincipalComponents as PrincipalComponents
from tropism.dictionaries.pursuit import OMP as OMP
from tropism.dictionaries.pursuit import OneShot as OneShot
from tropism.dictionaries.relu_code import ReLUCode as ReLUCode
from tropism.dictionaries.rotated import RotatedComponents as RotatedComponents
from tropism.dictionaries.singular import SingularVectors as SingularVectors
from tropism.dictionaries.sparse_autoencoder import SparseAutoencoder as SparseAutoencoder
from tropism.dictionaries.spherical import SphericalKMeans as SphericalKMeans
from tropism.dictionaries.top_k_code import TopKCode as TopKCode

__all__ = [name for name in dir() if name[0].isupper()]  # every class above, so that a new one costs one line
