"""Optimizers, how their rate goes through training, and what is done before they follow a gradient and after.

One file an optimizer; the paces stand in one, the preludes in one and the aftermaths in one. Adam, the default, is
defined beside the noun.
"""

from tropism.core.optimizer import Adam as Adam
from tropism.optimizers.adamw import AdamW as AdamW
from tropism.optimizers.adamw_on_rows import AdamWOnRows as AdamWOnRows
from tropism.optimizers.aftermaths import BiasDecay as BiasDecay
from tropism.optimizers.aftermaths import BiasFade as BiasFade
from tropism.optimizers.aftermaths import UnitColumns as UnitColumns
from tropism.optimizers.aftermaths import UnitRows as UnitRows
from tropism.optimizers.lamb import Lamb as Lamb
from tropism.optimizers.leashed import Leash as Leash
from tropism.optimizers.leashed import LeashedAdam as LeashedAdam
from tropism.optimizers.paces import Annealed as Annealed
from tropism.optimizers.paces import CoolDown as CoolDown
from tropism.optimizers.paces import Cosine as Cosine
from tropism.optimizers.paces import WarmUp as WarmUp
from tropism.optimizers.preludes import Clipped as Clipped
from tropism.optimizers.preludes import Grokfast as Grokfast
from tropism.optimizers.preludes import OrthoGrad as OrthoGrad
from tropism.optimizers.sgd import SGD as SGD

__all__ = [name for name in dir() if name[0].isupper()]  # every class above, so that a new one costs one line
