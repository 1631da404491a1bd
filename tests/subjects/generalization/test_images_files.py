"""A user's own pictures are read as they are, or refused in one sentence that names the file."""

import gzip
import pickle
import struct

import numpy as np
import pytest
from idx_files import NAMES, idx, pictures, write

from tropism.errors import BadValue, UserError
from tropism.subjects.generalization.images import Images, digits8, fitted, read_images
from tropism.subjects.generalization.images.reading import read_once
from tropism.values import canonical_json, describe, rebuild

IMAGES, LABELS = NAMES["train", "images"], NAMES["train", "labels"]


@pytest.fixture
def folder(tmp_path):
    return write(tmp_path / "own", "train", *pictures())


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("below", ["", "MNIST/raw", "raw"])
def test_what_was_written_is_read(tmp_path, zipped, below):
    images, labels = pictures()
    write(tmp_path / below, "t10k", images, labels, zipped=zipped)
    found = read_images(tmp_path)
    np.testing.assert_array_equal(found.images, images)
    np.testing.assert_array_equal(found.labels, labels)


def test_pictures_for_training_come_before_those_for_testing(tmp_path):
    write(tmp_path, "train", *pictures(20))
    write(tmp_path, "t10k", *pictures(10, seed=1), zipped=True)
    found = read_images(tmp_path)
    np.testing.assert_array_equal(found.images, np.concatenate([pictures(20)[0], pictures(10, seed=1)[0]]))
    assert len(found.labels) == 30


def test_names_with_a_dot_are_known_too(folder):
    (folder / IMAGES).rename(folder / "train-images.idx3-ubyte")
    assert read_images(folder).side == 6


@pytest.mark.parametrize("dtype", [np.uint8, np.int64])
def test_an_npz_file_holds_the_same_pictures(tmp_path, folder, dtype):
    images, labels = pictures()
    np.savez(tmp_path / "own.npz", x_train=images.astype(dtype), y_train=labels.astype(dtype))
    assert read_images(tmp_path / "own.npz").digest() == read_images(folder).digest()


def damaged(folder, name, content):
    (folder / name).write_bytes(content)


images, labels = pictures()
WRONG = {
    "truncated": (IMAGES, idx(images)[:-7], "is truncated: its header says 20 × 6 × 6 images, 720 bytes, and 713 are"),
    "truncated in its header": (IMAGES, idx(images)[:9], "ends in its header, after 9 bytes"),
    "empty": (IMAGES, b"", "it has 0 bytes"),
    "trailing": (LABELS, idx(labels) + b"x", r"goes on after the 20 bytes \(20 labels\)"),
    "labels for images": (IMAGES, idx(labels), r"holds labels \(magic 2049\) where images belong \(magic 2051\)"),
    "images for labels": (LABELS, idx(images), r"holds images \(magic 2051\) where labels belong \(magic 2049\)"),
    "little-endian": (IMAGES, idx(images, "<"), "is written little-endian .*0x03080000"),
    "sizes little-endian": (
        IMAGES,
        struct.pack(">I", 2051) + struct.pack("<3I", 20, 6, 6) + images.tobytes(),
        "which is absurd.*may be written little-endian",
    ),
    "terabytes": (IMAGES, idx(images, shape=(9_000_000, 1000, 1000)), "9000000 × 1000 × 1000 numbers, which is absurd"),
    "a lie that fits": (IMAGES, idx(images, shape=(2_000_000, 28, 28)), "1568000000 bytes, and 720 are there"),
    "none": (IMAGES, idx(images[:0]), "holds nothing at all"),
    "oblong": (IMAGES, idx(images, shape=(20, 4, 9)), "4 × 9 pixels; only square"),
    "floats": (IMAGES, struct.pack(">4I", 0x0D03, 20, 6, 6), "IDX type 0x0D; images are bytes"),
    "a picture": (IMAGES, b"\x89PNG....", "is no IDX file of images: it begins with 0x89504E47"),
    "letters": (LABELS, idx(labels + 10), "label 9 is 19; they are digits"),
    "fewer labels": (LABELS, idx(labels[:-1]), "has 20 pictures and .* 19 labels"),
    "damaged gzip": (IMAGES, gzip.compress(idx(images))[:-30], "the gzip file is damaged or cut off"),
    "no gzip": (IMAGES, b"\x1f\x8bnothing of the kind", "the gzip file is damaged or cut off"),
}


