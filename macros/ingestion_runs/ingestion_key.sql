{#- A run id as SQL, or an error for what is none. -#}
{% macro ingestion_key(run_id) %}
  {%- set text = run_id ~ '' -%}
  {%- if not modules.re.match('^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$', text) -%}
    {{- exceptions.raise_compiler_error('run_ledger.ingestion_key(): expected a run_id like 123e4567-e89b-12d3-a456-426614174000, got '
      ~ text ~ '. Correct the run_id.') -}}
  {%- endif -%}
  {{- return('cast(' ~ run_ledger.sql_literal(text | lower) ~ ' as ' ~ run_ledger.sql_type('uuid') ~ ')') -}}
{% endmacro %}
