{#- Raises on the first of the user's secret patterns that is no regular expression: later it would raise inside a run. -#}
{% macro check_patterns() %}
  {%- for pattern in run_ledger.setting('run_ledger_redact_patterns') -%}
    {%- set message = 'run_ledger.setting(): expected a regular expression in run_ledger_redact_patterns, got ' ~ pattern
      ~ '. Correct it under vars in dbt_project.yml or in --vars.' -%}
    {%- if pattern is not string -%}
      {{- exceptions.raise_compiler_error(message) -}}
    {%- endif -%}
    {%- do try_or_compiler_error(message, modules.re.sub, pattern, '', '') -%}
  {%- endfor -%}
{% endmacro %}