@pytest.mark.parametrize(("name", "content", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_is_refused_by_name_in_one_sentence(folder, name, content, said):
    damaged(folder, name, content)
    with pytest.raises(UserError, match=said) as refused:
        read_images(folder)
    assert str(folder / name) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_gzip_file_whose_checksum_is_wrong_is_refused(folder):
    packed = bytearray(gzip.compress(idx(images)))
    packed[-6] ^= 1
    damaged(folder, IMAGES, bytes(packed))
    with pytest.raises(UserError, match="damaged"):
        read_images(folder)


def test_a_folder_without_such_files_is_refused(tmp_path):
    with pytest.raises(UserError, match="it is empty"):
        read_images(tmp_path)
    (tmp_path / "cat.png").write_bytes(b"")
    with pytest.raises(UserError, match=r"cat\.png"):
        read_images(tmp_path)
    with pytest.raises(UserError, match="is not there"):
        read_images(tmp_path / "nowhere")
    with pytest.raises(UserError, match="is a single file"):
        read_images(tmp_path / "cat.png")


@pytest.mark.parametrize(("gone", "said"), [(LABELS, "without its labels"), (IMAGES, "without its images")])
def test_half_a_pair_is_refused(folder, gone, said):
    (folder / gone).unlink()
    with pytest.raises(UserError, match=said):
        read_images(folder)


def test_pictures_of_two_sizes_are_refused(folder):
    write(folder, "t10k", *pictures(side=5))
    with pytest.raises(UserError, match="of one size"):
        read_images(folder)


WRONG_ARRAYS = {
    "objects": ({"x_train": np.array([{}, None]), "y_train": labels}, "holds Python objects"),
    "floats": ({"x_train": images / 255, "y_train": labels}, "type float64"),
    "flat": ({"x_train": images.reshape(20, -1), "y_train": labels}, r"shape \(20, 36\)"),
    "one-hot": ({"x_train": images, "y_train": np.eye(10, dtype=int)}, r"shape \(10, 10\)"),
    "too large": ({"x_train": images * 2 + np.int64(100), "y_train": labels}, "0 to 255 will do"),
    "no labels": ({"x_train": images}, "x_train without y_train"),
    "other names": ({"pictures": images}, "neither x_train"),
    "fewer": ({"x_test": images, "y_test": labels[1:]}, "20 pictures .* 19 labels"),
}


@pytest.mark.parametrize(("arrays", "said"), WRONG_ARRAYS.values(), ids=WRONG_ARRAYS)
def test_wrong_arrays_are_refused(tmp_path, arrays, said):
    path = tmp_path / "own.npz"
    np.savez(path, **arrays)
    with pytest.raises(UserError, match=said) as refused:
        read_images(path)
    assert str(path) in str(refused.value)


def test_a_file_that_is_no_npz_is_refused(tmp_path):
    (tmp_path / "own.npz").write_bytes(b"PK nothing")
    with pytest.raises(UserError, match="damaged"):
        read_images(tmp_path / "own.npz")


def test_who_the_pictures_are_does_not_depend_on_where_they_lie_or_how_they_are_packed(tmp_path, folder):
    other = write(tmp_path / "elsewhere" / "MNIST" / "raw", "train", *pictures(), zipped=True)
    here, there = Images.read(folder), Images.read(other.parents[1])
    assert here == there
    assert here.key() == there.key()
    assert str(tmp_path) not in canonical_json(here)
    assert Images.read(write(tmp_path / "third", "train", *pictures(seed=1))).key() != here.key()


def test_pictures_go_to_another_process_by_their_place_and_come_back_from_a_store_by_the_environment(
    folder, monkeypatch
):
    source = Images.read(folder)
    sent = pickle.loads(pickle.dumps(source))
    np.testing.assert_array_equal(sent.pictures().images, images)
    stored = rebuild(describe(source))
    with pytest.raises(UserError, match="TROPISM_IMAGES names no folder"):
        stored.pictures()
    monkeypatch.setenv("TROPISM_IMAGES", str(folder))
    np.testing.assert_array_equal(stored.pictures().images, images)


def test_other_pictures_in_the_same_place_are_noticed(folder, monkeypatch):
    source = Images.read(folder)
    write(folder, "train", *pictures(seed=1))
    read_once.cache_clear()
    with pytest.raises(UserError, match="holds other pictures now"):
        source.pictures()
    monkeypatch.setenv("TROPISM_IMAGES", str(folder))
    with pytest.raises(UserError, match="holds others"):
        rebuild(describe(source)).pictures()


def test_a_digest_is_one(folder):
    with pytest.raises(BadValue, match="hexadecimal"):
        Images("mnist", 28)


def test_digits8_are_as_they_are_known():
    found = digits8()  # counts: scikit-learn's documentation of load_digits, and its digits.csv
    assert found.images.shape == (1797, 8, 8)
    assert np.bincount(found.labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert (found.images.min(), found.images.max()) == (0, 1)


def test_a_larger_field_is_a_rim_of_zeros():
    found = fitted(images, 10)
    np.testing.assert_array_equal(found[:, 2:8, 2:8], images.astype(np.float32) / np.float32(255))
    assert found.sum() == found[:, 2:8, 2:8].sum()
    with pytest.raises(UserError, match="8 would do"):
        fitted(images, 7)


def test_a_smaller_field_has_the_means_of_areas():
    halves = images.reshape(20, 3, 2, 3, 2).mean((2, 4)) / 255
    np.testing.assert_allclose(fitted(images, 3), halves, atol=1e-6)
    np.testing.assert_allclose(fitted(images, 4).mean((1, 2)), images.mean((1, 2)) / 255, atol=1e-6)
