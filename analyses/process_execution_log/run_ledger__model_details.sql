{#- Which models did one job run, when, and how long did each take?
    The query of the source document, with its columns in its order. It reads the ledger itself, so it needs no model.
    process_step_id: JOB_ and the invocation id. -#}
{{ config(enabled=run_ledger.setting('run_ledger_enabled')) }}
{%- set process_step_id = 'JOB_abc123-def456-ghi789' -%}

select
  process_step_id,
  {{ run_ledger.json_value('f.value', ['model_name']) }} as model_name,
  {{ run_ledger.json_value('f.value', ['status']) }} as status,
  {{ run_ledger.json_value('f.value', ['start_time'], 'timestamp') }} as start_time,
  {{ run_ledger.json_value('f.value', ['end_time'], 'timestamp') }} as end_time,
  {{ run_ledger.json_value('f.value', ['duration_seconds'], 'integer') }} as duration_seconds
from {{ source('run_ledger', 'process_execution_log') }}
{{ run_ledger.json_elements('step_execution_obj', ['models'], 'f') }}
where process_step_id = {{ run_ledger.sql_literal(process_step_id) }}
order by f.index
