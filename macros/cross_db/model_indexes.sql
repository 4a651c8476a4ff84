{#- What a model's "indexes" config holds: one index a column, none where the warehouse has no use for them. -#}
{% macro model_indexes(columns) %}
  {{- return(adapter.dispatch('model_indexes', 'run_ledger')(columns)) -}}
{% endmacro %}

{#- Snowflake prunes micro-partitions and DuckDB row groups. -#}
{% macro default__model_indexes(columns) %}
  {{- return([]) -}}
{% endmacro %}

{#- A table without an index is read whole to replace one day of it: docs.getdbt.com/reference/resource-configs/postgres-configs -#}
{% macro postgres__model_indexes(columns) %}
  {%- set indexes = [] -%}
  {#- dbt v2 (preview.196) panics at any indexes config: "not implemented: parse_index". -#}
  {%- for column in columns if not dbt_version.startswith('2.') -%}
    {%- do indexes.append({'columns': [column]}) -%}
  {%- endfor -%}
  {{- return(indexes) -}}
{% endmacro %}
