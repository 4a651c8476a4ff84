"""`run-ledger demo`: a small project on DuckDB with a month of history in all five ledgers."""
