"""The verb `export`: a study's members as files that other programs read."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tropism.cli.reading import stored_study, write_file
from tropism.errors import Missing, UserError

if TYPE_CHECKING:
    from tropism.cli.verbs import Export
    from tropism.store import Shard


def export(asked: Export) -> None:
    """Write a study's members, one file of parameters a shard, with members and experiment as JSON beside it; or its
    dictionaries, one folder each that SAELens loads."""
    from tropism.store import Store

    if asked.format == "saelens":
        _export_dictionaries(asked)
        return
    if asked.examples is not None:
        raise UserError(f"--examples is for --format saelens; a file of {asked.format} holds parameters alone.")

    members = stored_study(asked.store, asked.study, ()).read_members()
    store = Store(asked.store, writable=False)
    found = store.find(members)
    if not found:
        raise Missing(f"None of the members of {asked.study!r} are stored; `tropism run {asked.study}` trains them.")
    files: dict[Path, bytes] = {}
    for key in sorted({shard for shard, _ in found.values()}):
        rows = sorted(row for shard, row in found.values() if shard == key)
        files |= _files(store.read_shard(key), rows, asked.to, asked.format)
    _write(files)
    if asked.as_json:
        print(json.dumps([str(path) for path in files]))
    else:
        print(f"{len(found)} members in {len(files)} files in {asked.to}")


def _export_dictionaries(asked: Export) -> None:
    """Folders for SAELens, a member each, and a list of them with sweep, seed and dials."""
    from tropism.dictionaries import PlainAutoencoder, SparseAutoencoder
    from tropism.restoring import restored
    from tropism.store import Store
    from tropism.subjects.features.files import read_activations

    examples = None if asked.examples is None else read_activations(asked.examples)
    files: dict[Path, bytes] = {}
    listed, diverged, others = [], 0, 0
    for sweep, ensemble in restored(Store(asked.store, writable=False), asked.study).items():
        if not isinstance(ensemble.network, SparseAutoencoder):
            others += len(ensemble)
            continue
        for row, member in enumerate(ensemble.members):
            if ensemble.status.diverged_at[row] >= 0:
                diverged += 1
                continue
            name = ensemble.member_keys[row][:16]
            plain = PlainAutoencoder.of(ensemble, row, examples=examples)
            files |= {asked.to / name / file: data for file, data in plain.files().items()}
            listed.append({"folder": name, "sweep": sweep, "seed": str(member.seed), "dials": dict(member.dials)})
    if not listed:
        raise Missing(f"None of the members of {asked.study!r} is a dictionary; other formats write any network.")
    files[asked.to / "members.json"] = json.dumps(listed, indent=1).encode()
    _write(files)
    left = [f"{number} {why}" for number, why in ((diverged, "that diverged"), (others, "of other networks")) if number]
    if asked.as_json:
        print(json.dumps([str(path) for path in files]))
    else:
        said = f", without {' and '.join(left)}" if left else ""
        print(f"{len(listed)} dictionaries in {asked.to}, a folder each that SAELens loads{said}; see members.json")


def _write(files: Mapping[Path, bytes]) -> None:
    for path in files:
        if path.exists():
            raise UserError(f"{path} is already there; choose another folder, or move it away.")
    for path, data in files.items():
        write_file(path, data)


def _files(shard: Shard, rows: list[int], folder: Path, kind: str) -> dict[Path, bytes]:
    arrays = {path: shard.params[path][rows] for path in shard.params}
    members = [shard.members[row] for row in rows]
    about = {"experiment": shard.experiment, "members": members, "origin": shard.origin}
    name = shard.key[:16]
    return {
        folder / f"{name}.{kind}": _parameters(arrays, members, kind),
        folder / f"{name}.json": json.dumps(about, indent=1).encode(),
    }


def _parameters(arrays: Mapping[str, np.ndarray], members: list[dict[str, object]], kind: str) -> bytes:
    if kind == "safetensors":
        from safetensors.numpy import save

        return save(dict(arrays))
    if kind == "npz":
        written = io.BytesIO()
        np.savez_compressed(written, **{name.replace("/", "_"): each for name, each in arrays.items()})  # type: ignore[arg-type]
        return written.getvalue()
    return _csv(arrays, members).encode()


def _csv(arrays: Mapping[str, np.ndarray], members: list[dict[str, object]]) -> str:
    import polars

    columns: dict[str, object] = {"member": [m["key"] for m in members], "seed": [m["seed"] for m in members]}
    for name, array in arrays.items():
        for place in np.ndindex(array.shape[1:]):
            label = ",".join(map(str, place))
            columns[f"{name}[{label}]"] = array[(slice(None), *place)]
    return polars.DataFrame(columns).write_csv()
