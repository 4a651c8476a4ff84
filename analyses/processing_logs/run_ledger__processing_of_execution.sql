{#- How did one run end, by status and type? The query of the source document, 6.2. -#}
{{ config(enabled=run_ledger.is_ledger_on('processing_logs')) }}
{%- set execution_name = 'user-log-20250802-093000' -%}

select
  status,
  count(*) as count,
  processing_type
from {{ run_ledger.ledger_relation('processing_logs') }}
where execution_name = {{ run_ledger.sql_literal(execution_name) }}
group by status, processing_type
order by status, processing_type
