"""`python -m dbt_run_ledger` is `run-ledger`."""

import sys

from dbt_run_ledger.cli import main

if __name__ == "__main__":
    sys.exit(main())
