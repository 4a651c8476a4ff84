{#- Statements that a ledger's table needs before it: its sequence where keys are not numbered by the column itself. -#}
{% macro before_create_table(relation) %}
  {{- return(adapter.dispatch('before_create_table', 'run_ledger')(relation)) -}}
{% endmacro %}

{% macro default__before_create_table(relation) %}
  {{- return([]) -}}
{% endmacro %}

{#- See auto_key(): duckdb.org/docs/stable/sql/statements/create_sequence -#}
{% macro duckdb__before_create_table(relation) %}
  {{- return(['create sequence if not exists ' ~ run_ledger.auto_key_sequence(relation)]) -}}
{% endmacro %}
