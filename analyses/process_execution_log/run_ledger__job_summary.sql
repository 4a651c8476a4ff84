{#- How did every job end, how long did it take, and how many models did it build?
    The query of the source document, with its columns in its order. It reads the ledger itself, so it needs no model. -#}
{{ config(enabled=run_ledger.setting('run_ledger_enabled')) }}

select
  process_step_id,
  execution_status_name,
  execution_start_tmstp,
  execution_end_tmstp,
  cast(floor({{ run_ledger.milliseconds_between('execution_start_tmstp', 'execution_end_tmstp') }} / 1000)
    as {{ run_ledger.sql_type('integer') }}) as total_duration_seconds,
  {{ run_ledger.json_value('destination_data_cnt_obj', ['total_models'], 'integer') }} as total_models,
  {{ run_ledger.json_value('destination_data_cnt_obj', ['completed'], 'integer') }} as completed_models,
  {{ run_ledger.json_value('destination_data_cnt_obj', ['failed'], 'integer') }} as failed_models
from {{ source('run_ledger', 'process_execution_log') }}
where execution_type_name = 'DBT_JOB_RUN'
order by insert_tmstp desc
