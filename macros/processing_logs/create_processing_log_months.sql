{#- run-operation: makes the months of processing_logs that rows may fall into, from one on, for people who load history. -#}
{% macro create_processing_log_months(from_month=none) %}
  {%- if execute -%}
    {%- do run_ledger.check_settings() -%}
    {%- set from_month = from_month ~ '' if from_month else none -%}
    {%- if from_month and not modules.re.match('^[0-9]{4}-(0[1-9]|1[0-2])(-01)?$', from_month) -%}
      {{- exceptions.raise_compiler_error(
        'run_ledger.create_processing_log_months(): expected a month like 2025-01, got ' ~ from_month ~ '. Correct --args.') -}}
    {%- endif -%}
    {%- set created = run_ledger.create_ledger('processing_logs') -%}
    {%- if created.error -%}
      {{- exceptions.raise_compiler_error('run_ledger.create_processing_log_months(): ' ~ run_ledger.redact(created.error)) -}}
    {%- endif -%}
    {%- set statements = run_ledger.months_ahead_statements(from_month) -%}
    {%- if statements -%}
      {%- do run_ledger.run_atomic(statements) -%}
    {%- endif -%}
    {%- do log('run_ledger: ' ~ (statements | length // 2 ~ ' months are there' if statements
      else 'this warehouse needs no months made ahead'), info=true) -%}
  {%- endif -%}
{% endmacro %}
