{#- A node of dbt's graph as profile_target() gives it. personal: its columns that carry one of run_ledger_profile_personal_tags as a
    tag, or as a key of their meta that is true; all columns, '*', when the node itself carries one. -#}
{% macro profile_target_of_node(node) %}
  {%- set words = run_ledger.setting('run_ledger_profile_personal_tags') -%}
  {%- set personal = [] -%}
  {%- for name, of in dict(node.columns or {}, **{'*': node}).items() -%}
    {%- set meta = of.meta or (of.config or {}).meta or {} -%}
    {%- set tags = of.tags or (of.config or {}).tags or [] -%}
    {%- for word in words if word in tags or meta.get(word) -%}
      {%- do personal.append(of.name if name != '*' else '*') -%}
    {%- endfor -%}
  {%- endfor -%}
  {{- return({'database': node.database or target.database, 'schema': node.schema, 'table': node.alias or node.identifier or node.name,
    'personal': personal}) -}}
{% endmacro %}
