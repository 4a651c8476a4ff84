"""What the page shows, reckoned from the rows: numbers and texts, no HTML."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from dbt_run_ledger.process_execution_log.jobs import Job
from dbt_run_ledger.report.collect import MOST_JOBS, Collected, Missing
from dbt_run_ledger.report.steps import model_trends, timeline
from dbt_run_ledger.warehouses import Row

# The order of every legend and stack.
STATUSES = ("succeeded", "partial", "failed", "lost", "cancelled", "running", "queued")
BAD = ("failed", "lost", "partial")
_JOB_STATUS = {
    "RUNNING": "running",
    "SUCCESS": "succeeded",
    "FAILED": "failed",
    "CANCELLED": "cancelled",
    "LOST": "lost",
}
MOST_TIMELINES = 40


def view(found: Collected) -> dict[str, Any]:
    """The variables of the template, and under `data` what its charts draw."""
    runs = runs_of(found)
    listed = [] if isinstance(runs, Missing) else runs
    timelines = [
        timeline(job)
        for job in found.jobs_with_steps[:MOST_TIMELINES]
        if job.document.get("models")
    ]
    models = model_trends(found.jobs_with_steps)
    return {
        "facts": _facts(found, len(listed)),
        "runs": runs,
        "tiles": tiles(listed, found),
        "standing": found.standing,
        "attention": attention(found),
        "timelines": timelines,
        "models": models,
        "missing": {
            name: value.reason if isinstance(value, Missing) else ""
            for name, value in vars(found).items()
        },
        "ingestion": rows_of(found.ingestion),
        "chains": chains(rows_of(found.chains)),
        "functions": functions(rows_of(found.functions)),
        "processing": processing(found),
        "processing_runs": rows_of(found.processing_runs),
        "drift": rows_of(found.drift),
        "data": {
            "days": days(listed, found.since, found.now),
            "runs": [compact(row) for row in listed],
            "timelines": timelines,
            "models": models,
            "functions": series(rows_of(found.functions)),
            "processing": processing(found),
            "profiles": profile_series(found),
        },
    }


def _facts(found: Collected, runs: int) -> dict[str, Any]:
    return {
        "project": found.project,
        "target": found.target,
        "warehouse": found.warehouse,
        "job_key": found.job_key,
        "made_at": text_of(found.now),
        "since": text_of(found.since),
        "is_cut": runs >= MOST_JOBS,
    }


def rows_of(rows: list[Row] | Missing) -> list[Row]:
    return [] if isinstance(rows, Missing) else rows


def runs_of(found: Collected) -> list[Row] | Missing:
    """From run_summary; where it is not built, the jobs of dbt in its vocabulary."""
    if not isinstance(found.runs, Missing):
        return found.runs
    if isinstance(found.jobs, Missing):
        return found.jobs
    return [_run_of_job(job) for job in found.jobs]


def _run_of_job(job: Job) -> Row:
    counts = job.counts
    return {
        "ledger": "process_execution_log",
        "run_id": job.id,
        "job_key": job.facts.get("job_key"),
        "target": job.facts.get("target_name"),
        "status": _JOB_STATUS[job.status],
        "recorded_at": job.started_at,
        "started_at": job.started_at,
        "ended_at": job.ended_at,
        "duration_seconds": job.seconds if job.ended_at else None,
        "total_count": counts.get("total_models"),
        "succeeded_count": counts.get("completed"),
        "failed_count": counts.get("failed"),
        "skipped_count": counts.get("skipped"),
        "attempt": 1,
        "error": job.first_error,
    }


def tiles(runs: Sequence[Mapping[str, Any]], found: Collected) -> list[dict[str, Any]]:
    """The figures at the top."""
    counts = Counter(row["status"] for row in runs)
    ended = sum(counts[name] for name in ("succeeded", *BAD))
    seconds = [
        float(row["duration_seconds"])
        for row in runs
        if row["duration_seconds"] is not None and row["status"] == "succeeded"
    ]
    late = [row for row in rows_of(found.standing) if row["is_late"]]
    failed = counts["failed"] + counts["lost"]
    return [
        {"name": "Runs", "value": f"{len(runs):,}", "tone": ""},
        {
            "name": "Success rate",
            "value": f"{counts['succeeded'] / ended:.1%}" if ended else "-",
            "tone": "" if not ended else "good" if counts["succeeded"] / ended >= 0.95 else "bad",
        },
        {"name": "Failed or lost", "value": f"{failed:,}", "tone": "bad" if failed else "good"},
        {"name": "Running now", "value": f"{counts['running']:,}", "tone": ""},
        {
            "name": "Late jobs",
            "value": "-" if isinstance(found.standing, Missing) else f"{len(late):,}",
            "tone": "bad" if late else "",
        },
        {
            "name": "Median duration",
            "value": span(median(seconds) if seconds else None),
            "tone": "",
        },
    ]


def attention(found: Collected) -> list[dict[str, str]]:
    """The sentences that a reader with half a minute needs."""
    said = [
        {
            "health": row["health"],
            "text": f"{row['job_key']} ({row['target'] or row['ledger']})"
            f": {row['health_reason'] or row['health']}",
        }
        for row in rows_of(found.standing)
        if row["health"] not in ("healthy", None)
    ]
    order = {"failing": 0, "late": 1, "degraded": 2}
    said.sort(key=lambda each: order.get(each["health"], 3))
    drifted = [row for row in rows_of(found.drift) if row["is_drifted"]]
    said += [
        {
            "health": "drift",
            "text": f"{column_of(row)}: {', '.join(reasons(row))}",
        }
        for row in drifted
    ]
    return said


def reasons(row: Mapping[str, Any]) -> list[str]:
    """As the model has them, a text with a semicolon after each."""
    return [each.strip() for each in str(row["reasons"] or "").split(";") if each.strip()]


def days(runs: Iterable[Mapping[str, Any]], since: datetime, now: datetime) -> dict[str, Any]:
    """Runs per day and status; days without a run are there, because a gap is news."""
    counted: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in runs:
        counted[f"{row['recorded_at']:%Y-%m-%d}"][row["status"]] += 1
    first = min(counted, default=None)
    begin = datetime.fromisoformat(first) if first else now
    begin = max(begin, datetime(since.year, since.month, since.day))  # noqa: DTZ001 - naive UTC
    span_days = max((now - begin).days, 0) + 1
    names = [f"{begin + timedelta(days=number):%Y-%m-%d}" for number in range(span_days)]
    return {
        "days": names,
        "counts": {
            status: [counted[name][status] for name in names]
            for status in STATUSES
            if any(count[status] for count in counted.values())
        },
    }


def compact(row: Mapping[str, Any]) -> list[Any]:
    """One line of the list of runs, without the names of its cells: ten thousand are sent."""
    return [
        text_of(row["started_at"] or row["recorded_at"]),
        row["status"],
        row["ledger"],
        row["job_key"] or "",
        row["target"] or "",
        number(row["duration_seconds"]),
        number(row["total_count"]),
        number(row["failed_count"]),
        (row["error"] or "")[:200],
        row["run_id"],
    ]


def chains(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Each chain of re-runs as one line: the first run, then what ran it again."""
    by_root: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_root[str(row["root_run_id"])].append(row)
    return [
        {
            "root": root,
            "began": text_of(found[0]["created_at"]),
            "attempts": [{"number": r["attempt_number"], "status": r["status"]} for r in found],
            "ended": found[-1]["status"],
        }
        for root, found in by_root.items()
    ]


