{#- How much was processed on each of the last seven days? The query of the source document, 6.3, in UTC. -#}
{{ config(enabled=run_ledger.is_ledger_on('processing_logs')) }}
{%- set days = 7 -%}

select
  cast(processed_at as date) as process_date,
  count(*) as total_processed,
  count(case when status = 'success' then 1 end) as success_count,
  count(case when status = 'failed' then 1 end) as failed_count,
  count(case when status = 'skipped' then 1 end) as skipped_count
from {{ run_ledger.ledger_relation('processing_logs') }}
where processed_at >= cast(cast({{ run_ledger.now_utc() }} as date) - {{ days }} as {{ run_ledger.sql_type('timestamp') }})
group by 1
order by process_date desc
