{#- Which steps waited longest for a free thread although everything they depend on was there? Many of them: more threads
    would shorten the job.
    how_many: rows to show. days: how far back, whole UTC days. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.setting('run_ledger_enabled')) }}
{%- set how_many = 20 -%}
{%- set days = 7 -%}

select
  process_step_id,
  unique_id,
  started_at,
  wait_ms,
  duration_ms,
  thread_name
from {{ ref('run_ledger__job_steps') }}
where wait_ms > 0
  and job_inserted_at >= cast({{ run_ledger.now_utc() }} as date) - {{ days }}
order by wait_ms desc, unique_id, process_step_id
limit {{ how_many }}
