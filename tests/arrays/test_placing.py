"""Arrays from NumPy are as `jnp.asarray` has them, in memory of their own, and no program is compiled for that."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tropism.arrays.placing import placed


@pytest.mark.parametrize("kind", [np.float32, np.float64, np.int32, np.int64, np.uint32, np.bool_])
@pytest.mark.parametrize("shape", [(), (0,), (3, 2)])
def test_they_are_what_asarray_says(kind, shape):
    array = (np.arange(np.prod(shape, dtype=int)) / 3 - 0.5).astype(kind).reshape(shape)
    for leaf in (array, array[()]):
        found, wanted = placed(leaf), jnp.asarray(leaf)
        assert (found.dtype, found.shape, found.weak_type) == (wanted.dtype, wanted.shape, wanted.weak_type)
        np.testing.assert_array_equal(found, wanted)


def test_a_tree_keeps_its_form_and_what_is_jax_s_already_stays():
    inner = jnp.arange(3)
    found = placed({"a": (np.ones(2), inner), "b": 3, "c": None})
    assert found["a"][1] is inner
    assert found["b"].weak_type == jnp.asarray(3).weak_type
    assert found["c"] is None


def test_what_is_changed_later_is_not_changed_here():
    array = np.zeros(64, np.float32)
    found = placed(array)
    array[:] = 1
    assert not np.asarray(found).any()


def test_no_program_is_compiled_for_a_new_shape(caplog):
    with jax.log_compiles():
        placed([np.ones((7, 13, 3)), np.arange(17), np.float32(2)])
        assert not [record for record in caplog.records if "compil" in record.getMessage().lower()]
        jax.jit(lambda x: x * 1.5)(placed(np.ones((7, 13, 5))))
    assert [record for record in caplog.records if "compil" in record.getMessage().lower()]
