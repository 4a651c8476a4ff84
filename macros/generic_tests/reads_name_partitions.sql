{#- Fails for each model of the project that reads the function logs and names no partition: it reads every file there is. The
    model that is tested is the staging one; whatever depends on it, or on the raw table, is looked at. -#}
{% test reads_name_partitions(model) %}
{%- set offenders = [] -%}
{%- for node in (graph.nodes.values() if execute else []) if node.resource_type == 'model' and node.package_name != 'run_ledger' -%}
  {%- set logs = [] -%}
  {%- for parent in node.depends_on.nodes -%}
    {%- set name = parent.split('.')[-1] -%}
    {%- if parent.startswith('source.run_ledger.') and name == 'function_logs' or parent.startswith('model.run_ledger.stg_run_ledger__function_log') -%}
      {%- do logs.append(name) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- if logs and not modules.re.search('(?i)(log_|[^a-z_])year[^a-z_]', node.raw_code ~ ' ') -%}
    {%- do offenders.append('select ' ~ run_ledger.sql_literal(node.unique_id) ~ ' as unique_id') -%}
  {%- endif -%}
{%- endfor %}
{{ offenders | join('\nunion all ') or 'select 1 as unique_id where 1 = 0' }}
{% endtest %}
