{#- The counts of a running run so far. A report that is older than what is known changes nothing. -#}
{% macro progress_ingestion(run_id, counts) %}
  {%- if run_ledger.is_ingestion_on() -%}
    {%- set state = run_ledger.ingestion_state(run_id) -%}
    {%- set after = {'error': state.error} if state.error else run_ledger.ingestion_counts(state, counts) -%}
    {%- set wrong = after.error or ('' if state.status == 'running' else 'expected a running run, got ' ~ state.status
      ~ ' for run ' ~ run_id ~ '. Only a running run has progress.') -%}
    {%- if not wrong and after.counts.processed_count >= state.processed_count -%}
      {%- set where = 'run_id = ' ~ run_ledger.ingestion_key(run_id) ~ " and status = 'running'" -%}
      {%- set wrong = run_ledger.run_guarded([run_ledger.move_row(run_ledger.ledger_relation('ingestion_runs'), after.counts,
        where ~ ' and processed_count <= ' ~ after.counts.processed_count)]).error -%}
    {%- endif -%}
    {%- if wrong -%}
      {%- do run_ledger.ingestion_problem('progress_ingestion', wrong) -%}
    {%- endif -%}
  {%- endif -%}
  {{- return('') -}}
{% endmacro %}
