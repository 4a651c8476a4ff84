{#- The one column list of PROFILE_RESULTS: one row per run, column and metric. -#}
{% macro profile_results_columns() %}
  {{- return([
    {'name': 'run_id', 'type': 'text', 'not_null': true, 'comment': 'The run in PROFILE_RUNS that found it.'},
    {'name': 'column_name', 'type': 'text', 'not_null': true, 'comment': 'Name of the column, its case kept; empty for the table itself.'},
    {'name': 'metric_name', 'type': 'text', 'not_null': true, 'comment': 'What was measured, such as null_rate.'},
    {'name': 'value_num', 'type': 'float', 'not_null': false,
     'comment': 'The value as a number; seconds since 1970 for times. NULL: the metric is text.'},
    {'name': 'value_text', 'type': 'text', 'not_null': false,
     'comment': 'The value as text, cut at 200 characters; JSON for top_values. NULL: the metric is a number alone.'},
    {'name': 'is_approx', 'type': 'boolean', 'not_null': true, 'comment': 'Whether the value is an estimate.'},
  ]) -}}
{% endmacro %}
