"""Networks that any subject can use, one file each. Describing one does not import JAX."""

from tropism.networks.autoencoder import Autoencoder as Autoencoder
from tropism.networks.convolutional import Convolutional as Convolutional
from tropism.networks.dense import Dense as Dense
from tropism.networks.embedded_sum import EmbeddedSum as EmbeddedSum
from tropism.networks.extended import Extended as Extended
from tropism.networks.filtered import Filtered as Filtered
from tropism.networks.framed import Framed as Framed
from tropism.networks.layered_transformer import LayeredTransformer as LayeredTransformer
from tropism.networks.polar import Polar as Polar
from tropism.networks.quadratic import Quadratic as Quadratic
from tropism.networks.residual import Residual as Residual
from tropism.networks.tied import Tied as Tied
from tropism.networks.transformer import OneLayerTransformer as OneLayerTransformer
from tropism.networks.two_layer import TwoLayer as TwoLayer

__all__ = [
    "Autoencoder",
    "Convolutional",
    "Dense",
    "EmbeddedSum",
    "Extended",
    "Filtered",
    "Framed",
    "LayeredTransformer",
    "OneLayerTransformer",
    "Polar",
    "Quadratic",
    "Residual",
    "Tied",
    "TwoLayer",
]
