{#- on-run-end: the end of this invocation's row, from the results of dbt. Writes a row that is missing, changes none that
    is closed. Never raises into the run unless run_ledger_on_error asks for it, and returns no SQL. -#}
{% macro finish_job(results) %}
  {%- if run_ledger.is_job() -%}
    {%- do run_ledger.tell_recorder('ending') -%}
    {%- set found = run_ledger.write_ledger('process_execution_log', [], run_ledger.job_state_query()) -%}
    {%- if found.error -%}
      {%- set answer = found -%}
    {%- elif found.value.startswith('Y') -%}
      {#- By a sweep that took it for lost, by a person, or by a hook that the user lists too. -#}
      {%- do log('run_ledger: the row of this job was closed before its end, and stays as it is', info=true) -%}
      {%- set answer = found -%}
    {%- else -%}
      {%- set answer = run_ledger.write_job_end(results, found.value) -%}
      {#- A table or column that only the end needs went missing while the job ran. -#}
      {%- if answer.error and run_ledger.create_ledger('process_execution_log').changed -%}
        {%- set answer = run_ledger.write_job_end(results, found.value) -%}
      {%- endif -%}
    {%- endif -%}
    {%- do run_ledger.tell_recorder(run_ledger.redact(answer.error) if answer.error else 'closed') -%}
    {#- The recorder tries again, keeps the row if it has to, and says what became of it. -#}
    {%- if answer.error and (run_ledger.setting('run_ledger_on_error') == 'raise' or not run_ledger.has_recorder()) -%}
      {%- do run_ledger.report_problem('record the end of this job', answer.error) -%}
    {%- endif -%}
  {%- endif -%}
  {{- return('') -}}
{% endmacro %}
