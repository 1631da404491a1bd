"""Every shelf has one public list, and whatever stands on it can be written down and rebuilt."""

import ast
import dataclasses
import importlib
import inspect

import numpy as np
import pytest
from source import PACKAGE, tree_of

from tropism.core import Adam, Claim, Experiment, Seed, Site, Stage
from tropism.dictionaries import OMP, ReLUCode
from tropism.interventions import Linear
from tropism.networks import Autoencoder, EmbeddedSum
from tropism.optimizers import Leash
from tropism.schedules import Key, Track
from tropism.subjects.color import Colors
from tropism.subjects.features import Population, Recorded
from tropism.subjects.generalization import Composition, Cyclic
from tropism.tasks import Part
from tropism.terms import Separate
from tropism.values import SHELVES, Value, describe, key_of, rebuild

PRESENT = [shelf for shelf in SHELVES if (PACKAGE / shelf.replace(".", "/") / "__init__.py").exists()]
CLAIM = Claim("There are some.", table="all", statistic="mean", column="seed", above=0)

BY_FIELD = {
    "anchor": (1.0, 0.0, 0.0),
    "claim": CLAIM,
    "column": "seed",
    "ensemble": "a" * 64,
    "keys": (Key(0, 1.0), Key(5, 2.0)),
    "length": 10,
    "mapping": Linear(0.0, 1.0),
    "maps": "a" * 64,
    "network": Autoencoder(latent=4),
    "seed": Seed.of(3),
    "statistic": "mean",
    "task": Colors(),
    "terms": (Separate(weight=1.0),),
    "tracks": (Track("lr", (Key(0, 1.0),)),),
    "verdict": "holds",
}
"""What to put in a field that has no default, by its name."""
BY_TYPE = {
    "float": 0.5,
    "int": 2,
    "str": "latent",
    "tuple[float, ...]": (1.0, 0.5),
    "tuple[int, ...]": (0, 1),
    "tuple[float, ...] | tuple[tuple[float, ...], ...]": (1.0, 0.5),
}
EXPERIMENT = Experiment(task=Colors(), network=Autoencoder(latent=4), steps=5, optimizer=Adam(lr=0.1))
BY_CLASS = {
    "Bezier": {"a": 0.2, "b": 0.8},
    "CapturedAnchor": {"where": "red"},
    "AdamWOnRows": {"rows": (("bias", 0, 1),)},
    "LeashedAdam": {"leashes": (Leash(pattern="bias"),)},
    "Plant": {"rows": "a" * 64},
    "Chosen": {"of": Composition(group=Cyclic(3)), "kinds": (0,)},
    "Claim": {"above": 0.0},
    "Composition": {"group": Cyclic(3)},
    "Colors": {},
    "Disagree": {"reference": "other"},
    "Independent": {"reference": "other", "like": "x"},
    "Erase": {"directions": np.eye(2, 5)},
    "Experiment": {"steps": 5, "optimizer": Adam(lr=0.1)},
    "Extended": {"first": Autoencoder(latent=4), "site": "latent"},
    "Framed": {"inner": Autoencoder(latent=4)},
    "HybridCode": {"sparse": ReLUCode()},
    "Nested": {"widths": (2, 4)},
    "SparseAutoencoder": {"inputs": 3, "latents": 5},
    "IrrepPenalty": {"group": Cyclic(5), "forbidden": ("2",)},
    "Guess": {"player": "other"},
    "Images": {"digest": "a" * 64},
    "KSVD": {"active": 2},
    "KnownFeatures": {"width": 4, "populations": (Population(features=6),)},
    "Linear": {"a": 0.0, "b": 1.0},
    "Mixture": {"parts": (Part("x", Colors(), 3),)},
    "ModularSums": {"moduli": (3, 5)},
    "Otherwise": {"batch": 3},
    "Part": {"name": "x", "count": 3},
    "Plan": {"stages": (Stage("train", EXPERIMENT),)},
    "Population": {"features": 6},
    "Product": {"left": Cyclic(2), "right": Cyclic(3)},
    "Refitted": {"chosen_by": OMP(2)},
    "Relabelled": {"of": Composition(group=Cyclic(3))},
    "Retarget": {"below": 0.1},
    "Sight": {
        "optimizer": Adam(lr=0.1),
        "counts": (3, 2),
        "kept": Composition(group=Cyclic(3)),
        "held": Composition(group=Cyclic(3)),
        "steps": 5,
    },
    "TaskPair": {
        "name": "A0",
        "title": "A pair",
        "x": Composition(group=Cyclic(3)),
        "y": Composition(group=Cyclic(3)),
        "network": EmbeddedSum(tokens=3, outputs=3),
        "optimizer": Adam(lr=0.1),
        "steps": 5,
        "cuts_y": (0.5, 0.7),
    },
    "Stage": {"name": "train", "experiment": EXPERIMENT},
    "Stop": {"metric": "error", "below": 0.1},
    "Unlabelled": {"of": Composition(group=Cyclic(3))},
    "Activations": {"source": Recorded("a" * 64, 5)},
    "Recorded": {"digest": "a" * 64, "across": 5},
    "Watched": {"ensemble": "a" * 64, "site": "latent"},
}
"""What a class wants besides, or instead."""


