{#- A view, for the reasons of run_ledger__job_runs: the steps of a running job move. Taking a document apart costs in
    proportion to the jobs that are read, so a query should name a job or a time (job_inserted_at, process_step_id): both
    reach the ledger's indexes before any document is opened. What needs all of history, durations, is a table:
    run_ledger__model_durations. -#}
{{ config(materialized='view', enabled=run_ledger.setting('run_ledger_models') and run_ledger.setting('run_ledger_enabled')) }}

with jobs as (

  select
    stg.*,
    {#- A document in which models is no array would fail the query for every other job. #}
    case when {{ run_ledger.json_is_array('step_execution_obj', ['models']) }} then step_execution_obj end as steps_obj
  from (select * from {{ ref('stg_run_ledger__process_execution_log') }}) as stg

),

{#- An element of the source document holds eight keys; what it lacks follows from those. #}
steps as (

  select
    jobs.process_step_id,
    jobs.invocation_id,
    jobs.job_key,
    jobs.project_name,
    jobs.target_name,
    jobs.insert_tmstp,
    jobs.update_tmstp,
    jobs.is_lost,
    {%- for key, name in {
      'unique_id': 'recorded_unique_id', 'model_name': 'model_name', 'database': 'database_name', 'schema': 'schema_name',
      'status': 'recorded_status', 'dbt_status': 'dbt_status', 'error': 'error', 'query_id': 'query_id', 'thread': 'thread_name',
    }.items() %}
    {{ run_ledger.json_value('step.value', [key]) }} as {{ name }},
    {%- endfor %}
    coalesce({{ run_ledger.json_value('step.value', ['resource_type']) }}, 'model') as resource_type,
    {{ run_ledger.json_value('step.value', ['start_time'], 'timestamp') }} as started_at,
    {{ run_ledger.json_value('step.value', ['end_time'], 'timestamp') }} as ended_at,
    {%- for key, name in {
      'duration_seconds': 'duration_seconds', 'duration_ms': 'recorded_duration_ms', 'wait_ms': 'wait_ms', 'compile_ms': 'compile_ms',
      'execute_ms': 'execute_ms', 'rows_affected': 'rows_affected', 'failures': 'failures',
    }.items() %}
    {{ run_ledger.json_value('step.value', [key], 'integer') }} as {{ name }},
    {%- endfor %}
    step.index + 1 as step_number
  from jobs
  {{ run_ledger.json_elements('jobs.steps_obj', ['models'], 'step') }}

),

identified as (

  select
    steps.*,
    coalesce(recorded_unique_id, resource_type || '.' || coalesce(project_name, 'unknown') || '.' || model_name) as unique_id
  from steps

)

select
  process_step_id || '|' || unique_id as job_step_id,
  model_name || '_' || invocation_id as model_step_id,
  process_step_id,
  invocation_id,
  job_key,
  project_name,
  target_name,
  'DBT_' || upper(replace(resource_type, ' ', '_')) || '_RUN' as execution_type_name,
  step_number,
  unique_id,
  resource_type,
  model_name,
  database_name,
  schema_name,
  case when is_lost and recorded_status = 'RUNNING' then 'CANCELLED' else recorded_status end as status,
  dbt_status,
  started_at,
  ended_at,
  duration_seconds,
  coalesce(recorded_duration_ms, {{ run_ledger.milliseconds_between('started_at', 'ended_at') }}) as duration_ms,
  wait_ms,
  compile_ms,
  execute_ms,
  rows_affected,
  failures,
  query_id,
  thread_name,
  error,
  insert_tmstp as job_inserted_at,
  update_tmstp as job_updated_at
from identified
