{#- The rules of the state machine as data: the one place for the checks, the triggers, the verbs, the models and the test
    that compares the Python client.
    moves: from which status to which; rerun_from: which ended runs may be run again. A status without moves is terminal. -#}
{% macro ingestion_rules() %}
  {%- set moves = {
    'queued': ['running'],
    'running': ['succeeded', 'failed', 'partial', 'cancelled'],
    'succeeded': [], 'failed': [], 'partial': [], 'cancelled': [],
  } -%}
  {%- set active, terminal = [], [] -%}
  {%- for status, targets in moves.items() -%}
    {%- do (active if targets else terminal).append(status) -%}
  {%- endfor -%}
  {{- return({
    'moves': moves, 'statuses': moves.keys() | list, 'active': active, 'terminal': terminal, 'new': 'queued',
    'rerun_from': ['failed', 'partial', 'cancelled'],
    'modes': ['manual', 'scheduled'],
    'counts': ['target_count', 'processed_count', 'success_count', 'failed_count', 'unprocessed_count'],
  }) -}}
{% endmacro %}
