{#- The ledger's word for each node status of dbt. A word that is not here must not read as a success. -#}
{% macro step_statuses() %}
  {{- return({
    'success': 'SUCCESS', 'pass': 'SUCCESS', 'reused': 'SUCCESS',
    'error': 'ERROR', 'fail': 'ERROR', 'runtime error': 'ERROR', 'partial success': 'ERROR',
    'warn': 'WARN', 'skipped': 'SKIPPED', 'no-op': 'SKIPPED',
  }) -}}
{% endmacro %}
