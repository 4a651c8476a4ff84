{#- Profiles tables one after the other with a line for each, and fails at the end when one of them failed. -#}
{% macro profile_targets(targets, options, facts) %}
  {%- do run_ledger.check_settings() -%}
  {%- if not run_ledger.is_ledger_on('profile_runs') -%}
    {{- exceptions.raise_compiler_error('run_ledger.profile_table(): expected profile_runs in run_ledger_ledgers, got '
      ~ run_ledger.setting('run_ledger_ledgers') | join(', ') ~ '. Add it under vars in dbt_project.yml.') -}}
  {%- endif -%}
  {%- set failed = [] -%}
  {%- for each in targets -%}
    {%- set place = each.database ~ '.' ~ each.schema ~ '.' ~ each.table -%}
    {%- set answer = run_ledger.run_profile(each, options, facts) -%}
    {%- set what = answer.status if answer.is_new else (answer.status ~ ', known already') -%}
    {%- do log('run_ledger: profile ' ~ loop.index ~ ' of ' ~ targets | length ~ ': ' ~ place ~ ' ' ~ what ~ ' (run ' ~ answer.run_id ~ ')', info=true) -%}
    {%- if answer.error or (answer.is_new and answer.status != 'SUCCEEDED') -%}
      {%- do failed.append(place ~ (': ' ~ run_ledger.redact(answer.error) if answer.error else ' (run ' ~ answer.run_id ~ ')')) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- if failed -%}
    {{- exceptions.raise_compiler_error('run_ledger.profile_table(): expected a profile of each table, got '
      ~ failed | length ~ ' of ' ~ targets | length ~ ' failed: ' ~ failed | join('; ')
      ~ '. The cause stands in error_message of profile_runs.') -}}
  {%- endif -%}
{% endmacro %}
