{#- What holds for every row of ingestion_runs at every moment, as conditions by name: the checks of the table and the first
    rules of run_ledger__ingestion_broken_rules. -#}
{% macro ingestion_run_checks() %}
  {%- set rules = run_ledger.ingestion_rules() -%}
  {%- set words = {
    'run_kind': run_ledger.setting('run_ledger_ingestion_kinds'), 'mode': rules.modes, 'status': rules.statuses,
  } -%}
  {%- set checks = {} -%}
  {%- for column, allowed in words.items() -%}
    {%- do checks.update({'known_' ~ column: column ~ ' in (' ~ run_ledger.sql_literals(allowed) ~ ')'}) -%}
  {%- endfor -%}
  {%- set terminal = 'status in (' ~ run_ledger.sql_literals(rules.terminal) ~ ')' -%}
  {%- set is_mixed = 'success_count > 0 and (failed_count > 0 or unprocessed_count > 0)' -%}
  {%- do checks.update({
    'known_target_types': run_ledger.is_list_of('target_types', run_ledger.setting('run_ledger_ingestion_target_types')),
    'no_count_below_zero': rules.counts | join(' >= 0 and ') ~ ' >= 0',
    'queued_is_not_started': "(status = 'queued') = (started_at is null)",
    'finished_is_terminal': '(finished_at is not null) = (' ~ terminal ~ ')',
    'times_in_order': 'created_at <= started_at and started_at <= finished_at',
    'counts_add_up': 'not ' ~ terminal ~ ' or (target_count = processed_count + unprocessed_count'
      ~ ' and processed_count = success_count + failed_count)',
    'succeeded_is_whole': "status <> 'succeeded' or (failed_count = 0 and unprocessed_count = 0)",
    'partial_is_mixed': "status <> 'partial' or (" ~ is_mixed ~ ')',
  }) -%}
  {{- return(checks) -}}
{% endmacro %}
