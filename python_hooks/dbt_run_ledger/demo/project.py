"""The demo's dbt project, and where the dbt package is that it installs."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

from dbt_run_ledger.errors import RunLedgerError

DISTRIBUTION = "dbt-run-ledger"

FILES = {
    "dbt_project.yml": """\
name: harbour
version: 1.0.0
profile: harbour
vars:
  run_ledger_models: true
  run_ledger_function_logs_identifier: azfunctions_logs
  run_ledger_ledgers: [process_execution_log, profile_runs, ingestion_runs, function_logs, processing_logs]
""",
    "packages.yml": "packages:\n  - local: {package}\n",
    "profiles.yml": """\
harbour:
  target: prod
  outputs:
    prod: &warehouse {{type: duckdb, path: demo.duckdb, schema: harbour, threads: 4}}
    dev: *warehouse
""",
    "models/customers.sql": """\
select
  number as customer_id,
  case when number % 100 >= {{{{ var('missing_emails', 2) }}}} then 'customer' || number || '@example.com' end as email,
  date '2024-01-01' + (number % 700)::int as joined_on
from range(1, 501) as numbers(number)
""",
    "models/stg_orders.sql": """\
select number as order_id, number % 500 + 1 as customer_id, (number * 37 % 900 + 100) / 10.0 as amount
from range(1, 5001) as numbers(number)
""",
    "models/orders.sql": """\
select orders.order_id, customers.email, orders.amount
from {{{{ ref('stg_orders') }}}} as orders
join {{{{ ref('customers') }}}} as customers using (customer_id)
""",
    "models/revenue.sql": """\
select count(*) as orders, sum(amount) as revenue from {{{{ ref('orders') }}}}
""",
}


class PackageMissingError(RunLedgerError):
    """The dbt package is not beside this program. Name its folder with --package."""

    exit_code = 2


def write_project(folder: Path, package: Path) -> None:
    for name, text in FILES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.format(package=package), encoding="utf-8")


def package_folder(given: Path | None) -> Path:
    """The dbt package: the one that is named, this checkout's, or the one in the wheel."""
    for folder in [given] if given else [Path(__file__).resolve().parents[3], *_installed()]:
        if (folder / "dbt_project.yml").is_file() and (folder / "macros" / "ledger").is_dir():
            return folder.resolve()
    raise PackageMissingError(
        f"--package: expected the dbt package run_ledger in {given}, found none." if given else None
    )


def _installed() -> list[Path]:
    try:
        files = metadata.files(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        return []
    return [
        Path(str(file.locate())).parent
        for file in files
        if file.name == "dbt_project.yml" and DISTRIBUTION in str(file)
    ]
