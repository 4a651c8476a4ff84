{#- The names starting with run_ledger_ that somebody set: all vars on dbt-core, those of --vars on dbt v2, which shows
    packages no others. -#}
{% macro given_settings() %}
  {%- set given = [] -%}
  {%- do given.extend(((invocation_args_dict.vars or {}) if invocation_args_dict.vars is mapping else {}).keys() | list) -%}
  {%- if dbt_version.startswith('1.') -%}
    {%- set project_vars = ref.config.vars.to_dict() -%}
    {%- do given.extend(project_vars.keys() | list) -%}
    {#- A scoped var is seen by the package's own hooks and not by a root project's: half of the package would follow it. -#}
    {%- do given.extend((project_vars.get('run_ledger') or {}).keys() | map('replace', 'run_ledger_', 'run_ledger: run_ledger_') | list) -%}
  {%- endif -%}
  {%- set names = [] -%}
  {%- for name in given if name.startswith('run_ledger_') or name.startswith('run_ledger: ') -%}
    {%- do names.append(name) -%}
  {%- endfor -%}
  {{- return(names) -}}
{% endmacro %}
