{#- What failed today (UTC), and why? Steps that failed, then jobs that failed, were cut off or got lost without one. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.setting('run_ledger_enabled')) }}
{%- set today = 'cast(cast(' ~ run_ledger.now_utc() ~ ' as date) as ' ~ run_ledger.sql_type('timestamp') ~ ')' -%}

select
  process_step_id, project_name, target_name, resource_type, model_name as name, started_at,
  left(trim(replace(error, chr(10), ' ')), 300) as reason
from {{ ref('run_ledger__job_steps') }}
where status = 'ERROR' and job_inserted_at >= {{ today }}

union all

select
  process_step_id, project_name, target_name, 'job', coalesce(job_key, command), started_at,
  coalesce(first_error, status)
from {{ ref('run_ledger__job_runs') }}
where status in ('FAILED', 'CANCELLED', 'LOST') and coalesce(error_steps, 0) = 0 and inserted_at >= {{ today }}

order by started_at, name
