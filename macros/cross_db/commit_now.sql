{#- Makes what an operation has written visible to others at once. -#}
{% macro commit_now() %}
  {%- do adapter.dispatch('commit_now', 'run_ledger')() -%}
{% endmacro %}

{#- Every statement commits by itself. -#}
{% macro default__commit_now() %}
{% endmacro %}
