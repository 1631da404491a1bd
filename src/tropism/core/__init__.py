"""The nouns: what a task, a network, a site, a term and an experiment are."""

from tropism.core.batch import Batch as Batch
from tropism.core.batch import Choice as Choice
from tropism.core.batch import Scene as Scene
from tropism.core.claim import Claim as Claim
from tropism.core.claim import Verdict as Verdict
from tropism.core.dial import Dial as Dial
from tropism.core.dial import Rule as Rule
from tropism.core.edit import Edit as Edit
from tropism.core.ensemble import Ensemble as Ensemble
from tropism.core.ensemble import History as History
from tropism.core.experiment import Experiment as Experiment
from tropism.core.experiment import Player as Player
from tropism.core.experiment import Stop as Stop
from tropism.core.intervention import Cone as Cone
from tropism.core.intervention import Intervention as Intervention
from tropism.core.loss import Loss as Loss
from tropism.core.member import Member as Member
from tropism.core.member import Seed as Seed
from tropism.core.network import Network as Network
from tropism.core.network import listen as listen
from tropism.core.network import silent as silent
from tropism.core.optimizer import Adam as Adam
from tropism.core.optimizer import Aftermath as Aftermath
from tropism.core.optimizer import Moment as Moment
from tropism.core.optimizer import Optimizer as Optimizer
from tropism.core.optimizer import Pace as Pace
from tropism.core.optimizer import Prelude as Prelude
from tropism.core.optimizer import Steady as Steady
from tropism.core.plan import Change as Change
from tropism.core.plan import Plan as Plan
from tropism.core.plan import Stage as Stage
from tropism.core.site import Site as Site
from tropism.core.start import Fresh as Fresh
from tropism.core.start import From as From
from tropism.core.start import Reference as Reference
from tropism.core.task import Task as Task
from tropism.core.term import Regularizer as Regularizer
from tropism.core.term import Term as Term
from tropism.core.term import View as View

__all__ = [
    "Adam",
    "Aftermath",
    "Batch",
    "Change",
    "Choice",
    "Claim",
    "Cone",
    "Dial",
    "Edit",
    "Ensemble",
    "Experiment",
    "Fresh",
    "From",
    "History",
    "Intervention",
    "Loss",
    "Member",
    "Moment",
    "Network",
    "Optimizer",
    "Pace",
    "Plan",
    "Player",
    "Prelude",
    "Reference",
    "Regularizer",
    "Rule",
    "Scene",
    "Seed",
    "Site",
    "Stage",
    "Steady",
    "Stop",
    "Task",
    "Term",
    "Verdict",
    "View",
    "listen",
    "silent",
]