def public_classes() -> list[type]:
    found = {}
    for shelf in PRESENT:
        module = importlib.import_module(f"tropism.{shelf}")
        for name in getattr(module, "__all__", ()):  # an empty shelf has none
            item = getattr(module, name)
            if inspect.isclass(item) and issubclass(item, Value) and not inspect.isabstract(item):
                found[item] = None
    return [cls for cls in found if dataclasses.is_dataclass(cls)]


def example_of(cls: type) -> Value:
    given = dict(BY_CLASS.get(cls.__name__, {}))
    for field in dataclasses.fields(cls):
        required = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        if required and field.init and field.name not in given:
            kind = str(field.type)
            assert field.name in BY_FIELD or kind in BY_TYPE, f"give {cls.__name__}.{field.name} ({kind}) an example"
            given[field.name] = BY_FIELD[field.name] if field.name in BY_FIELD else BY_TYPE[kind]
    return cls(**given)


@pytest.mark.parametrize("shelf", PRESENT)
def test_a_shelf_lists_all_that_it_brings_in_and_in_order(shelf):
    tree = tree_of(PACKAGE / shelf.replace(".", "/") / "__init__.py")
    brought = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("tropism")
        for alias in node.names
    }
    brought |= {node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    listed = getattr(importlib.import_module(f"tropism.{shelf}"), "__all__", ())
    assert set(listed) >= {name for name in brought if not name.startswith("_")}
    constants_first = sorted(listed, key=lambda name: (not name.isupper(), name[0].islower(), name))
    assert list(listed) in (sorted(listed), constants_first)
    assert all(hasattr(importlib.import_module(f"tropism.{shelf}"), name) for name in listed)


@pytest.mark.parametrize("cls", public_classes(), ids=lambda cls: cls.__name__)
def test_what_was_written_down_is_rebuilt_the_same(cls):
    value = example_of(cls)
    again = rebuild(describe(value))
    assert type(again) is cls
    assert describe(again) == describe(value)
    assert again.key() == value.key() == key_of(value)
    if not any(isinstance(getattr(value, field.name), np.ndarray) for field in dataclasses.fields(cls)):
        assert again == value


@pytest.mark.parametrize("cls", public_classes(), ids=lambda cls: cls.__name__)
def test_a_value_is_frozen(cls):
    assert cls.__dataclass_params__.frozen


def test_two_classes_with_the_same_fields_have_different_keys():
    keys = [example_of(cls).key() for cls in public_classes()]
    assert len(set(keys)) == len(keys)


def test_sites_name_parameters_that_are_there():
    for cls in public_classes():
        if hasattr(cls, "build") and hasattr(cls, "sites"):
            from tropism.core.paths import shapes

            network = example_of(cls)
            paths = shapes(network)
            for name, site in network.sites().items():
                assert isinstance(site, Site)
                assert all(paths[path][0] == site.width for path in site.writes), name
                assert all(paths[path][1] == site.width for path in site.reads), name
