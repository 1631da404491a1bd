"""A1 and A2: pictures of digits that are turned, and of colored shapes."""

from __future__ import annotations

from dataclasses import replace

from tropism.networks import Convolutional, Polar
from tropism.optimizers import AdamW
from tropism.subjects.generalization.images import Digits8, Source
from tropism.subjects.generalization.pairs.pair import Aside, Gold, Piece, TaskPair
from tropism.subjects.generalization.penalties import GoesBy
from tropism.subjects.generalization.tasks import ColoredShapes, RotatedDigits
from tropism.subjects.generalization.tasks.shapes import PARTS
from tropism.tasks import Part


def rotated_digits(source: Source | None = None, *, upto: float = 180.0, size: int = 12) -> TaskPair:
    """A1: digits turned by up to so many degrees, and those turned further.

    The polar network with a position: without one X and Y are one task, and a plain convolution brings little of Y with
    X. Pictures that judge Y were never seen at any angle. Facts apart are by digit: an attacker is told of 1, 2 and 3.

    Args:
        source: Where pictures come from; scikit-learn's digits by default, or `Images.read("folder")`.
        upto: Where X ends and Y begins, in degrees, clockwise.
        size: Pixels along each side.

    Source: the seed text's rotated digits; the network and its settings as in its prototypes.
    """
    held = source or Digits8()
    return TaskPair(
        name="A1",
        title="digits turned to 180° → further" if upto == 180 else f"digits turned to {upto:g}° → further",
        x=RotatedDigits(source=held, low=0.0, high=upto, size=size),
        y=RotatedDigits(source=held, low=upto, high=360.0, size=size),
        network=Polar(size=size, outputs=7, position=1.0),
        optimizer=AdamW(lr=2e-3, weight_decay=1e-3),
        steps=500,
        counts=(64, 64),
        coupling="partial",
        shown=True,
        floor=1 / 7,
        least=0.85,
        cuts_x=(0.6, 0.7),
        cuts_y=(0.5, 0.7),
        mechanism=(GoesBy(site="hidden", altering="half a turn", stay=True, name="turning", phase="train"),),
        told=(0, 1, 2),
        attack_steps=60,
        parts=(
            Piece(name="first layer", trainable=("maps.0.*",)),
            Piece(name="last layer", trainable=("output.*",)),
        ),
    )


def colored_shapes() -> TaskPair:
    """A2: red squares and blue triangles, and red squares and blue squares.

    Color and shape say the same in X; whoever answers by color answers Y. Shape would do for X as well, so Y can be
    lost in principle. Y has no output of its own, so how much of it is known is told by the order in which the
    difference of the two outputs puts red and blue squares. `color_reliance` is how often red triangles and blue
    squares are answered by their color, and `auc_shape` how well red squares and red triangles are put in order. Gold
    networks learn red triangles as triangles besides, on pictures that nobody else sees, and pay for going by color.

    Colors have a quarter of their strength: at full strength a fresh network learns them within three steps, so that no
    attack could tell it from one that knew them, and techniques have nothing to hold on to.

    Source: the seed text's red square and blue triangle, after concept extrapolation; the network and its rate as in
    its prototypes, in half as large batches twice as long.
    """
    shapes = {part: ColoredShapes(part=part, color_strength=0.25) for part in PARTS}
    color = GoesBy(site="hidden", altering="red for blue", name="color", phase="train")
    return TaskPair(
        name="A2",
        title="color and shape → color",
        x=shapes["both"],
        y=shapes["color"],
        network=Convolutional(size=16, in_channels=3, channels=(16, 16), outputs=2, hidden=64),
        optimizer=AdamW(lr=2e-3, weight_decay=1e-3),
        steps=300,
        counts=(32, 32),
        coupling="zero-shot",
        shown=False,
        floor=0.5,
        least=0.95,
        cuts_x=(0.6, 0.7),
        cuts_y=(0.5, 0.7),
        mechanism=(color,),
        by_order=True,
        asides=(
            Aside(name="color_reliance", task=shapes["conflict"]),
            Aside(name="auc_shape", task=shapes["shape"], by_order=True),
        ),
        gold=Gold(
            parts=(Part("shape", replace(shapes["shape"], seed=1), 32),),
            terms=(replace(color, weight=1.0),),
        ),
        attack_steps=60,
        parts=(
            Piece(name="first layer", trainable=("maps.0.*",)),
            Piece(name="last layer", trainable=("output.*",)),
        ),
    )
