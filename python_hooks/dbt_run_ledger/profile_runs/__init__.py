"""Profiles of tables: `run-ledger profile` runs them through the user's own dbt and shows them."""
