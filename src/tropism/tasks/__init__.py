"""Tasks that any subject can build on: examples that can be listed, and mixtures of tasks. One file a thing."""

from tropism.tasks.chosen import Chosen as Chosen
from tropism.tasks.listed import Listed as Listed
from tropism.tasks.listed import Numbered as Numbered
from tropism.tasks.mixture import Check as Check
from tropism.tasks.mixture import Mixture as Mixture
from tropism.tasks.mixture import Part as Part
from tropism.tasks.relabelled import Relabelled as Relabelled
from tropism.tasks.relabelled import Unlabelled as Unlabelled

__all__ = [name for name in dir() if name[0].isupper()]  # every class above, so that a new one costs one line
