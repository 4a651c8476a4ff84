"""The house rules that a machine can hold. `python dev/lint/run.py` runs them all."""
