{#- on-run-start: one row for this invocation, RUNNING, and an end for the rows of jobs that nobody heard of for too long.
    Never raises into the run unless run_ledger_on_error asks for it, and returns no SQL. -#}
{% macro start_job() %}
  {%- if execute -%}
    {%- do run_ledger.check_settings() -%}
  {%- endif -%}
  {%- if run_ledger.is_job() -%}
    {%- set lost = '(select min(process_step_id) from ' ~ run_ledger.ledger_relation('process_execution_log')
      ~ ' where ' ~ run_ledger.is_lease_over() ~ ')' -%}
    {%- set answer = run_ledger.write_ledger('process_execution_log', [run_ledger.insert_job_statement()], lost) -%}
    {#- Rare, and its text is long: it would cost every run more than it costs to ask. -#}
    {%- if answer.value -%}
      {%- set swept = run_ledger.run_guarded([run_ledger.sweep_statement()]) -%}
      {%- if swept.error -%}
        {%- do run_ledger.report_problem('close the rows of lost jobs', swept.error) -%}
      {%- endif -%}
    {%- endif -%}
    {%- if not answer.error -%}
      {%- do run_ledger.tell_recorder('started') -%}
    {%- endif -%}
    {#- Otherwise the end says it, once: by then the row may well have been written. -#}
    {%- if answer.error and run_ledger.setting('run_ledger_on_error') == 'raise' -%}
      {%- do run_ledger.report_problem('record the start of this job', answer.error) -%}
    {%- endif -%}
  {%- endif -%}
  {{- return('') -}}
{% endmacro %}
