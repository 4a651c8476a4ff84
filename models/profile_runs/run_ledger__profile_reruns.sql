{#- Whether a table should be profiled again, and why. A view: the answer changes with the clock. -#}
{{ config(materialized='view', enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('profile_runs')) }}

with targets as (

  select
    target_id,
    min(target_db) as target_db,
    min(target_schema) as target_schema,
    min(target_table) as target_table,
    max(case when recency = 1 then run_id end) as last_run_id,
    max(case when recency = 1 then status end) as last_status,
    max(case when recency = 1 then error_message end) as last_error_message,
    max(case when recency = 1 and is_abandoned then 1 else 0 end) as is_last_abandoned,
    max(case when is_latest_success then run_id end) as last_success_run_id,
    max(case when is_latest_success then started_at end) as last_success_at
  from {{ ref('run_ledger__profile_runs') }}
  where row_filter is null
  group by target_id

),

drifted as (

  select target_id, count(*) as drifted_columns
  from {{ ref('run_ledger__profile_drift') }}
  where is_drifted
  group by target_id

),

decided as (

  select
    targets.*,
    coalesce(drifted_columns, 0) as drifted_columns,
    case
      when last_status = 'RUNNING' and is_last_abandoned = 0 then 'RUNNING'
      when last_success_at is null then 'NEVER_SUCCEEDED'
      when last_status <> 'SUCCEEDED' then 'LAST_RUN_FAILED'
      when {{ run_ledger.milliseconds_between('last_success_at', run_ledger.now_utc()) }}
        > {{ run_ledger.setting('run_ledger_profile_max_age_hours') * 3600000 }} then 'STALE'
      when drifted_columns > 0 then 'DRIFTED'
      else 'FRESH'
    end as reason
  from targets
  left join drifted on drifted.target_id = targets.target_id

)

select
  decided.*,
  reason not in ('RUNNING', 'FRESH') as should_rerun
from decided
