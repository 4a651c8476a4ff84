{#- One job as texts, in the order in which show_job() reads them. -#}
{% macro show_job_query(id) %}
select
  process_step_id, execution_status_name,
  {{ run_ledger.timestamp_text('execution_start_tmstp') }} as started,
  {{ run_ledger.timestamp_text('execution_end_tmstp') }} as ended,
  {{ run_ledger.json_to_text('destination_data_cnt_obj') }} as counts,
  {{ run_ledger.json_to_text('step_execution_obj') }} as steps,
  {{ run_ledger.json_to_text('error_message_obj') }} as errors
from {{ run_ledger.ledger_relation('process_execution_log') }}
where execution_type_name = 'DBT_JOB_RUN'
  {%- if id %} and process_step_id = {{ run_ledger.sql_literal(run_ledger.process_step_id(id ~ '')) }}{% endif %}
order by insert_tmstp desc, process_execution_log_sk desc
limit 1
{% endmacro %}