def functions(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """One line a function, with its newest day against the days before."""
    by_name: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_name[row["function_name"]].append(row)
    lines = []
    for name, hours in sorted(by_name.items()):
        total = sum(row["total_invocations"] for row in hours)
        newest = hours[0]["hour"] - timedelta(hours=24)
        last = [
            float(r["p95_duration_ms"])
            for r in hours
            if r["hour"] > newest and r["p95_duration_ms"]
        ]
        earlier = [
            float(r["p95_duration_ms"])
            for r in hours
            if r["hour"] <= newest and r["p95_duration_ms"]
        ]
        change = median(last) / median(earlier) - 1 if last and earlier else None
        lines.append(
            {
                "name": name,
                "invocations": total,
                "error_rate": sum(row["errors"] for row in hours) / total if total else None,
                "p95_ms": median(last) if last else None,
                "change": change,
                "is_regressed": change is not None and change >= 0.25,
                "sla_violations": sum(row["sla_violations"] or 0 for row in hours),
            }
        )
    return lines


def series(rows: Sequence[Row]) -> dict[str, Any]:
    """Function -> its hours and figures, oldest first."""
    found: dict[str, Any] = {}
    for row in reversed(rows):
        one = found.setdefault(
            row["function_name"],
            {"hour": [], "invocations": [], "error_rate": [], "p50": [], "p95": [], "p99": []},
        )
        one["hour"].append(text_of(row["hour"]))
        one["invocations"].append(row["total_invocations"])
        one["error_rate"].append(number(row["error_rate"]))
        for name in ("p50", "p95", "p99"):
            one[name].append(number(row[f"{name}_duration_ms"]))
    return found


def processing(found: Collected) -> dict[str, Any]:
    """Months with their rows by status, and where those rows are now."""
    months: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows_of(found.processing):
        months[f"{row['log_month']:%Y-%m}"][row["status"]] += int(row["row_count"])
    places: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows_of(found.processing_places):
        place = "warm" if row["is_warm"] else "hot"
        places[f"{row['log_month']:%Y-%m}"][place] += int(row["row_count"])
    return {
        "months": [
            {
                "month": month,
                **{name: months[month][name] for name in ("success", "failed", "skipped")},
                "hot": places[month]["hot"],
                "warm": places[month]["warm"],
                "archived": max(sum(months[month].values()) - sum(places[month].values()), 0),
            }
            for month in sorted(months)
        ]
    }


def profile_series(found: Collected) -> dict[str, Any]:
    """Column -> its null and distinct rates over time; the drifted columns, else all."""
    drifted = {column_of(row) for row in rows_of(found.drift) if row["is_drifted"]}
    lines: dict[str, Any] = {}
    for row in reversed(rows_of(found.profiles)):
        name = column_of(row)
        if drifted and name not in drifted:
            continue
        one = lines.setdefault(name, {"at": [], "null_rate": [], "distinct_rate": []})
        one["at"].append(text_of(row["started_at"]))
        one["null_rate"].append(number(row["null_rate"]))
        one["distinct_rate"].append(number(row["distinct_rate"]))
    return lines


def column_of(row: Mapping[str, Any]) -> str:
    """With the schema: tables of one name stand in several."""
    return f"{row['target_schema']}.{row['target_table']}.{row['column_name']}"


def text_of(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment else ""


def number(value: object) -> float | int | None:
    """A number that JSON has; the warehouses' exact ones are none."""
    if value is None:
        return None
    found = float(value)  # type: ignore[arg-type]  # Decimal, int or float
    return int(found) if found.is_integer() else round(found, 4)


def span(seconds: float | None) -> str:
    from dbt_run_ledger.terminal import duration

    return duration(seconds)
