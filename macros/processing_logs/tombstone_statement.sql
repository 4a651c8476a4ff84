{#- The statement that states, per run and class, what a batch of due_log_batches() removes, with the digest of its rows. -#}
{% macro tombstone_statement(batch) %}
  {%- set digests = run_ledger.ledger_relation('processing_logs', '_digests') -%}
  {%- set number = run_ledger.next_key(digests, 'digest_id') -%}
  {%- set counts = [] -%}
  {%- for status in ['success', 'failed', 'skipped'] -%}
    {%- do counts.append('count(case when status = ' ~ run_ledger.sql_literal(status) ~ ' then 1 end)') -%}
  {%- endfor -%}
  {{- return('insert into ' ~ digests ~ ' (' ~ ('digest_id, ' if number else '') ~ 'kind, execution_name, log_month, retention_class, '
    ~ 'row_count, success_count, failed_count, skipped_count, first_log_id, last_log_id, digest, created_at)\nselect '
    ~ (number ~ ' - 1 + row_number() over (order by execution_name, retention_class), ' if number else '')
    ~ "'archived', execution_name, cast(" ~ run_ledger.sql_literal(batch.month) ~ ' as date), retention_class, count(*), '
    ~ counts | join(', ') ~ ', min(log_id), max(log_id), '
    ~ run_ledger.sha256_hex(run_ledger.text_agg(run_ledger.log_text(), 'log_id')) ~ ', ' ~ run_ledger.now_utc()
    ~ '\nfrom ' ~ run_ledger.ledger_relation('processing_logs', '_warm') ~ ' where ' ~ batch.here
    ~ '\ngroup by execution_name, retention_class') -}}
{% endmacro %}
