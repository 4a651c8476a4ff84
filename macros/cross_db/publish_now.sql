{#- What a pre-hook appends so that others see its rows at once, '' where each statement commits by itself. -#}
{% macro publish_now() %}
  {{- return(adapter.dispatch('publish_now', 'run_ledger')()) -}}
{% endmacro %}

{% macro default__publish_now() %}
  {{- return('') -}}
{% endmacro %}

{#- dbt-core, which dbt Cloud calls 2025.1.2 and the like, holds one transaction around the hook and the model. Commit and begin in one text keeps the model atomic;
    a hook outside the transaction would not. dbt v2 commits each statement and would lose the model's work:
    docs.getdbt.com/reference/resource-configs/pre-hook-post-hook#transactions -#}
{% macro postgres__publish_now() %}
  {{- return('' if dbt_version.startswith('2.') else '; commit; begin') -}}
{% endmacro %}
