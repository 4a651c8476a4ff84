{#- run-operation: prints one job and its steps as a table, the newest job when no id is given. -#}
{% macro show_job(id=none) %}
  {%- if execute -%}
    {%- do run_ledger.check_settings() -%}
    {%- set rows = run_query(run_ledger.show_job_query(id)).rows -%}
    {%- if rows | length == 0 -%}
      {{- exceptions.raise_compiler_error('run_ledger.show_job(): expected a job '
        ~ (run_ledger.process_step_id(id ~ '') if id else 'in the ledger') ~ ', got no row. Run dbt first or correct --args.') -}}
    {%- endif -%}
    {%- set row = rows[0] -%}
    {%- set document = fromjson(row[5] or '{}') -%}
    {%- set counts = fromjson(row[4] or '{}') -%}
    {%- do log(row[0] ~ '  ' ~ row[1] ~ '  ' ~ document.current_step, info=true) -%}
    {%- do log('started ' ~ row[2] ~ '  ended ' ~ (row[3] or '-') ~ ' (UTC)', info=true) -%}
    {%- do log('models: ' ~ counts.total_models ~ ' (' ~ counts.completed ~ ' completed, ' ~ counts.failed ~ ' failed, '
      ~ counts.running ~ ' running, ' ~ counts.skipped ~ ' skipped)', info=true) -%}
    {%- do log(run_ledger.text_columns(['STATUS', 'TYPE', 'STEP', 'STARTED', 'SECONDS']), info=true) -%}
    {%- for step in document.models -%}
      {%- set seconds = '-' if step.duration_ms is none else '%.3f' % (step.duration_ms / 1000) -%}
      {%- do log(run_ledger.text_columns(
        [step.status, step.resource_type, step.model_name, step.start_time or '-', seconds]), info=true) -%}
      {%- if step.error -%}
        {%- do log('          ' ~ step.error.split('\n') | map('trim') | join(' ') | truncate(160, true, '...'), info=true) -%}
      {%- endif -%}
    {%- endfor -%}
    {%- for error in fromjson(row[6] or '[]') if error.resource_type == 'job' -%}
      {%- do log('          ' ~ error.message, info=true) -%}
    {%- endfor -%}
  {%- endif -%}
{% endmacro %}
