"""Imports go down, and rooms of one floor do not know each other."""

import ast
import re
import subprocess
import sys

import pytest
from source import FILES, PACKAGE, imported, name_of, nodes_of, room_of

from tropism.values import SHELVES as REBUILT

SHELVES = tuple(shelf for shelf in REBUILT if "." not in shelf and shelf not in ("schedules", "core", "techniques"))
MACHINES = ("training", "store", "figures")
FLOORS = (
    ("errors",),
    ("kinds",),
    ("values",),
    ("arrays", "schedules"),
    ("core",),
    SHELVES,
    ("techniques",),
    MACHINES,
    ("subjects",),
    ("studies",),
)
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
ROOF = len(FLOORS)
"""What is not named above: running, planning, report, cli, window, and the package itself."""

ENGINE_KNOWS = {"core", "schedules", "arrays", "errors", "values", "training"}
STORE_KNOWS = {"core", "errors", "values", "store"}


def floor_of(room: str) -> int:
    return FLOOR.get(room.split(".")[0], ROOF)


def test_imports_go_down():
    for path in FILES:
        here = room_of(path)
        for room, line in imported(path):
            if room == here or floor_of(here) == ROOF:
                continue
            assert floor_of(room) < floor_of(here), f"{name_of(path)}:{line} ({here}) imports {room or 'tropism'}"


def test_only_the_roof_uses_the_public_nouns():
    for path in FILES:
        if floor_of(room_of(path)) < ROOF:
            of_the_house = {
                node.attr
                for node in nodes_of(path)
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "tropism"
            }
            assert of_the_house <= {"__version__"}, name_of(path)


SUBJECTS_WORDS = (
    "red", "hue", "cube", "palette", "neuron", "features", "monosemantic", "embedding", "superposition", "lamb",
    "irrep", "group", "modulus", "permutation", "antilearning", "unlearned", "attack", "x", "y",
)  # fmt: skip


def test_the_engine_has_no_name_for_what_any_subject_studies():
    for path in FILES:
        if room_of(path) != "training":
            continue
        nodes = nodes_of(path)
        names = {node.id for node in nodes if isinstance(node, ast.Name)}
        names |= {node.attr for node in nodes if isinstance(node, ast.Attribute)}
        names |= {node.arg for node in nodes if isinstance(node, ast.arg)}
        names |= {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
        words = {word for name in names for word in re.findall("[a-z]+", name.lower())}
        assert words.isdisjoint(SUBJECTS_WORDS), name_of(path)


@pytest.mark.parametrize(("room", "known"), [("training", ENGINE_KNOWS), ("store", STORE_KNOWS)])
def test_the_machines_know_only_what_they_need(room, known):
    for path in FILES:
        if room_of(path) == room:
            others = {other for other, _ in imported(path)} - known
            assert not others, f"{name_of(path)} imports {', '.join(sorted(others))}"


def test_every_package_stands_on_a_floor():
    roof = {"report", "cli", "window"}
    rooms = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
    assert rooms - roof - FLOOR.keys() == set()


def test_describing_does_not_import_jax():
    quick = ["core", "schedules", "store", "cli", *(room for room in SHELVES if (PACKAGE / room).exists())]
    quick += [f"subjects.{path.parent.name}" for path in PACKAGE.glob("subjects/*/__init__.py")]
    script = "import importlib, sys\nimport tropism\n"
    for room in quick:
        script += f"importlib.import_module('tropism.{room}'); assert 'jax' not in sys.modules, '{room}'\n"
    script += "from tropism.networks import Autoencoder; Autoencoder(latent=4).sites(); assert 'jax' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True)
