{#- The guarded move of RUNNING runs to their end. where: SQL; error: its first word is the code. -#}
{% macro close_profile_statement(where, status, error=none) %}
  {%- set row = {'status': run_ledger.sql_literal(status), 'finished_at': run_ledger.now_utc(), 'updated_at': run_ledger.now_utc()} -%}
  {%- if error -%}
    {%- set words = (error | trim).split(' ', 1) -%}
    {%- do row.update({
      'error_code': run_ledger.sql_literal(words[0]),
      'error_message': run_ledger.sql_literal(run_ledger.shortened(run_ledger.redact(words[-1]), run_ledger.setting('run_ledger_max_error_chars'))),
    }) -%}
  {%- endif -%}
  {{- return(run_ledger.move_row(run_ledger.ledger_relation('profile_runs'), row, '(' ~ where ~ ") and status = 'RUNNING'")) -}}
{% endmacro %}
