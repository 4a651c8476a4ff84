{#- The names starting with run_ledger_ that somebody set: all vars on dbt-core, those of --vars on dbt v2, which shows
    packages no others. -#}
{% macro given_settings() %}
  {%- set given = [] -%}
  {%- do given.extend(((invocation_args_dict.vars or {}) if invocation_args_dict.vars is mapping else {}).keys() | list) -%}
  {%- if not dbt_version.startswith('2.') -%}
    {%- set project_vars = ref.config.vars.to_dict() -%}
    {%- do given.extend(project_vars.keys() | list) -%}
    {#- A scoped var is seen by the package's own hooks or by a root project's, never by both. -#}
    {%- for scope, scoped in project_vars.items() if scoped is mapping -%}
      {%- for name in scoped if name.startswith('run_ledger_') -%}
        {%- do given.append('run_ledger: ' ~ name if scope == 'run_ledger' else 'run_ledger: ' ~ scope ~ ': ' ~ name) -%}
      {%- endfor -%}
    {%- endfor -%}
  {%- endif -%}
  {%- set names = [] -%}
  {%- for name in given if name.startswith('run_ledger_') or name.startswith('run_ledger: ') -%}
    {%- do names.append(name) -%}
  {%- endfor -%}
  {{- return(names) -}}
{% endmacro %}
