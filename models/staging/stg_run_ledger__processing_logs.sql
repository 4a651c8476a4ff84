{#- The hot table and the warm months as one. -#}
{{ config(materialized='view', enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('processing_logs')) }}
{%- set columns = run_ledger.processing_logs_columns() -%}

select hot.*, false as is_warm
from ({{ run_ledger.ledger_rows(run_ledger.ledger_relation('processing_logs'), columns) }}) as hot
union all
select warm.*, true as is_warm
from ({{ run_ledger.ledger_rows(run_ledger.ledger_relation('processing_logs', '_warm'), columns) }}) as warm
