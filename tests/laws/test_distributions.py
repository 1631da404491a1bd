"""Where training is chaotic, company may change a member and must not change what members are like."""

import numpy as np
from scipy.stats import ks_2samp

from probe import grown, words
from tropism.core import Adam
from tropism.core.member import members_of


def final_errors(growths) -> np.ndarray:
    return np.concatenate([growth.harvest().history.records["error"][:, -50:].mean(1) for growth in growths])


def test_sixty_seeds_end_alike_in_one_program_and_in_packs_of_fifteen():
    experiment = words(optimizer=Adam(lr=0.1), steps=1000, validate_every=0)
    whole = grown(experiment, members_of(range(60)))
    packs = [grown(experiment, members_of(range(15)))]
    for first in (15, 30, 45):
        packs.append(grown(experiment, members_of(range(first, first + 15)), program=packs[0].program))
    together, apart = final_errors([whole]), final_errors(packs)
    assert ks_2samp(together, apart).pvalue > 0.05
    # The test has teeth: a learning rate a quarter as high is told from this one.
    gentle = grown(words(optimizer=Adam(lr=0.025), steps=1000, validate_every=0), members_of(range(60)))
    assert ks_2samp(together, final_errors([gentle])).pvalue < 0.001
