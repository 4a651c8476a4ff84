{#- How reliable is each job? Running jobs are left out.
    days: how far back, whole UTC days. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.setting('run_ledger_enabled')) }}
{%- set days = 30 -%}

select
  job_key,
  project_name,
  target_name,
  count(*) as runs,
  {%- for status in ['SUCCESS', 'FAILED', 'CANCELLED', 'LOST'] %}
  count(case when status = {{ run_ledger.sql_literal(status) }} then 1 end) as {{ status | lower }}_runs,
  {%- endfor %}
  round(100.0 * count(case when status = 'SUCCESS' then 1 end) / count(*), 2) as success_percent,
  max(case when status <> 'SUCCESS' then started_at end) as last_trouble_at
from {{ ref('run_ledger__job_runs') }}
where status <> 'RUNNING'
  and inserted_at >= cast({{ run_ledger.now_utc() }} as date) - {{ days }}
group by job_key, project_name, target_name
order by success_percent, job_key, project_name, target_name
