{#- Which models of the last finished run took longest?
    how_many: rows to show. days: how far back a last run may be, whole UTC days. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.setting('run_ledger_enabled')) }}
{%- set how_many = 10 -%}
{%- set days = 30 -%}
{%- set since = 'cast(' ~ run_ledger.now_utc() ~ ' as date) - ' ~ days -%}

select
  process_step_id,
  model_name,
  schema_name,
  status,
  started_at,
  duration_ms,
  wait_ms,
  rows_affected
from {{ ref('run_ledger__job_steps') }}
where resource_type = 'model'
  and duration_ms is not null
  and job_inserted_at >= {{ since }}
  and process_step_id = (
    select max(process_step_id) from {{ ref('run_ledger__job_runs') }} where inserted_at = (
      select max(inserted_at) from {{ ref('run_ledger__job_runs') }}
      where is_completed and total_models > 0 and inserted_at >= {{ since }}))
order by duration_ms desc, model_name
limit {{ how_many }}
