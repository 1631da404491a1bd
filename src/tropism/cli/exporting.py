"""The verb `export`: a study's members as files that other programs read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tropism.cli.keeping import opened
from tropism.errors import Missing, UnknownName, UserError

if TYPE_CHECKING:
    from tropism.cli.verbs import Export
    from tropism.store import Shard


def export(asked: Export) -> None:
    """Write each shard of a study as one file of parameters, with its members and experiment as JSON beside it."""
    store = opened(asked.store, writable=False)
    if asked.study not in store.studies():
        raise UnknownName("stored study", asked.study, store.studies(), str(asked.store))
    members = store.study(asked.study).read_members()
    found = store.find(members)
    if not found:
        raise Missing(f"None of the members of {asked.study!r} are stored; `tropism run {asked.study}` trains them.")
    written = []
    for key in sorted({shard for shard, _ in found.values()}):
        written += _export_shard(store.read_shard(key), asked.to, asked.format)
    if asked.as_json:
        print(json.dumps([str(path) for path in written]))
    else:
        print(f"{len(found)} members in {len(written)} files in {asked.to}")


def _export_shard(shard: Shard, folder: Path, kind: str) -> list[Path]:
    name = shard.key[:16]
    arrays = {path: shard.params[path] for path in shard.params}
    about = {"experiment": shard.experiment, "members": list(shard.members), "origin": shard.origin}
    paths = [folder / f"{name}.{kind}", folder / f"{name}.json"]
    for path in paths:
        if path.exists():
            raise UserError(f"{path} is already there; choose another folder, or move it away.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(arrays, shard, paths[0], kind)
        paths[1].write_text(json.dumps(about, indent=1), encoding="utf-8")
    except OSError as error:
        raise UserError(f"{folder} cannot be written: {error.strerror}.") from error
    return paths


def _write(arrays: Mapping[str, np.ndarray], shard: Shard, path: Path, kind: str) -> None:
    if kind == "safetensors":
        from safetensors.numpy import save_file

        save_file(dict(arrays), path)
    elif kind == "npz":
        np.savez_compressed(path, **{name.replace("/", "_"): array for name, array in arrays.items()})  # type: ignore[arg-type]
    else:
        _csv(arrays, shard).write_csv(path)


def _csv(arrays: Mapping[str, np.ndarray], shard: Shard):
    import polars

    columns: dict[str, object] = {
        "member": [m["key"] for m in shard.members],
        "seed": [m["seed"] for m in shard.members],
    }
    for name, array in arrays.items():
        for place in np.ndindex(array.shape[1:]):
            label = ",".join(map(str, place))
            columns[f"{name}[{label}]"] = array[(slice(None), *place)]
    return polars.DataFrame(columns)
