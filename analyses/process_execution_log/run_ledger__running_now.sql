{#- What is running now, how far is it, and when was it last seen alive?
    percent_done can stay below 100: planned models include ephemeral ones, which run nowhere. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.setting('run_ledger_enabled')) }}

select
  process_step_id,
  project_name,
  target_name,
  command,
  current_step,
  started_at,
  cast(floor({{ run_ledger.milliseconds_between('started_at', run_ledger.now_utc()) }} / 1000) as {{ run_ledger.sql_type('integer') }})
    as running_seconds,
  cast(floor({{ run_ledger.milliseconds_between('updated_at', run_ledger.now_utc()) }} / 1000) as {{ run_ledger.sql_type('integer') }})
    as seconds_since_last_sign,
  planned_models,
  completed_models + failed_models + skipped_models as done_models,
  running_models,
  failed_models,
  cast(floor(100 * (completed_models + failed_models + skipped_models) / nullif(planned_models, 0)) as {{ run_ledger.sql_type('integer') }})
    as percent_done
from {{ ref('run_ledger__job_runs') }}
where status = 'RUNNING'
order by started_at
