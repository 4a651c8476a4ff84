"""Compare what is there with what was sealed, and say where they differ.

The chain alone shows an edit by somebody who cannot rebuild it. Who can, a superuser, is found out by
a head that is kept outside, and an archived month by the manifest of its export.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timezone

from dbt_run_ledger.processing_logs import statements
from dbt_run_ledger.processing_logs.chain import (
    FIRST,
    RUN_COLUMNS,
    Head,
    entry_hash,
    run_digest,
    sealed_ids,
    tag_at,
    tag_of,
)
from dbt_run_ledger.processing_logs.live_parts import live_parts
from dbt_run_ledger.processing_logs.manifest import Exports
from dbt_run_ledger.processing_logs.policy import Policy
from dbt_run_ledger.processing_logs.roll_up import divided
from dbt_run_ledger.processing_logs.seal import Part, digest_of, part_of, texts_of
from dbt_run_ledger.processing_logs.statements import COUNTS, WORD
from dbt_run_ledger.warehouses import Place, Row, Warehouse

MOST_NAMED = 20


@dataclass(frozen=True)
class Finding:
    """One difference: what, where, and what is known about it."""

    kind: str
    where: str
    detail: str


@dataclass
class Report:
    """All differences, and how much was looked at."""

    findings: list[Finding] = field(default_factory=list)
    rows: int = 0
    parts: int = 0
    entries: int = 0
    # What no digest covers yet: not wrong, and not proved.
    unsealed_rows: int = 0
    unsealed_digests: int = 0
    unsealed_runs: int = 0
    head: Head = field(default_factory=lambda: Head(0, FIRST))

    @property
    def is_proved(self) -> bool:
        return not self.findings

    def add(self, kind: str, where: str, detail: str) -> None:
        self.findings.append(Finding(kind, where, detail))


def verify(
    warehouse: Warehouse,
    place: Place,
    heads: Sequence[Head] = (),
    policy: Policy | None = None,
    today: date | None = None,
    targets: Sequence[str] = (),
) -> Report:
    """`heads` were kept outside the warehouse, the older ones first. `targets`: the only folders or
    URLs from which an export is believed."""
    report = Report()
    live = live_parts(warehouse, place)
    digests = {
        int(row["digest_id"]): row
        for row in warehouse.query(
            f"select * from {place.table(WORD, '_digests')} order by digest_id"
        )
    }
    exports = Exports(targets)
    chained = _check_chain(warehouse, place, report, digests, heads)
    proved = _proved_number(chained, report, heads)
    parts: dict[Part, list[Row]] = defaultdict(list)
    runs: list[Row] = []
    for digest in digests.values():
        if int(digest["digest_id"]) in chained and digest["kind"] == "run":
            runs.append(digest)
        elif int(digest["digest_id"]) in chained:
            parts[part_of(digest)].append(digest)
        else:
            report.unsealed_digests += 1
    day = today or datetime.now(timezone.utc).date()
    for part, known in parts.items():
        expected = _check_archived(report, part, known, chained, proved, policy, day, exports)
        _check_rows(warehouse, place, report, part, expected, live.pop(part, None))
    report.unsealed_rows += sum(int(row["row_count"]) for row in live.values())
    report.rows += report.unsealed_rows
    _check_runs(warehouse, place, report, runs)
    _check_summary(warehouse, place, report, digests.values())
    return report


def _check_chain(
    warehouse: Warehouse,
    place: Place,
    report: Report,
    digests: dict[int, Row],
    heads: Sequence[Head],
) -> dict[int, int]:
    """Digest -> its entry. Every entry is computed again from the first on."""
    rows = warehouse.query(
        "select entry_number, digest_id, previous_hash, entry_hash "
        f"from {place.table(WORD, '_chain')} order by entry_number"
    )
    previous, number, hashes, chained = FIRST, 0, {0: FIRST}, {}
    for row in rows:
        found = int(row["entry_number"])
        digest = digests.get(int(row["digest_id"]))
        if found > number + 1:
            report.add(
                "ENTRIES_MISSING", f"entries {number + 1} to {found - 1}", "gap in the chain"
            )
        if int(row["digest_id"]) in chained or found == number:
            report.add("ENTRY_REPEATED", f"entry {found}", "it seals what another entry seals")
        if digest is None:
            report.add("DIGEST_MISSING", f"entry {found}", f"digest {row['digest_id']} is gone")
        elif row["entry_hash"] != entry_hash(row["previous_hash"], found, digest):
            report.add("DIGEST_CHANGED", f"entry {found}", f"digest of {_name(part_of(digest))}")
        if row["previous_hash"] != previous and found == number + 1:
            report.add("ENTRY_CHANGED", f"entry {found}", "it does not follow the entry before")
        previous, number = row["entry_hash"], found
        hashes[found] = previous
        chained[int(row["digest_id"])] = found
    report.entries, report.head = len(rows), Head(number, previous)
    _check_heads(report, hashes, heads)
    return chained


def _check_heads(report: Report, hashes: dict[int, str], heads: Sequence[Head]) -> None:
    good = 0
    for head in heads:
        if head.entry_number > report.head.entry_number:
            where = f"entries {report.head.entry_number + 1} to {head.entry_number}"
            report.add("ENTRIES_MISSING", where, "the end of the chain was cut off")
            return
        if hashes.get(head.entry_number) != head.entry_hash:
            where = f"entries {good + 1} to {head.entry_number}"
            report.add("CHAIN_REWRITTEN", where, "the chain is not the one that was kept outside")
            return
        good = head.entry_number


def _proved_number(chained: dict[int, int], report: Report, heads: Sequence[Head]) -> int:
    """The newest entry that a head kept outside speaks for."""
    if any(finding.kind == "CHAIN_REWRITTEN" for finding in report.findings):
        return 0
    last = max(chained.values(), default=0)
    return max((head.entry_number for head in heads if head.entry_number <= last), default=0)


def _check_archived(
    report: Report,
    part: Part,
    known: list[Row],
    chained: dict[int, int],
    proved: int,
    policy: Policy | None,
    today: date,
    exports: Exports,
) -> list[Row]:
    """The digests whose rows have to be there; those before an archived one are accounted for."""
    expected: list[Row] = []
    for digest in known:
        if digest["kind"] != "archived":
            expected.append(digest)
            continue
        name = _name(part)
        difference = _difference(expected, digest)
        if difference:
            report.add("ARCHIVE_DIFFERS", name, difference)
        if policy and not policy.is_removable(part[1], part[2], today):
            report.add("ARCHIVE_TOO_EARLY", name, "the policy keeps its rows")
        reason = exports.doubt(digest)
        is_unproved = chained[int(digest["digest_id"])] > proved
        if reason and (digest["location"] or exports.are_required or is_unproved):
            report.add("ARCHIVE_UNCONFIRMED", name, reason)
        expected = []
    return expected


def _difference(sealed: Sequence[Row], archived: Row) -> str | None:
    """What an archived digest states otherwise than the digests that it stands for. More of it than
    was sealed is what dbt's operation archives when some rows had no digest, and it says which."""
    rows = sum(int(each["row_count"]) for each in sealed)
    is_same = rows == int(archived["row_count"])
    for name in COUNTS:
        stated, known = int(archived[name]), sum(int(each[name]) for each in sealed)
        if stated < known or (is_same and stated > known):
            what = "rows" if name == "row_count" else name.removesuffix("_count")
            return f"{stated} {what}, {known} were sealed"
    if is_same and len(sealed) == 1 and sealed[0]["digest"] != archived["digest"]:
        return f"{rows} rows, and others were sealed"
    if rows and not is_same and not _states_unsealed(sealed, archived):
        return f"{archived['row_count']} rows, {rows} were sealed, and which were not is not stated"
    return None


