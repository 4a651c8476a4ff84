{#- What makes two invocations runs of the same job: the setting, the environment, else project, target, command and selection. -#}
{% macro job_key(command, selection) %}
  {%- set given = run_ledger.setting('run_ledger_job_key') or env_var('RUN_LEDGER_JOB_KEY', '') -%}
  {%- if given -%}
    {{- return(run_ledger.redact(given)) -}}
  {%- endif -%}
  {%- set chosen = (selection.select + ['-'] + selection.exclude + ['-'] + selection.selector) | join(' ') -%}
  {{- return([project_name, target.name, command, local_md5(chosen)[:8]] | join(':')) -}}
{% endmacro %}
