"""The verbs: what each is called, what it takes, and which function does it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

import tyro
from tyro.conf import Positional, UseAppendAction, arg, subcommand
from tyro.constructors import PrimitiveConstructorSpec

from tropism.errors import UnknownName

STORE = Path("store")

StoreFlag = Annotated[Path, arg(metavar="FOLDER", help="The store: a folder; made if it is not there.")]
JsonFlag = Annotated[bool, arg(help="Print JSON, for a machine to read.", name="json")]
PluginFlag = Annotated[
    UseAppendAction[tuple[Path, ...]],
    arg(name="plugin", metavar="FILE.py", help="A Python file whose classes may be used; may be repeated."),
]
Changes = Annotated[
    UseAppendAction[tuple[str, ...]],
    arg(
        name="set",
        metavar="ADDRESS=VALUE",
        help="Another number at a dial or another value in a field, such as lr=0.05, network.hidden=10, batch_size=2^7 "
        "or anchor.weight=0.2, or another part, such as optimizer=Adam; SWEEP:ADDRESS=VALUE for one sweep of a study. "
        "May be repeated.",
    ),
]
Axes = Annotated[
    UseAppendAction[tuple[str, ...]],
    arg(
        name="grid",
        metavar="ADDRESS=A,B,…",
        help="Train once for each value of a dial or a field: 16,32 or relu,gelu or Lamb,Adam or 2^4..2^11 or "
        "lin(-2,1,11) or log(1e-3,1e-1,5). May be repeated; every combination is trained.",
    ),
]
Number = Annotated[
    int | None,
    PrimitiveConstructorSpec(
        nargs=1,
        metavar="N",
        instance_from_str=lambda words: _number(words[0]),
        is_instance=lambda given: given is None or isinstance(given, int),
        str_from_instance=lambda given: ["none" if given is None else str(given)],
    ),
]
Seeds = Annotated[str | None, arg(metavar="SEEDS", help="Other seeds, such as 0..59 or 1,2,5.")]


@dataclass(frozen=True)
class List:
    """Show the studies that come with Tropism, and those that are stored."""

    store: StoreFlag = STORE
    as_json: JsonFlag = False

    def run(self) -> None:
        from tropism.cli.reading import list_studies

        list_studies(self.store, as_json=self.as_json)


@dataclass(frozen=True)
class Run:
    """Train what a study is missing, measure, draw, judge its claims and write its report.

    Examples: tropism run isolated --plan · tropism run isolated --seeds 0..9 --set lr=0.05 · tropism run my_study.py ·
    tropism run sparse-features --grid network.hidden=2^4..2^8 --grid lr=0.003,0.03
    """

    study: Annotated[Positional[str], arg(metavar="STUDY", help="A study's name, or a .py file with `study(name)`.")]
    seeds: Seeds = None
    changes: Changes = ()
    axes: Axes = ()
    init: Annotated[Number, arg(help="Pin every member's init stream.")] = None
    data: Annotated[Number, arg(help="Pin every member's data stream.")] = None
    world: Annotated[Number, arg(help="Pin every member's world stream.")] = None
    apart: Annotated[
        str | None,
        arg(
            metavar="STREAMS",
            help="Streams that settings of one seed do not share, such as world,data.",
        ),
    ] = None
    name: Annotated[str | None, arg(metavar="NAME", help="Store the study under this name.")] = None
    plan: Annotated[bool, arg(help="Only show what would be trained, and what that costs.")] = False
    processes: Annotated[Number, arg(help="Processes, one core each; all cores by default.")] = None
    chunk_steps: Annotated[Number, arg(help="The most steps between two checkpoints.")] = None
    device: Annotated[str | None, arg(metavar="DEVICE", help="Train on cpu, cuda, …; JAX chooses by default.")] = None
    readme: Annotated[Path | None, arg(metavar="FOLDER", help="Also write FOLDER/NAME/README.md with figures.")] = None
    store: StoreFlag = STORE
    plugins: PluginFlag = ()
    as_json: JsonFlag = False

    def run(self) -> None:
        from tropism.cli.training import run_study

        run_study(self)


@dataclass(frozen=True)
class Survey:
    """Carry out all studies of a subject, as many at a time as there are cores, and write one report of them.

    A study that takes as long as all others together (`leaderboard`) is left to `run`, but for its quick form.

    Example: tropism survey features
    """

    subject: Annotated[Positional[str], arg(metavar="SUBJECT", help="color, superposition, generalization, features.")]
    quick: Annotated[bool, arg(help="The quick form of every study that has one.")] = False
    again: Annotated[bool, arg(help="Also those that had ended when the same survey was stopped.")] = False
    processes: Annotated[Number, arg(help="Studies at a time, one core each; all cores by default.")] = None
    readme: Annotated[Path | None, arg(metavar="FOLDER", help="Also write FOLDER/STUDY/README.md for each.")] = None
    store: StoreFlag = STORE
    as_json: JsonFlag = False

    def run(self) -> None:
        from tropism.cli.surveying import run_survey

        run_survey(self)


@dataclass(frozen=True)
class Decompose:
    """Train dictionaries on activations: a stored study's at a site, or a file's; judge them beside chance; report.

    Examples: tropism decompose isolated latent · tropism decompose sparse-features hidden --seeds 0..2 --latents 512 ·
    tropism decompose cached.safetensors:layer.6 --latents 256,512 --k 8,16
    """

    what: Annotated[
        Positional[str],
        arg(metavar="STUDY|FILE", help="A stored study's name, or FILE.npy, FILE.npz:NAME, FILE.safetensors:NAME."),
    ]
    site: Annotated[Positional[str | None], arg(metavar="SITE", help="Where in the networks.")] = None
    sweep: Annotated[str | None, arg(metavar="NAME", help="Which of the study's sweeps, where it has several.")] = None
    where: Annotated[
        UseAppendAction[tuple[str, ...]],
        arg(metavar="DIAL=NUMBER", help="Which of the sweep's settings, where it has several; may be repeated."),
    ] = ()
    seeds: Annotated[str | None, arg(metavar="SEEDS", help="Which networks, such as 0..3; by default four.")] = None
    positions: Annotated[str | None, arg(metavar="P,…", help="Only these positions, where the site has any.")] = None
    latents: Annotated[str | None, arg(metavar="N,…", help="How many directions; by default by the width.")] = None
    k: Annotated[str | None, arg(metavar="K,…", help="How many are on for an example; by default by the width.")] = None
    repeats: Annotated[Number, arg(help="Dictionaries of each network: two, or four of one network alone.")] = None
    steps: Annotated[Number, arg(help="Steps of training; 2000 by default, fewer where wide.")] = None
    name: Annotated[str | None, arg(metavar="NAME", help="Store the result under this name.")] = None
    plan: Annotated[bool, arg(help="Only show what would be trained, and what that costs.")] = False
    processes: Annotated[Number, arg(help="Processes, one core each; all cores by default.")] = None
    readme: Annotated[Path | None, arg(metavar="FOLDER", help="Also write FOLDER/NAME/README.md with figures.")] = None
    store: StoreFlag = STORE
    plugins: PluginFlag = ()
    as_json: JsonFlag = False

    def run(self) -> None:
        from tropism.cli.decomposing import decompose

        decompose(self)


@dataclass(frozen=True)
class Demo:
    """Train sixty isolated color autoencoders and sixty of our own design, delete red from all, write the report."""

    store: StoreFlag = STORE
    processes: Annotated[Number, arg(help="Processes, one core each; all cores by default.")] = None
    as_json: JsonFlag = False

    def run(self) -> None:
        from tropism.cli.training import run_demo

        run_demo(self)


@dataclass(frozen=True)
class Addresses:
    """Show what --set and --grid may name in a study, with what stands there: dials, fields and parts."""

    study: Annotated[Positional[str], arg(metavar="STUDY", help="A study's name, or a .py file with `study(name)`.")]
    changes: Changes = ()
    plugins: PluginFlag = ()
    as_json: JsonFlag = False

    def run(self) -> None:
        from tropism.cli.addressing import show_addresses

        show_addresses(self)


@dataclass(frozen=True)
class Show:
    """Show a stored study: its claims and tables; or why members failed."""

    study: Annotated[Positional[str], arg(metavar="STUDY", help="A stored study's name.")]
    table: Annotated[str | None, arg(metavar="NAME", help="Print this table.")] = None
    failures: Annotated[bool, arg(help="Only which members failed, when, and what became non-finite first.")] = False
    store: StoreFlag = STORE
    plugins: PluginFlag = ()
    as_json: JsonFlag = False

    def run(self) -> None:
        from tropism.cli.reading import show

        show(self)


@dataclass(frozen=True)
class Report:
    """Write a stored study's report again: one HTML file without scripts; nothing is trained."""

    study: Annotated[Positional[str], arg(metavar="STUDY", help="A stored study's name.")]
    to: Annotated[Path | None, arg(metavar="FILE.html", help="Write it there instead of into the store.")] = None
    readme: Annotated[Path | None, arg(metavar="FOLDER", help="Also write FOLDER/STUDY/README.md with figures.")] = None
    store: StoreFlag = STORE
    plugins: PluginFlag = ()
    as_json: JsonFlag = False

    def run(self) -> None:
        from tropism.cli.reading import report

        report(self)