def _states_unsealed(sealed: Sequence[Row], archived: Row) -> bool:
    """Whether it says which of its rows had no digest: as many as there are more, and others."""
    try:
        known = {number for each in sealed for number in sealed_ids(each)}
        stated = {int(each) for each in (archived["log_ids"] or "").split(",")}
    except ValueError:
        return False
    return not stated & known and len(stated) + len(known) == int(archived["row_count"])


def _check_rows(
    warehouse: Warehouse,
    place: Place,
    report: Report,
    part: Part,
    expected: list[Row],
    live: Row | None,
) -> None:
    report.parts += 1
    rows = int(live["row_count"]) if live else 0
    report.rows += rows
    if live and len(expected) == 1:
        sealed = expected[0]
        if rows == int(sealed["row_count"]) and live["digest"] == sealed["digest"]:
            return
    if rows or expected:
        _locate(warehouse, place, report, part, expected)


def _locate(
    warehouse: Warehouse, place: Place, report: Report, part: Part, expected: list[Row]
) -> None:
    """Which rows are not what they were. Rows that no digest covers are new, not wrong."""
    texts = texts_of(warehouse, statements.live(place), part)
    unsealed = set(texts)
    for digest in expected:
        try:
            numbers = sealed_ids(digest)
        except ValueError:
            report.add("ROWS_CHANGED", _name(part), "log_ids of its digest cannot be read")
            continue
        tags = digest["row_tags"] or ""
        missing = [number for number in numbers if number not in texts]
        changed = [
            number
            for place_in, number in enumerate(numbers)
            if number in texts and tag_of(texts[number]) != tag_at(tags, place_in)
        ]
        unsealed -= set(numbers)
        if missing:
            report.add("ROWS_MISSING", _name(part), _ids(missing))
        if changed:
            report.add("ROWS_CHANGED", _name(part), _ids(changed))
        if not missing and not changed and digest_of(texts, numbers) != digest["digest"]:
            report.add("ROWS_CHANGED", _name(part), "which of its rows is not known")
    report.unsealed_rows += len(unsealed)


