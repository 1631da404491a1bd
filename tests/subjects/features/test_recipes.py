"""The recipe finds what is there: dictionaries that are trained as all are here, on data of known truth."""

import numpy as np

from tropism import Seed, train
from tropism.dictionaries import TopKCode
from tropism.subjects.features.presets import data_set
from tropism.subjects.features.recipes import dictionary
from tropism.subjects.features.scores import known_scores


def test_the_recipe_recovers_the_truth_and_finds_it_again():
    trained = dictionary(data_set("STB-32"), 128, TopKCode(k=3), steps=1200, batch_size=256)
    table = known_scores(train(trained, (Seed.of(5), Seed.of(105, world=5))), examples=4000, active=3, coded=1000)
    assert (table["matched"] > 0.99).all()
    assert (table["recall"] == 1).all()
    assert (table["matched_chance"] < 0.6).all()
    assert (table["f1_omp"] > table["f1_oracle"] - 0.06).all()
    np.testing.assert_array_less(table["live"], 128)