@dataclass(frozen=True)
class Export:
    """Write a stored study's members as files: safetensors, NumPy, CSV; dictionaries also as folders for SAELens.

    Examples: tropism export isolated --to tensors · tropism export dictionaries --to saes --format saelens
    """

    study: Annotated[Positional[str], arg(metavar="STUDY", help="A stored study's name.")]
    to: Annotated[Path, arg(metavar="FOLDER", help="Where to write; must not hold files of these names.")]
    format: Annotated[Literal["safetensors", "npz", "csv", "saelens"], arg(help="The files' format.")] = "safetensors"
    examples: Annotated[
        str | None,
        arg(
            metavar="FILE",
            help="Activations, FILE.npy, FILE.npz:NAME or FILE.safetensors:NAME, on which saelens finds thresholds of "
            "codes that count over a batch, and how often each latent is on.",
        ),
    ] = None
    store: StoreFlag = STORE
    as_json: JsonFlag = False

    def run(self) -> None:
        from tropism.cli.exporting import export

        export(self)


@dataclass(frozen=True)
class Verify:
    """Check every file of the store against its checksum; exit code 2 if something is damaged."""

    clean: Annotated[bool, arg(help="First remove what killed writers left behind.")] = False
    store: StoreFlag = STORE
    as_json: JsonFlag = False

    def run(self) -> None:
        from tropism.cli.keeping import verify

        verify(self.store, clean=self.clean, as_json=self.as_json)


