{#- run-operation: creates or migrates every ledger of run_ledger_ledgers, and says what it did. -#}
{% macro create_ledgers() %}
  {%- if execute -%}
    {%- do run_ledger.check_settings() -%}
    {%- for word in run_ledger.setting('run_ledger_ledgers') -%}
      {%- set answer = run_ledger.create_ledger(word) -%}
      {%- if answer.error -%}
        {{- exceptions.raise_compiler_error('run_ledger.create_ledgers(): ' ~ word ~ ': ' ~ run_ledger.redact(answer.error)) -}}
      {%- endif -%}
      {%- for line in answer.changed or ['nothing to do for ' ~ word] -%}
        {%- do log('run_ledger: ' ~ line, info=true) -%}
      {%- endfor -%}
    {%- endfor -%}
  {%- endif -%}
{% endmacro %}
