{#- Which jobs were cut off or never heard of again, and what did they do then?
    days: how far back, whole UTC days. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.setting('run_ledger_enabled')) }}
{%- set days = 30 -%}

with cut_steps as (

  select process_step_id, min(step_number) as first_cut
  from {{ ref('run_ledger__job_steps') }}
  where status = 'CANCELLED'
    and job_inserted_at >= cast({{ run_ledger.now_utc() }} as date) - {{ days }}
  group by process_step_id

)

select
  job_runs.process_step_id,
  job_runs.status,
  job_runs.job_key,
  job_runs.target_name,
  job_runs.started_at,
  job_runs.ended_at,
  job_runs.is_completed,
  job_runs.cancelled_steps,
  steps.unique_id as first_cut_unique_id,
  job_runs.first_error as reason,
  job_runs.ci_system,
  job_runs.ci_run_id
from {{ ref('run_ledger__job_runs') }} as job_runs
left join cut_steps on cut_steps.process_step_id = job_runs.process_step_id
left join {{ ref('run_ledger__job_steps') }} as steps
  on steps.process_step_id = cut_steps.process_step_id and steps.step_number = cut_steps.first_cut
  and steps.job_inserted_at >= cast({{ run_ledger.now_utc() }} as date) - {{ days }}
where job_runs.status in ('LOST', 'CANCELLED')
  and job_runs.inserted_at >= cast({{ run_ledger.now_utc() }} as date) - {{ days }}
order by job_runs.started_at desc, job_runs.process_step_id
