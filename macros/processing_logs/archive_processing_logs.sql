{#- run-operation: moves months out of the hot table, and rolls up and removes what the policy keeps no longer. Safe at any
    cadence and after any interruption. today: YYYY-MM-DD, for a rehearsal; by default the day of the warehouse, UTC. -#}
{% macro archive_processing_logs(today=none, dry_run=false) %}
  {%- if execute -%}
    {%- do run_ledger.check_settings() -%}
    {%- if run_ledger.setting('run_ledger_processing_logs_require_export') and not dry_run -%}
      {{- exceptions.raise_compiler_error('run_ledger.archive_processing_logs(): expected a target for the export, got none. '
        ~ 'run_ledger_processing_logs_require_export is true: archive with `run-ledger archive --to <folder or URL>`.') -}}
    {%- endif -%}
    {%- do run_ledger.create_processing_log_months() -%}
    {%- set now = run_query('select ' ~ run_ledger.timestamp_text(run_ledger.now_utc())).rows[0][0] -%}
    {%- set day = (today or now) ~ '' -%}
    {%- set present = (day[:4] | int) * 12 + (day[5:7] | int) - 1 -%}
    {%- for number in run_ledger.due_hot_months(present) -%}
      {%- do log('run_ledger: ' ~ run_ledger.month_text(number)[:7] ~ (' would leave' if dry_run else ' leaves') ~ ' the hot table', info=true) -%}
      {%- if not dry_run -%}
        {%- set from_day, to_day = run_ledger.month_text(number), run_ledger.month_text(number + 1) -%}
        {%- do run_ledger.run_atomic(run_ledger.move_month(
          run_ledger.ledger_relation('processing_logs'), run_ledger.ledger_relation('processing_logs', '_warm'),
          from_day, to_day, run_ledger.processing_logs_columns(), run_ledger.in_month(number))) -%}
      {%- endif -%}
    {%- endfor -%}
    {%- for batch in run_ledger.due_log_batches(present) -%}
      {%- do log('run_ledger: ' ~ batch.row_count ~ ' rows of ' ~ batch.month[:7] ~ (' would be' if dry_run else '') ~ ' archived', info=true) -%}
      {%- if not dry_run -%}
        {%- do run_ledger.run_atomic(run_ledger.archive_statements(batch)) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endif -%}
{% endmacro %}
