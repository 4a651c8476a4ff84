{#- Which run built this relation last, from which code, and started by whom?
    model_name: the name of the model, seed or snapshot. schema_name: its schema, none for any. days: how far back, whole UTC days. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.setting('run_ledger_enabled')) }}
{%- set model_name = 'dim_customers' -%}
{%- set schema_name = none -%}
{%- set days = 90 -%}
{%- set since = 'cast(' ~ run_ledger.now_utc() ~ ' as date) - ' ~ days -%}

select
  steps.database_name,
  steps.schema_name,
  steps.model_name,
  steps.status,
  steps.started_at,
  steps.ended_at,
  steps.rows_affected,
  job_runs.process_step_id,
  job_runs.command,
  job_runs.user_name,
  job_runs.git_sha,
  job_runs.git_branch,
  job_runs.ci_system,
  job_runs.ci_run_id
from {{ ref('run_ledger__job_steps') }} as steps
join {{ ref('run_ledger__job_runs') }} as job_runs on job_runs.process_step_id = steps.process_step_id
where steps.resource_type in ('model', 'seed', 'snapshot')
  and steps.status in ('SUCCESS', 'WARN')
  and steps.model_name = {{ run_ledger.sql_literal(model_name) }}
  {%- if schema_name is not none %}
  and steps.schema_name = {{ run_ledger.sql_literal(schema_name) }}
  {%- endif %}
  and steps.job_inserted_at >= {{ since }}
  and job_runs.inserted_at >= {{ since }}
order by steps.started_at desc
limit 1