@dataclass(frozen=True)
class Rm:
    """Remove a stored study or a shard; members that another study uses are kept unless forced."""

    what: Annotated[Positional[str], arg(metavar="STUDY|SHARD", help="A stored study's name, or a shard's key.")]
    dry_run: Annotated[bool, arg(help="Only say what would go and how much room it frees.")] = False
    force: Annotated[bool, arg(help="Remove a shard even where a study uses it.")] = False
    store: StoreFlag = STORE
    as_json: JsonFlag = False

    def run(self) -> None:
        from tropism.cli.keeping import remove

        remove(self)


@dataclass(frozen=True)
class New:
    """Begin a study of your own: a file that trains, measures, draws and claims something, ready to be changed."""

    name: Annotated[Positional[str], arg(metavar="NAME", help="The study's name: lower case, digits, hyphens.")]
    folder: Annotated[Path, arg(metavar="FOLDER", help="Where to write NAME.py.")] = field(default_factory=Path.cwd)

    def run(self) -> None:
        from tropism.cli.scaffolding import new

        new(self.name, self.folder)


VERBS = ("list", "run", "survey", "decompose", "demo", "addresses", "show", "report", "export", "verify", "rm", "new")
Verb = (
    Annotated[List, subcommand("list")]
    | Annotated[Run, subcommand("run")]
    | Annotated[Survey, subcommand("survey")]
    | Annotated[Decompose, subcommand("decompose")]
    | Annotated[Demo, subcommand("demo")]
    | Annotated[Addresses, subcommand("addresses")]
    | Annotated[Show, subcommand("show")]
    | Annotated[Report, subcommand("report")]
    | Annotated[Export, subcommand("export")]
    | Annotated[Verify, subcommand("verify")]
    | Annotated[Rm, subcommand("rm")]
    | Annotated[New, subcommand("new")]
)


def parse(
    arguments: Sequence[str],
) -> List | Run | Survey | Decompose | Demo | Addresses | Show | Report | Export | Verify | Rm | New:
    """The verb that the words on the command line name; exits with code 2 where they do not fit.

    Raises:
        UnknownName: There is no such verb.
    """
    if arguments and not arguments[0].startswith("-") and arguments[0] not in VERBS:
        raise UnknownName("verb", arguments[0], VERBS)
    return tyro.cli(
        Verb,  # type: ignore[arg-type]
        args=list(arguments),
        prog="tropism",
        description="Grow many small networks at once, steer what they learn, cut pieces out, measure what is left.",
        config=(tyro.conf.OmitArgPrefixes, tyro.conf.FlagCreatePairsOff),
    )


def _number(word: str) -> int:
    try:
        return int(word)
    except ValueError:
        raise ValueError(f"{word!r} is not a whole number.") from None
