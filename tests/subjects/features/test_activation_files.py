"""Activations from files: what is read is what was written, and what cannot be read is refused by name."""

import json
import struct

import numpy as np
import pytest
from safetensors.numpy import save_file

from tropism.errors import BadValue, UnknownName, UserError
from tropism.subjects.features import Recorded
from tropism.subjects.features.files import is_file_of_activations, read_activations

ROWS = np.arange(12, dtype=np.float32).reshape(2, 2, 3) / 7


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def save_brain_floats(path, name, array):
    """As torch saves bfloat16: the upper halves of single numbers."""
    halves = (np.ascontiguousarray(array, "<f4").view("<u4") >> 16).astype("<u2").tobytes()
    about = {name: {"dtype": "BF16", "shape": list(array.shape), "data_offsets": [0, len(halves)]}}
    head = json.dumps(about).encode()
    path.write_bytes(struct.pack("<Q", len(head)) + head + halves)


def test_an_array_is_read_as_it_was_written(here):
    np.save("a.npy", ROWS.astype(np.float16))
    np.savez("one.npz", **{"hook.z": ROWS})
    np.savez_compressed("two.npz", a=ROWS, b=ROWS + 1)
    save_file({"blocks.0:resid": ROWS, "other": ROWS + 1}, "t.safetensors")
    np.testing.assert_array_equal(read_activations("a.npy"), ROWS.astype(np.float16))
    np.testing.assert_array_equal(read_activations("one.npz"), ROWS)
    np.testing.assert_array_equal(read_activations("two.npz:b"), ROWS + 1)
    np.testing.assert_array_equal(read_activations("t.safetensors:blocks.0:resid"), ROWS)


def test_numbers_of_half_the_digits_are_read_too(here):
    save_brain_floats(here / "b.safetensors", "acts", ROWS)
    np.testing.assert_allclose(read_activations("b.safetensors"), ROWS, rtol=2**-7)  # eight binary digits
    assert Recorded.of(read_activations("b.safetensors")).width() == 3


def write_wrong(here):
    np.save("words.npy", np.array([["a", "b"]]))
    np.save("things.npy", np.array([[{}]], dtype=object), allow_pickle=True)
    np.save("complex.npy", np.ones((3, 2), complex))
    np.savez("several.npz", a=ROWS, b=ROWS)
    np.savez("none.npz")
    np.savez("things.npz", a=np.array([[{}]], dtype=object))
    save_file({"a": ROWS, "b": ROWS}, "several.safetensors")
    np.save("whole.npy", ROWS)
    for name in ("whole.npy", "several.npz", "several.safetensors"):
        (here / f"cut.{name.rpartition('.')[2]}").write_bytes((here / name).read_bytes()[:-20])
    for ending in ("npy", "npz", "safetensors"):
        (here / f"noise.{ending}").write_bytes(b"this is no array of any kind at all")
        (here / f"empty.{ending}").write_bytes(b"")
    (here / "torch.pt").write_bytes(b"PK")
    (here / "folder.npy").mkdir()


WRONG = {
    "gone.npy": (UserError, "not there"),
    "folder.npy": (UserError, "a folder"),
    "torch.pt": (UserError, "save_file"),
    "table.csv": (UserError, ".safetensors"),
    "words.npy": (BadValue, "numbers"),
    "things.npy": (BadValue, "Python objects"),
    "things.npz": (BadValue, "Python objects"),
    "complex.npy": (BadValue, "complex128"),
    "several.npz": (BadValue, "as in several.npz:a"),
    "several.npz:c": (UnknownName, "Known: a, b"),
    "several.safetensors": (BadValue, "as in several.safetensors:a"),
    "several.safetensors:A": (UnknownName, "Did you mean 'a'"),
    "none.npz": (BadValue, "empty"),
    "whole.npy:a": (UserError, "leave ':a' out"),
    "cut.npy": (UserError, "truncated"),
    "cut.npz": (UserError, "truncated"),
    "cut.safetensors": (UserError, "truncated"),
    "noise.npy": (UserError, "noise.npy is truncated, or no .npy file"),
    "noise.npz": (UserError, "noise.npz is truncated, or no .npz file"),
    "noise.safetensors": (UserError, "noise.safetensors is truncated, or no .safetensors file"),
    "empty.npy": (UserError, "empty.npy"),
    "empty.npz": (UserError, "empty.npz"),
    "empty.safetensors": (UserError, "empty.safetensors"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_cannot_be_read_is_refused_by_its_name(what, here):
    write_wrong(here)
    kind, said = WRONG[what]
    with pytest.raises(kind) as error:
        read_activations(what)
    assert said in str(error.value)
    assert what.partition(":")[0] in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_is_told_from_a_study_by_its_ending():
    assert all(map(is_file_of_activations, ("a.npy", "b/c.npz:x", "d.SAFETENSORS", "e.pt", "f.safetensors:g.h")))
    assert not any(map(is_file_of_activations, ("isolated", "ex-2.1", "decompose-isolated-encoder.0", "my_study.py")))
