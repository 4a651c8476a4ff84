{#- The statement that states, per run and class, what a batch of due_log_batches() removes, with the digest of its rows. It fails,
    and its transaction with it, where they are not what was sealed: no warehouse makes a number of the reason. What was sealed in
    several goes, or has unsealed rows beside it, is compared digest by digest; log_ids are those of the unsealed rows beside it. -#}
{% macro tombstone_statement(batch) %}
  {%- set digests = run_ledger.ledger_relation('processing_logs', '_digests') -%}
  {%- set number = run_ledger.next_key(digests, 'digest_id') -%}
  {%- set month = 'cast(' ~ run_ledger.sql_literal(batch.month) ~ ' as date)' -%}
  {%- set rows = run_ledger.ledger_relation('processing_logs', '_warm') ~ ' where ' ~ batch.here -%}
  {%- set reason = ': its rows of ' ~ batch.month[:7] ~ ' are not what was sealed, so nothing is removed. `run-ledger verify` says where.' -%}
  {%- set text = run_ledger.sql_type('text') -%}
  {%- set day = 'left(' ~ run_ledger.timestamp_text('processed_at') ~ ', 10)' -%}
  {%- set same = 'sealed.execution_name = {0}.execution_name and sealed.retention_class = {0}.retention_class' -%}
  {%- set lines = '(select log_id, execution_name, retention_class, ' ~ run_ledger.log_text() ~ ' as log_line from ' ~ rows ~ ') logs' -%}
  {%- set covers = same.format('logs') ~ ' and (log_ids is null and log_id between sealed.first_log_id and sealed.last_log_id'
    ~ " or ',' || log_ids || ',' like '%,' || cast(log_id as " ~ text ~ ") || ',%')" -%}
  {%- set sql -%}
insert into {{ digests }} ({{ 'digest_id, ' if number else '' }}kind, execution_name, log_month, retention_class, row_count, success_count,
  failed_count, skipped_count, first_log_id, last_log_id, log_ids, row_tags, digest, created_at)
with gone as (
  select execution_name, retention_class, count(*) as row_count, min(log_id) as first_log_id, max(log_id) as last_log_id,
    {%- for status in ['success', 'failed', 'skipped'] %} count(case when status = {{ run_ledger.sql_literal(status) }} then 1 end) as {{ status }}_count, {%- endfor %}
    {{ run_ledger.sha256_hex(run_ledger.text_agg(run_ledger.log_text(), 'log_id')) }} as digest
  from {{ rows }} group by execution_name, retention_class),
divided as (
  select execution_name, retention_class, {{ run_ledger.text_agg('line', 'line') }} as row_tags from (
    select execution_name, retention_class, {{ day }} || '|' || status || '|' || cast(count(*) as {{ text }}) || '|'
      || cast(length(processing_type) as {{ text }}) || ':' || processing_type || chr(10) as line
    from {{ rows }} group by execution_name, retention_class, {{ day }}, status, processing_type) days
  group by execution_name, retention_class),
stated as (
  select stated.*, max(case when kind = 'archived' then digest_id end) over (partition by execution_name, retention_class) as archived_id
  from {{ digests }} stated where kind <> 'run' and log_month = {{ month }}),
sealed as (
  select stated.*, count(*) over (partition by execution_name, retention_class) as goes
  from stated where kind = 'rows' and digest_id > coalesce(archived_id, 0)),
compared as (
  select sealed.execution_name, sealed.retention_class, sealed.row_count, sealed.digest, gone.row_count as rows_now, gone.digest as digest_now
  from sealed join gone on {{ same.format('gone') }} where goes = 1 and sealed.row_count = gone.row_count
  union all
  select sealed.execution_name, sealed.retention_class, sealed.row_count, sealed.digest, count(logs.log_id), {{ run_ledger.sha256_hex(run_ledger.text_agg('log_line', 'log_id')) }}
  from sealed join gone on {{ same.format('gone') }} and (goes > 1 or sealed.row_count <> gone.row_count)
  left join {{ lines }} on {{ covers }}
  group by sealed.digest_id, sealed.execution_name, sealed.retention_class, sealed.row_count, sealed.digest),
beside as (
  select gone.execution_name, gone.retention_class from gone join sealed on {{ same.format('gone') }}
  group by gone.execution_name, gone.retention_class, gone.row_count having sum(sealed.row_count) < gone.row_count),
unsealed as (
  select logs.execution_name, logs.retention_class, {{ run_ledger.text_agg("',' || cast(log_id as " ~ text ~ ')', 'log_id') }} as numbers
  from beside join {{ lines }} on logs.execution_name = beside.execution_name and logs.retention_class = beside.retention_class
  left join sealed on {{ covers }} where sealed.digest_id is null group by logs.execution_name, logs.retention_class),
changed as (select distinct execution_name, retention_class from compared where rows_now <> row_count or digest_now <> digest)
select {{ number ~ ' - 1 + row_number() over (order by gone.execution_name, gone.retention_class), ' if number else '' }}'archived', gone.execution_name,
  {{ month }}, gone.retention_class, row_count + cast(case when changed.execution_name is null then '0' else gone.execution_name || {{ run_ledger.sql_literal(reason) }} end as {{ run_ledger.sql_type('integer') }}),
  success_count, failed_count, skipped_count, first_log_id, last_log_id, substr(numbers, 2), row_tags, digest, {{ run_ledger.now_utc() }}
from gone join divided on divided.execution_name = gone.execution_name and divided.retention_class = gone.retention_class
left join changed on gone.execution_name = changed.execution_name and gone.retention_class = changed.retention_class
left join unsealed on gone.execution_name = unsealed.execution_name and gone.retention_class = unsealed.retention_class
  {%- endset -%}
  {{- return(sql) -}}
{% endmacro %}
