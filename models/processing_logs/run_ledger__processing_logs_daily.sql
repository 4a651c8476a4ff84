{#- Live rows and archived counts together, so that archiving changes nothing here. An incremental run replaces the months whose
    number of rows is not the one that is stored: rows are only ever added, so a month with the same number is the same,
    however late a row came, and months that are archived whole are not read again. -#}
{{ config(materialized='incremental', enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('processing_logs'),
          incremental_strategy='delete+insert', on_schema_change='append_new_columns', unique_key='log_month', indexes=run_ledger.model_indexes(['log_month'])) }}

with counted as (

  select
    cast(processed_at as date) as processed_date,
    execution_name,
    processing_type,
    status,
    count(*) as row_count
  from {{ ref('stg_run_ledger__processing_logs') }}
  group by 1, 2, 3, 4
  union all
  select processed_date, execution_name, processing_type, status, row_count
  from {{ ref('stg_run_ledger__processing_logs_archived') }}

),

days as (

  select
    processed_date,
    cast(date_trunc('month', processed_date) as date) as log_month,
    execution_name,
    processing_type,
    status,
    cast(sum(row_count) as {{ run_ledger.sql_type('integer') }}) as row_count
  from counted
  group by 1, 2, 3, 4, 5

)

select days.*
from days
{%- if is_incremental() %}
inner join (
  select log_month as changed_month
  from (
    select log_month, row_count from days
    union all
    select log_month, -row_count from {{ this }}
  ) as differences
  group by log_month
  having sum(row_count) <> 0
) as changed
  on days.log_month = changed.changed_month
{%- endif %}
