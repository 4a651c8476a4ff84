{#- The update that folds events into the rows of running jobs: every job for which the condition on process_step_id holds.
    open_status: what a step is that has not finished. is_alive: whether the fold is a sign of life. only_if: a condition on
    the row, for a fold that may have waited until it was no longer due. -#}
{% macro fold_statement(where, open_status='RUNNING', is_alive=true, only_if='true') %}
  {%- set changes = {
    'destination_data_cnt_obj': run_ledger.json_object({
      'total_models': 'folded_models', 'completed': 'folded_completed', 'failed': 'folded_failed',
      'running': 'folded_running', 'skipped': '0', 'cancelled': 'folded_cancelled',
      'planned_models': run_ledger.json_value('destination_data_cnt_obj', ['planned_models'], 'integer'),
    }),
    'step_execution_obj': run_ledger.json_object({
      'current_step': 'folded_current_step',
      'summary': run_ledger.json_object({
        'total': 'folded_steps', 'success': 'folded_success', 'error': 'folded_error', 'running': 'folded_open',
        'skipped': '0', 'warn': '0', 'cancelled': 'folded_cut',
      }),
      'models': 'folded_documents',
    }),
  } -%}
  {%- if is_alive -%}
    {%- do changes.update({'update_tmstp': run_ledger.now_utc()}) -%}
  {%- endif -%}
  {{- return(run_ledger.move_row(run_ledger.ledger_relation('process_execution_log'), changes,
    "process_step_id = folded_step_id and execution_completed_ind = 'N' and " ~ only_if,
    '(' ~ run_ledger.folded_events_query(where, open_status) ~ ') folded')) -}}
{% endmacro %}