def _check_runs(warehouse: Warehouse, place: Place, report: Report, sealed: Sequence[Row]) -> None:
    """What is known of a run itself, down to the column that is not what it was."""
    rows = warehouse.query(f"select * from {place.table(WORD, '_executions')}")
    # A warehouse without keys may have several runs of one name.
    known: dict[str, set[str]] = defaultdict(set)
    for digest in sealed:
        known[digest["execution_name"]].add(digest["digest"])
    found: dict[str, set[str]] = defaultdict(set)
    others: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        name = row["execution_name"]
        made, tags = run_digest(row)
        found[name].add(made)
        if made not in known[name]:
            others[name].append(tags)
    for digest in sealed:
        name = digest["execution_name"]
        if digest["digest"] in found[name]:
            continue
        if not others[name]:
            report.add("RUN_MISSING", name, "its row of processing_logs_executions is gone")
            continue
        tags = min(others[name], key=lambda each: len(_changed(each, digest["row_tags"])))
        others[name].remove(tags)
        changed = _changed(tags, digest["row_tags"])
        report.add("RUN_CHANGED", name, ", ".join(changed) or "which column is not known")
    report.unsealed_runs = sum(map(len, others.values()))


def _changed(tags: str, sealed_tags: str | None) -> list[str]:
    return [
        column
        for number, column in enumerate(RUN_COLUMNS)
        if tag_at(tags, number) != tag_at(sealed_tags or "", number)
    ]


def _check_summary(
    warehouse: Warehouse, place: Place, report: Report, digests: Iterable[Row]
) -> None:
    """The summary holds what the archived digests state, run by run."""
    stated: dict[tuple[str, str], list[int]] = {}
    archived = [digest for digest in digests if digest["kind"] == "archived"]
    for digest in archived:
        key = digest["execution_name"], str(digest["log_month"])[:10]
        counts = stated.setdefault(key, [0, 0, 0, 0])
        for place_in, column in enumerate(COUNTS):
            counts[place_in] += int(digest[column])
    held = {
        (row["execution_name"], str(row["summary_date"])[:10]): [
            int(row[column]) for column in ("total_processed", *COUNTS[1:])
        ]
        for row in warehouse.query(f"select * from {place.table(WORD, '_summary')}")
    }
    by_type: dict[tuple[str, str], list[int]] = {}
    days: dict[tuple[str, str], Counter[tuple[str, ...]]] = defaultdict(Counter)
    for row in warehouse.query(f"select * from {place.table(WORD, '_summary_by_type')}"):
        day, number = str(row["processed_date"])[:10], int(row["row_count"])
        key = row["execution_name"], f"{day[:7]}-01"
        counts = by_type.setdefault(key, [0, 0, 0, 0])
        counts[0] += number
        if row["status"] in statements.STATUSES:
            counts[1 + statements.STATUSES.index(row["status"])] += number
        days[key][day, row["processing_type"], row["status"]] += number
    for name, summary in (("summary", held), ("summary by type", by_type)):
        for key in sorted(stated.keys() | summary.keys()):
            if stated.get(key) != summary.get(key):
                detail = (
                    f"the {name} holds {summary.get(key)}, the archive stated {stated.get(key)}"
                )
                report.add("SUMMARY_CHANGED", f"{key[0]} in {key[1][:7]}", detail)
    _check_days(
        report, archived, {key: days[key] for key in stated if stated[key] == by_type.get(key)}
    )


def _check_days(
    report: Report,
    archived: Sequence[Row],
    held: Mapping[tuple[str, str], Counter[tuple[str, ...]]],
) -> None:
    """How the rows divide into days and types, where every archived digest of the run states it."""
    stated: dict[tuple[str, str], Counter[tuple[str, ...]]] = defaultdict(Counter)
    unknown = set()
    for digest in archived:
        key = digest["execution_name"], str(digest["log_month"])[:10]
        if not digest["row_tags"]:
            unknown.add(key)
            continue
        found = divided(digest["row_tags"])
        if found is None:
            unknown.add(key)
            report.add("SUMMARY_CHANGED", f"{key[0]} in {key[1][:7]}", "row_tags cannot be read")
        else:
            stated[key].update(found)
    for key in sorted(held.keys() - unknown):
        for what in sorted(held[key].keys() | stated[key].keys()):
            if held[key][what] != stated[key][what]:
                detail = (
                    f"{', '.join(what)}: {held[key][what]} rows, {stated[key][what]} were archived"
                )
                report.add("SUMMARY_CHANGED", f"{key[0]} in {key[1][:7]}", detail)


def _name(part: Part) -> str:
    kept = "" if part[2] == "standard" else f", class {part[2]}"
    return f"{part[0]} in {part[1][:7]}{kept}"


def _ids(numbers: list[int]) -> str:
    named = ", ".join(map(str, numbers[:MOST_NAMED]))
    more = f" and {len(numbers) - MOST_NAMED} more" if len(numbers) > MOST_NAMED else ""
    return f"log_id {named}{more}"
