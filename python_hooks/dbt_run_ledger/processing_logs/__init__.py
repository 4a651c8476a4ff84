"""The processing logs: runs over CSV files, the proof of what they wrote, and the archive.

from dbt_run_ledger import warehouses
from dbt_run_ledger.processing_logs import process_csv, seal, verify, archive
"""

from dbt_run_ledger.processing_logs.archive import archive
from dbt_run_ledger.processing_logs.process import process_csv
from dbt_run_ledger.processing_logs.seal import seal
from dbt_run_ledger.processing_logs.verify import verify

__all__ = ["archive", "process_csv", "seal", "verify"]
