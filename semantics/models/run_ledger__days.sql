{#- The days that MetricFlow counts over. A project with a time spine of its own switches this one off:
    models: {run_ledger_semantics: {+enabled: false}} -#}
{%- set year = run_started_at.year -%}

select cast(date_day as date) as date_day
from ({{ dbt.date_spine('day', "cast('" ~ (year - 10) ~ "-01-01' as date)", "cast('" ~ (year + 2) ~ "-01-01' as date)") }}) as days
