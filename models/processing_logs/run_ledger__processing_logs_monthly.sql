{#- By month, run, type and status, the same before, during and after archiving. An incremental run replaces the months whose
    number of rows has changed, as run_ledger__processing_logs_daily says why. -#}
{{ config(materialized='incremental', enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('processing_logs'), alias='processing_logs_monthly',
          incremental_strategy='delete+insert', on_schema_change='append_new_columns', unique_key='log_month', indexes=run_ledger.model_indexes(['log_month'])) }}

with months as (

  select
    log_month,
    execution_name,
    processing_type,
    status,
    cast(sum(row_count) as {{ run_ledger.sql_type('integer') }}) as row_count,
    min(processed_date) as first_date,
    max(processed_date) as last_date
  from {{ ref('run_ledger__processing_logs_daily') }}
  group by 1, 2, 3, 4

)

select months.*
from months
{%- if is_incremental() %}
inner join (
  select log_month as changed_month
  from (
    select log_month, row_count from months
    union all
    select log_month, -row_count from {{ this }}
  ) as differences
  group by log_month
  having sum(row_count) <> 0
) as changed
  on months.log_month = changed.changed_month
{%- endif %}
