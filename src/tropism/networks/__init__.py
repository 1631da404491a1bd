"""Networks that any subject can use, one file each. Describing one does not import JAX."""

from tropism.networks.autoencoder import Autoencoder as Autoencoder

__all__ = ["Autoencoder"]
