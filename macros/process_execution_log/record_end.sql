{#- run-operation of `run-ledger exec`: the ends of jobs that dbt did not live to write. They come as JSON, in as many
    pieces as the environment needs for it. A closed row never changes; a row that never came into being is written whole. -#}
{% macro record_end(pieces) %}
  {%- if execute and run_ledger.is_ledger_on('process_execution_log') -%}
    {%- set texts = [] -%}
    {%- for number in range(pieces) -%}
      {%- do texts.append(env_var('RUN_LEDGER_END_' ~ number)) -%}
    {%- endfor -%}
    {%- set length = run_ledger.setting('run_ledger_max_error_chars') -%}
    {%- for end in fromjson(texts | join('')) -%}
      {#- Texts arrive as dbt logged them. -#}
      {%- for step in end.document.models if step.error -%}
        {%- do step.update({'error': run_ledger.shortened(run_ledger.redact(step.error), length)}) -%}
      {%- endfor -%}
      {%- for error in end.errors -%}
        {%- do error.update({'message': run_ledger.shortened(run_ledger.redact(error.message), length)}) -%}
      {%- endfor -%}
      {%- set answer = run_ledger.write_ledger('process_execution_log', run_ledger.record_end_statements(end)) -%}
      {%- if answer.error -%}
        {{- exceptions.raise_compiler_error('run_ledger.record_end(): ' ~ run_ledger.redact(answer.error)) -}}
      {%- endif -%}
    {%- endfor -%}
  {%- endif -%}
{% endmacro %}
