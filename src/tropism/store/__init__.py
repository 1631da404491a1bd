"""The store: a folder of trained members, tables, figures and verdicts; written once, never half.

    tropism-store.json   the format
    shards/<key>/        one packed program, written once, with a checksum for each file
    index.sqlite         member -> shard and row; made again from the shards at need
    studies/<name>/      members, tables/, figures/, claims.json, report.html, with checksums
    .partial/            unfinished work, under locks

Nothing that is read runs code: arrays are safetensors, descriptions are JSON. It belongs on a local disk.
"""

from __future__ import annotations

from tropism.store.contents import ShardContents
from tropism.store.folder import Store
from tropism.store.index import IndexRow
from tropism.store.partial import Checkpoint, Partial
from tropism.store.removal import Removal
from tropism.store.room import check_room, estimate_bytes, estimate_report_bytes, in_words
from tropism.store.shards import Arrays, Shard
from tropism.store.studies import StoredFigure, StudyFolder
from tropism.store.verify import Problem

__all__ = [
    "Arrays",
    "Checkpoint",
    "IndexRow",
    "Partial",
    "Problem",
    "Removal",
    "Shard",
    "ShardContents",
    "Store",
    "StoredFigure",
    "StudyFolder",
    "check_room",
    "estimate_bytes",
    "estimate_report_bytes",
    "in_words",
]
