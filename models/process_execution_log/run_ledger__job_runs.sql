{#- A view, because it has to be true at every moment: a running job's counts move between two builds, and a job turns LOST
    without anybody writing anything. It reads one row per job, takes no row apart, and a condition on started_at or
    process_step_id reaches the ledger's index, so a table would save little and be wrong until the next build. -#}
{{ config(materialized='view', enabled=run_ledger.setting('run_ledger_models') and run_ledger.setting('run_ledger_enabled')) }}

with jobs as (

  select
    stg.*,
    coalesce(execution_end_tmstp, case when is_lost then update_tmstp end) as ended_at,
    {{ run_ledger.json_element('error_message_obj', 0) }} as first_error_obj
  from (select * from {{ ref('stg_run_ledger__process_execution_log') }}) as stg

)

select
  process_step_id,
  process_execution_log_sk,
  invocation_id,
  job_key,
  parent,
  project_name,
  target_name,
  target_schema,
  command,
  is_full_refresh,

  case when is_lost then 'LOST' else execution_status_name end as status,
  {#- So written, what is not completed is found by the index of what runs. #}
  execution_completed_ind <> 'N' as is_completed,
  case when is_lost then 'JOB_LOST' else current_step end as current_step,
  execution_start_tmstp as started_at,
  ended_at,
  cast(floor({{ run_ledger.milliseconds_between('execution_start_tmstp', 'ended_at') }} / 1000) as {{ run_ledger.sql_type('integer') }})
    as duration_seconds,
  insert_tmstp as inserted_at,
  update_tmstp as updated_at,

  {#- A lost job runs nothing: what ran when it was last seen was cut off, as the sweep will write it. #}
  planned_models,
  total_models,
  completed_models,
  failed_models,
  case when is_lost then 0 else running_models end as running_models,
  skipped_models,
  case when is_lost then coalesce(cancelled_models, 0) + coalesce(running_models, 0) else cancelled_models end as cancelled_models,
  total_steps,
  success_steps,
  warn_steps,
  error_steps,
  case when is_lost then 0 else running_steps end as running_steps,
  skipped_steps,
  case when is_lost then coalesce(cancelled_steps, 0) + coalesce(running_steps, 0) else cancelled_steps end as cancelled_steps,

  {{ run_ledger.json_value('first_error_obj', ['unique_id']) }} as first_error_unique_id,
  case
    when is_lost then 'No sign of life for longer than the lease'
    else left(trim(replace(replace({{ run_ledger.json_value('first_error_obj', ['message']) }}, chr(10), ' '), chr(13), ' ')), 300)
  end as first_error,

  git_sha,
  git_branch,
  ci_system,
  ci_run_id,
  ci_attempt,
  ci_job,
  ci_actor,
  ci_reason,
  user_name,
  dbt_version,
  adapter_type,
  package_version,
  lease_minutes,
  clock_offset_ms
from jobs
