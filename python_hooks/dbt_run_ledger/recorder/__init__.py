"""Live progress for dbt-core: node events in, the job's row out, on one thread of its own.

``state`` holds what happened and knows neither dbt nor a warehouse. ``writer`` is the one thread
that sends it. ``dbt_core`` is the only module that imports dbt, and ``plugin`` the only one that
dbt imports.
"""
