{#- The columns of the source document by their names, and what the JSON documents hold in columns of their own.
    The ledger may not be there yet, or be of an older version of the package: what is missing reads as null, and a missing
    table as no row, so that nobody's build depends on the order in which things came to be. -#}
{{ config(materialized='view', enabled=run_ledger.setting('run_ledger_models') and run_ledger.setting('run_ledger_enabled')) }}
{%- set ledger = source('run_ledger', 'process_execution_log') -%}
{%- set columns = run_ledger.process_execution_log_columns() -%}
{%- set relation = run_ledger.ledger_relation('process_execution_log') -%}
{%- set present = [] -%}
{%- for row in (run_query(run_ledger.existing_columns(relation)).rows if execute else []) if row[0] == relation.identifier | lower -%}
  {%- do present.append(row[1]) -%}
{%- endfor -%}

with ledger as (

  select
    {%- for column in columns %}
    {%- if column.name not in present %}
    cast(null as {{ run_ledger.sql_type(column.type) }}) as {{ column.name }}
    {%- elif column.type == 'json' %}
    {{ column.name }}
    {%- else %}
    cast({{ column.name }} as {{ run_ledger.sql_type(column.type) }}) as {{ column.name }}
    {%- endif %}{{ ',' if not loop.last }}
    {%- endfor %}
  from {{ ledger if present else '(select 1 as nothing) as nothing where 1 = 0' }}

)

select
  {%- for column in columns %}
  {{ column.name }},
  {%- endfor %}

  coalesce({{ run_ledger.json_value('process_config_obj', ['invocation_id']) }},
    case when left(process_step_id, 4) = 'JOB_' then substr(process_step_id, 5) end) as invocation_id,
  coalesce({{ run_ledger.json_value('source_obj', ['project_name']) }},
    {{ run_ledger.json_value('process_config_obj', ['project_name']) }}) as project_name,
  coalesce({{ run_ledger.json_value('destination_obj', ['target_name']) }},
    {{ run_ledger.json_value('process_config_obj', ['target_name']) }}) as target_name,
  {{ run_ledger.json_value('destination_obj', ['target_schema']) }} as target_schema,
  {{ run_ledger.json_value('process_config_obj', ['command']) }} as command,
  {{ run_ledger.json_value('process_config_obj', ['selection', 'full_refresh'], 'boolean') }} as is_full_refresh,
  {{ run_ledger.json_value('process_config_obj', ['job_key']) }} as job_key,
  {{ run_ledger.json_value('process_config_obj', ['parent']) }} as parent,
  {{ run_ledger.json_value('process_config_obj', ['user_name']) }} as user_name,
  {{ run_ledger.json_value('process_config_obj', ['dbt_version']) }} as dbt_version,
  {{ run_ledger.json_value('process_config_obj', ['adapter_type']) }} as adapter_type,
  {{ run_ledger.json_value('process_config_obj', ['package_version']) }} as package_version,
  {{ run_ledger.json_value('process_config_obj', ['lease_minutes'], 'integer') }} as lease_minutes,
  {{ run_ledger.json_value('process_config_obj', ['clock_offset_ms'], 'integer') }} as clock_offset_ms,
  {{ run_ledger.json_value('process_config_obj', ['git', 'sha']) }} as git_sha,
  {{ run_ledger.json_value('process_config_obj', ['git', 'branch']) }} as git_branch,
  {{ run_ledger.json_value('process_config_obj', ['ci', 'system']) }} as ci_system,
  {{ run_ledger.json_value('process_config_obj', ['ci', 'run_id']) }} as ci_run_id,
  {{ run_ledger.json_value('process_config_obj', ['ci', 'attempt']) }} as ci_attempt,
  {{ run_ledger.json_value('process_config_obj', ['ci', 'job']) }} as ci_job,
  {{ run_ledger.json_value('process_config_obj', ['ci', 'actor']) }} as ci_actor,
  {{ run_ledger.json_value('process_config_obj', ['ci', 'reason']) }} as ci_reason,

  {%- for count in ['planned', 'total'] %}
  {{ run_ledger.json_value('destination_data_cnt_obj', [count ~ '_models'], 'integer') }} as {{ count }}_models,
  {%- endfor %}
  {%- for count in ['completed', 'failed', 'running', 'skipped', 'cancelled'] %}
  {{ run_ledger.json_value('destination_data_cnt_obj', [count], 'integer') }} as {{ count }}_models,
  {%- endfor %}

  {{ run_ledger.json_value('step_execution_obj', ['current_step']) }} as current_step,
  {%- for count in ['total', 'success', 'warn', 'error', 'running', 'skipped', 'cancelled'] %}
  {{ run_ledger.json_value('step_execution_obj', ['summary', count], 'integer') }} as {{ count }}_steps,
  {%- endfor %}

  {#- The sweep's own rule, so that a reader need not wait for the next sweep. #}
  {{ run_ledger.is_lease_over() }} as is_lost
from ledger
where execution_type_name = 'DBT_JOB_RUN' and coalesce(deleted_ind, 'N') = 'N'
