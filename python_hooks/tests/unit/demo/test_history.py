"""The demo's month has in it what the report is there to show, and hangs together."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from dbt_run_ledger.demo import history
from dbt_run_ledger.demo.project import FILES, PackageMissingError, package_folder, write_project

NOW = datetime.fromisoformat("2026-11-27 15:30:00")
ROOT = Path(__file__).resolve().parents[4]


def test_the_jobs_tell_of_a_failure_a_retry_a_loss_and_a_job_that_stopped() -> None:
    jobs = list(history.jobs(NOW))
    assert [row["process_execution_log_sk"] for row in jobs] == list(range(1, len(jobs) + 1))
    assert len({row["process_step_id"] for row in jobs}) == len(jobs)
    failed = [row for row in jobs if row["execution_status_name"] == "FAILED"]
    assert [row["error_message_obj"][0]["model_name"] for row in failed] == ["orders"]
    after = jobs[jobs.index(failed[0]) :]
    retry = next(row for row in after if row["process_config_obj"]["command"] == "retry")
    assert (retry["execution_status_name"], retry["process_config_obj"]["ci_attempt"]) == (
        "SUCCESS",
        "2",
    )
    assert sum(row["execution_status_name"] == "LOST" for row in jobs) == 1
    hourly = [r for r in jobs if r["process_config_obj"]["job_key"] == "hourly orders"]
    assert NOW - hourly[-1]["insert_tmstp"] > timedelta(hours=history.HOURLY_STOPPED_HOURS)
    assert max(row["execution_end_tmstp"] for row in jobs) < NOW


def test_the_counts_of_a_job_are_those_of_its_steps() -> None:
    for row in history.jobs(NOW):
        steps, counts = row["step_execution_obj"]["models"], row["destination_data_cnt_obj"]
        for word, status in (("completed", "SUCCESS"), ("failed", "ERROR"), ("skipped", "SKIPPED")):
            assert counts[word] == sum(step["status"] == status for step in steps)


def test_the_chain_of_ingestion_runs_again_what_failed() -> None:
    runs, moves = history.ingestion_runs(NOW)
    first, second, third = runs[-3:]
    assert [row["status"] for row in (first, second, third)] == ["failed", "failed", "succeeded"]
    assert (second["parent_run_id"], third["parent_run_id"]) == (first["run_id"], second["run_id"])
    for row in runs:
        path = [move["to_status"] for move in moves if move["run_id"] == row["run_id"]]
        assert path == ["running", row["status"]]


def test_one_function_degrades_and_the_others_do_not() -> None:
    logs = list(history.function_logs(NOW))
    begin = NOW - timedelta(hours=history.DEGRADED_HOURS + 1)

    def mean(function: str, is_late: bool) -> float:
        found = [
            row["duration_ms"]
            for row in logs
            if row["function_name"] == function and (row["timestamp"] > begin) == is_late
        ]
        return float(sum(found) / len(found))

    assert mean("checkout", True) > 3 * mean("checkout", False)
    assert mean("send_mail", True) == pytest.approx(mean("send_mail", False), rel=0.05)
    assert max(row["timestamp"] for row in logs) < NOW


def test_the_rows_of_a_file_are_as_many_as_its_run_says() -> None:
    rows, runs = history.processing_logs(NOW)
    assert len(runs) == history.PROCESSED_MONTHS
    for run in runs:
        found = [row["status"] for row in rows if row["execution_name"] == run["execution_name"]]
        assert (found.count("success"), found.count("failed")) == (
            run["success_count"],
            run["failed_count"],
        )


def test_the_project_is_written_with_the_package_it_installs(tmp_path: Path) -> None:
    assert package_folder(None) == ROOT
    write_project(tmp_path, ROOT)
    assert (tmp_path / "packages.yml").read_text() == f"packages:\n  - local: {ROOT}\n"
    assert {str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*.*")} == set(FILES)
    with pytest.raises(PackageMissingError, match="expected the dbt package run_ledger in"):
        package_folder(tmp_path)


def test_the_wheel_carries_every_folder_of_the_dbt_package() -> None:
    listed = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    folders = {
        file.parent.relative_to(ROOT).as_posix()
        for part in ("macros", "models", "analyses")
        for file in (ROOT / part).rglob("*.*")
        if file.suffix in (".sql", ".yml")
    }
    missing = [f for f in folders if f'"share/dbt-run-ledger/{f}" = ["{f}/*.*"]' not in listed]
    assert missing == []
