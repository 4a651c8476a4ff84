{#- How long does each job take from day to day (UTC), and how did that change? Jobs that succeeded only: one that fails early
    is quick.
    days: how far back, whole UTC days. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.setting('run_ledger_enabled')) }}
{%- set days = 30 -%}

with daily as (

  select
    job_key,
    target_name,
    cast(inserted_at as date) as run_date,
    count(*) as runs,
    {%- for name, share in [['median', '0.5'], ['p95', '0.95']] %}
    cast(floor(percentile_cont({{ share }}) within group (order by duration_seconds) + 0.5) as {{ run_ledger.sql_type('integer') }})
      as {{ name }}_seconds{{ ',' if not loop.last }}
    {%- endfor %}
  from {{ ref('run_ledger__job_runs') }}
  where status = 'SUCCESS'
    and inserted_at >= cast({{ run_ledger.now_utc() }} as date) - {{ days }}
  group by job_key, target_name, cast(inserted_at as date)

)

select
  daily.*,
  median_seconds - lag(median_seconds) over (partition by job_key, target_name order by run_date) as change_seconds
from daily
order by job_key, target_name, run_date
