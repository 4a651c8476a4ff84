{#- Which models became slower this week, the costliest first?
    The median of the daily medians of the last 7 days (UTC) against that of the 28 days before them.
    at_least: ratio from which a change counts. runs: runs a model must have had this week. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.setting('run_ledger_enabled')) }}
{%- set at_least = 1.2 -%}
{%- set runs = 3 -%}
{%- set today = 'cast(' ~ run_ledger.now_utc() ~ ' as date)' -%}

with days as (

  select
    unique_id,
    target_name,
    runs,
    case when run_date > {{ today }} - 7 then runs end as week_runs,
    case when run_date > {{ today }} - 7 then median_duration_ms end as week_ms,
    case when run_date <= {{ today }} - 7 then median_duration_ms end as before_ms
  from {{ ref('run_ledger__model_durations') }}
  where resource_type = 'model' and run_date > {{ today }} - 35

),

nodes as (

  select
    unique_id,
    target_name,
    cast(sum(week_runs) as {{ run_ledger.sql_type('integer') }}) as week_runs,
    {%- for part in ['week', 'before'] %}
    cast(floor(percentile_cont(0.5) within group (order by {{ part }}_ms) + 0.5) as {{ run_ledger.sql_type('integer') }})
      as {{ part }}_median_ms{{ ',' if not loop.last }}
    {%- endfor %}
  from days
  group by unique_id, target_name

)

select
  unique_id,
  target_name,
  week_runs,
  before_median_ms,
  week_median_ms,
  cast(week_median_ms as {{ run_ledger.sql_type('float') }}) / nullif(before_median_ms, 0) as ratio,
  (week_median_ms - before_median_ms) * week_runs as lost_ms
from nodes
where week_runs >= {{ runs }} and week_median_ms >= {{ at_least }} * before_median_ms
order by lost_ms desc, unique_id, target_name
