"""Whether an export confirms what an archived digest states, whoever wrote the manifest."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from dbt_run_ledger.processing_logs import manifest as manifest_module
from dbt_run_ledger.processing_logs.manifest import Exports

CONTENT = b"log_id\n1\n"
PART = ["run", "2025-01-01", "standard", 1, "d" * 64]
MANIFEST = {"file": "x.csv", "sha256": hashlib.sha256(CONTENT).hexdigest(), "parts": [PART]}


def put(folder: Path, manifest: object) -> dict[str, Any]:
    """An archived digest whose export is in the folder."""
    folder.mkdir(exist_ok=True)
    (folder / "x.csv").write_bytes(CONTENT)
    text = json.dumps(manifest)
    (folder / "x.manifest.json").write_text(text)
    names = ("execution_name", "log_month", "retention_class", "row_count", "digest")
    return {
        **dict(zip(names, PART, strict=True)),
        "location": str(folder / "x.manifest.json"),
        "manifest_sha256": hashlib.sha256(text.encode()).hexdigest(),
    }


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in MANIFEST.items() if key != name}


def test_an_honest_export_is_confirmed(tmp_path: Path) -> None:
    assert Exports().doubt(put(tmp_path, MANIFEST)) is None


@pytest.mark.parametrize(
    ("manifest", "problem"),
    [
        ([], "it is no manifest"),
        (MANIFEST | {"file": 5}, "its file is no text"),
        (MANIFEST | {"file": "../x.csv"}, "its file is no plain name"),
        (MANIFEST | {"file": "/x.csv"}, "its file is no plain name"),
        (MANIFEST | {"file": ".."}, "its file is no plain name"),
        (without("sha256"), "its sha256 is no text"),
        (without("parts"), "its parts are not what an export states"),
        (MANIFEST | {"parts": 7}, "its parts are not what an export states"),
        (MANIFEST | {"parts": [PART, [[]]]}, "its parts are not what an export states"),
    ],
)
def test_what_is_no_manifest_is_a_doubt(manifest: object, problem: str, tmp_path: Path) -> None:
    """L50, LC14: a finding, with which verify goes on."""
    doubt = Exports().doubt(put(tmp_path, manifest))
    assert doubt == f"{tmp_path / 'x.manifest.json'} cannot be read: {problem}"


def test_a_manifest_without_end_is_a_doubt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """LC14: verify reads what others put there, and not more of it than it can hold."""
    digest = put(tmp_path, MANIFEST)
    monkeypatch.setattr(manifest_module, "LARGEST_MANIFEST_BYTES", 100)
    doubt = Exports().doubt(digest)
    assert doubt == f"{digest['location']} cannot be read: expected at most 100 B"


def test_one_folder_however_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """L50: a relative target, one with dots and one through a link are the folder that is meant."""
    here = tmp_path / "exports"
    digest = put(here, MANIFEST)
    (tmp_path / "link").symlink_to(here)
    monkeypatch.chdir(tmp_path)
    linked = {**digest, "location": str(tmp_path / "link" / "x.manifest.json")}
    dotted = {**digest, "location": f"{here}/../exports/x.manifest.json"}
    for target in ("exports", "./exports/", "other/../exports", "link", str(here)):
        for each in (digest, linked, dotted):
            assert Exports([target]).doubt(each) is None, (target, each["location"])
    away = {**digest, "location": f"{here}/../x.manifest.json"}
    assert "is not where exports have to be" in str(Exports(["exports"]).doubt(away))


def test_where_exports_are_given_an_archive_has_one(tmp_path: Path) -> None:
    """L50, LC14."""
    nowhere = {**put(tmp_path, MANIFEST), "location": None, "manifest_sha256": None}
    assert Exports([str(tmp_path)]).doubt(nowhere) == "it was archived without an export"
    assert Exports([str(tmp_path)]).are_required
    assert not Exports().are_required
