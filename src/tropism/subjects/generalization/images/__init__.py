"""Pictures of digits: scikit-learn's, and a user's own; read, cut to size, turned. Nothing is ever downloaded."""

from tropism.subjects.generalization.images.digits import digits8 as digits8
from tropism.subjects.generalization.images.pictures import Pictures as Pictures
from tropism.subjects.generalization.images.reading import read_images as read_images
from tropism.subjects.generalization.images.resizing import fitted as fitted
from tropism.subjects.generalization.images.sources import Digits8 as Digits8
from tropism.subjects.generalization.images.sources import Images as Images
from tropism.subjects.generalization.images.sources import Source as Source

__all__ = ["Digits8", "Images", "Pictures", "Source", "digits8", "fitted", "read_images"]
