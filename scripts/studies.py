"""Carry out shipped studies and write their pages, then the overviews: `scripts/studies.py [--store STORE] [NAME …]`.

What a store already holds is not trained again, so a run that was stopped goes on where it was. With `--stored`, as
after a survey, nothing is carried out: pages are written of what the store holds. Rows of the overview whose studies
are in another store stay as they were.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Container
from pathlib import Path

import pilots

from tropism.store.studies import StudyFolder
from tropism.studies import STUDIES, SUBJECTS


def main(folder: Path, store: Path, names: list[str], *, stored: bool = False) -> int:
    """The number of studies that could not be carried out; the overview tells of all that are stored."""
    failed = []
    if stored:
        write_stored(folder, store, chosen(names))
    for name in () if stored else chosen(names):
        words = ["-c", "from tropism.cli import main; main()", "run", name]
        done = subprocess.run([sys.executable, *words, "--store", str(store), "--readme", str(folder)], check=False)
        if done.returncode:
            failed.append(name)
        else:
            sweep_up(folder / name)
    page = folder / "README.md"
    paged = {each.parent.name for each in folder.glob("*/README.md")}
    page.write_text(overview(store, paged, page.read_text("utf-8") if page.exists() else ""), encoding="utf-8")
    pilots.write(folder)
    if failed:
        print(f"Not carried out: {', '.join(failed)}.", file=sys.stderr)
    return len(failed)


def write_stored(folder: Path, path: Path, names: list[str]) -> None:
    """Pages of those of the studies that the store holds."""
    from tropism.cli.reading import write_readme
    from tropism.store import Store

    held = set(Store(path, writable=False).studies())
    for name in names:
        if name in held:
            write_readme(path, name, folder)
            sweep_up(folder / name)


def chosen(names: list[str]) -> list[str]:
    """The studies that are meant by names of studies and of subjects; all, without any."""
    return [study for name in names or SUBJECTS for study in SUBJECTS.get(name, (name,))]


def sweep_up(page: Path) -> None:
    """Remove figures that a study's page no longer shows."""
    text = (page / "README.md").read_text(encoding="utf-8")
    for picture in (page / "figures").glob("*.png"):
        if picture.name not in text:
            picture.unlink()


def overview(path: Path, paged: Container[str], before: str = "") -> str:
    """All stored studies on one page, by subject: what each asks, how its claims fared, and ours beside what was
    published.

    Args:
        path: The store.
        paged: Which studies have pages; others in the store are left out.
        before: The page as it was; what it says of studies that are not in the store stays.
    """
    from tropism.store import Store

    store = Store(path, writable=False)
    stored = set(store.studies())
    rows = {name: row for row, name in re.findall(r"^(\| \[([\w.-]+)\]\(.*)$", before, flags=re.MULTILINE)}
    rows |= {
        name: _row(store.study(name), name, STUDIES[name][1]) for name in STUDIES if name in stored and name in paged
    }
    told = {subject: [rows[name] for name in studies if name in rows] for subject, studies in SUBJECTS.items()}
    parts = [f"## {subject.capitalize()}\n\n{_HEAD}" + "\n".join(each) for subject, each in told.items() if each]
    return "\n\n".join((_OPENING, *parts)) + "\n"


_OPENING = """# Studies

Each folder holds a study's question, its claims with their verdicts, its numbers and its figures. `make studies` makes
them all, `make studies SUBJECT=color` those of one subject, `tropism run NAME` makes one. A claim *holds* where the
whole 95 % interval lies on the claimed side, *fails* where it lies on the other, and is *undecided* otherwise; what is
said of all networks also fails by one. All three are results.

*Agree* below means that the 99 % interval of the difference of two means (Welch) contains zero. Of a single published
network it is said whether its numbers lie within the range of our seeds.

Of features there were pilots before there were studies; [what they had found](pilots.md) stands beside what came of
it."""

_HEAD = "| study | question | hold | fail | undecided | ours and published |\n|---|---|--:|--:|--:|---|\n"


def _row(folder: StudyFolder, name: str, question: str) -> str:
    verdicts = [
        claim["verdict"] if "verdict" in claim else claim["fields"]["verdict"] for claim in folder.read_claims()
    ]
    counts = [str(verdicts.count(each)) for each in ("holds", "fails", "undecided")]
    return f"| [{name}]({name}/README.md) | {question} | {' | '.join(counts)} | {_beside(folder)} |"


def _beside(folder: StudyFolder) -> str:
    tables = set(folder.names())
    if "published" in tables:
        table = folder.read_table("published")
        row = table.row(0, named=True)
        return (
            f"{row['quantity']}: {row['ours']:.3f} ± {row['ours_std']:.3f}, published {row['theirs']:.3f} ± "
            f"{row['theirs_std']:.3f}; {table['contains_zero'].sum()} of {table.height} published means agree"
        )
    if "published_seed" in tables:
        table = folder.read_table("published_seed")
        outside = [row["quantity"] for row in table.iter_rows(named=True) if not row["within"]]
        said = f"{table.height - len(outside)} of {table.height} numbers of one published network lie within our seeds"
        return said + (f"; not: {', '.join(outside)}" if outside else "")
    return ""


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description="Carry out shipped studies and write their pages.")
    asked.add_argument("names", nargs="*", metavar="NAME", help="Which studies, or a subject's all; all by default.")
    asked.add_argument("--folder", type=Path, default=Path("studies"), help="Where pages go.")
    asked.add_argument("--store", type=Path, default=Path("store"), help="Where networks are kept.")
    asked.add_argument("--stored", action="store_true", help="Carry nothing out; pages of what the store holds.")
    given = asked.parse_args()
    sys.exit(main(given.folder, given.store, given.names, stored=given.stored))
