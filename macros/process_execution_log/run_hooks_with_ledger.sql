{#- What a root project's run_hooks() delegates to, so that models, seeds and snapshots write their events with no hook line:
      macro run_hooks(hooks, inside_transaction=True): run_ledger.run_hooks_with_ledger(hooks, inside_transaction)
    Ours come first before a node and last after it. -#}
{% macro run_hooks_with_ledger(hooks, inside_transaction=true) %}
  {#- The two calls inside the transaction come on every warehouse; those outside it do not. -#}
  {%- if inside_transaction and hooks is sameas pre_hooks -%}
    {%- do run_ledger.send_model_event('STARTED') -%}
  {%- endif -%}
  {{ dbt.run_hooks(hooks, inside_transaction) }}
  {%- if inside_transaction and hooks is sameas post_hooks -%}
    {%- do run_ledger.send_model_event('FINISHED') -%}
  {%- endif -%}
{% endmacro %}
