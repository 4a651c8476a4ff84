{#- What a verb does when it cannot: an error of the operation that somebody asked for; in a hook what run_ledger_on_error says. -#}
{% macro ingestion_problem(verb, message) %}
  {%- if flags.WHICH == 'run-operation' -%}
    {{- exceptions.raise_compiler_error('run_ledger.' ~ verb ~ '(): ' ~ run_ledger.redact(message)) -}}
  {%- endif -%}
  {%- do run_ledger.report_problem(verb.replace('_', ' ', 1), message) -%}
{% endmacro %}
