{#- After how long without a sign of life this job counts as lost: a recorder gives one each minute, so it needs less. -#}
{% macro lease_minutes() %}
  {%- set lease = run_ledger.setting('run_ledger_lease_minutes') -%}
  {{- return([lease, run_ledger.setting('run_ledger_recorder_lease_minutes')] | min if run_ledger.has_recorder() else lease) -}}
{% endmacro %}
