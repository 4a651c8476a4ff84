{#- What a ledger does about an error of its own: one line, or an exception for people who asked for it. -#}
{% macro report_problem(action, error) %}
  {%- set line = run_ledger.redact(error) | replace('\n', ' ') | truncate(300, true, '...') -%}
  {%- set message = 'run_ledger: could not ' ~ action ~ ': ' ~ line -%}
  {%- if run_ledger.setting('run_ledger_on_error') == 'raise' -%}
    {{- exceptions.raise_compiler_error(
      message ~ '. run_ledger_on_error is raise; set it to warn to let dbt go on without the ledger.') -}}
  {%- endif -%}
  {#- Not exceptions.warn(), which becomes an error under --warn-error. -#}
  {%- do log(message ~ ' (the run goes on without it)', info=true) -%}
{% endmacro %}
