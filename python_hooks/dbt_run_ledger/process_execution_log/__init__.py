"""The job ledger for people and programs outside dbt: history, one run, what runs now."""
