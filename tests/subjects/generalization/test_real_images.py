"""MNIST's own files, which do not come with the project: `make images FOLDER=…`; without them this fails."""

import gzip
import os
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tropism import train
from tropism.core import Experiment
from tropism.errors import UserError
from tropism.networks import Dense
from tropism.optimizers import AdamW
from tropism.store import Store
from tropism.studies.antilearning import table_study
from tropism.studying import carry_out
from tropism.subjects.generalization import Images, RotatedDigits
from tropism.subjects.generalization.examiner.cells import Row
from tropism.subjects.generalization.pairs.pictures import rotated_digits
from tropism.tasks import Check, Mixture, Part
from tropism.techniques import UniformLabels
from tropism.terms import Accuracy

pytestmark = pytest.mark.images


@pytest.fixture
def folder():
    place = os.environ.get("TROPISM_REAL_IMAGES", "")
    if not place or not Path(place).is_dir():
        pytest.fail("TROPISM_REAL_IMAGES names no folder; run `make images FOLDER=…` with MNIST's IDX files.")
    return Path(place)


def content(path):
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


@pytest.fixture
def copied(folder, tmp_path):
    """One pair of files, unpacked."""
    found = {}
    for kind in ("images", "labels"):
        path = sorted(folder.rglob(f"*-{kind}*ubyte*"))[0]
        found[kind] = tmp_path / path.name.removesuffix(".gz")
        found[kind].write_bytes(content(path))
    return found


def test_they_are_read_as_what_they_are(folder):
    source = Images.read(folder)
    found = source.pictures()
    assert source.side == 28
    assert found.images.shape == (len(found.labels), 28, 28)
    shares = np.bincount(found.labels, minlength=10) / len(found.labels)
    assert 0.08 < shares.min() < shares.max() < 0.12  # MNIST's digits are about equally many


WRONG = {
    "truncated": ("images", lambda own: own["images"].read_bytes()[:-1000], "is truncated"),
    "mislabelled": ("images", lambda own: own["labels"].read_bytes(), "holds labels .* where images belong"),
    "little-endian": (
        "labels",
        lambda own: (
            np.frombuffer(own["labels"].read_bytes()[:8], ">u4").astype("<u4").tobytes()
            + own["labels"].read_bytes()[8:]
        ),
        "little-endian",
    ),
}


@pytest.mark.parametrize(("kind", "wrong", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_gets_one_clear_error(copied, kind, wrong, said):
    copied[kind].write_bytes(wrong(copied))
    with pytest.raises(UserError, match=said) as refused:
        Images.read(copied[kind].parent)
    assert str(copied[kind]) in str(refused.value)


def test_turned_digits_are_learned_from_a_folder(folder, tmp_path):
    own = shutil.copytree(folder, tmp_path / "own")
    x = RotatedDigits(source=Images.read(own), high=180.0, size=14, share=(0.0, 0.75))
    checks = (
        Check("x_test", RotatedDigits(source=x.source, high=180.0, size=14, share=(0.75, 1.0))),
        Check("y_test", RotatedDigits(source=x.source, low=180.0, size=14, share=(0.75, 1.0))),
    )
    experiment = Experiment(
        task=Mixture(parts=(Part("x", x, 128),), checks=checks),
        network=Dense(inputs=196, outputs=7),
        terms=tuple(Accuracy(where=each.name, name=f"accuracy_{each.name}") for each in checks),
        optimizer=AdamW(lr=2e-3),
        steps=500,
        batch_size=128,
    )
    looks = train(experiment, seeds=range(2)).history.validation
    # Generalization notes, 28 × 28 and a convolution: .924 and .385 after 1500 steps; here there are fewer of both.
    assert (looks["accuracy_x_test"][:, -1] > 0.85).all()
    assert (looks["accuracy_y_test"][:, -1] < 0.6).all()


def test_a_row_of_the_table_is_made_of_a_folder(folder, tmp_path):
    pair = replace(rotated_digits(Images.read(folder)), steps=30, counts=(16, 16), attack_steps=10)
    rows = (Row("T2 uniform", UniformLabels()),)
    cells = carry_out(table_study("own", (pair,), rows, (0,), quick=True), Store(tmp_path)).tables["cells"]
    assert cells["row"].to_list() == ["base", "fresh", "T2 uniform"]
    assert cells["n"].to_list() == [1] * 3
    assert np.isfinite(cells["accuracy_x"].to_numpy()).all()
