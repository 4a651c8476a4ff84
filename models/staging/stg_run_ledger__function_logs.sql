{#- The entries, each once. Copies are looked for within a partition of the path, so that a condition on the partition still
    reaches the files; run_ledger__function_log_duplicates shows the others. -#}
{{ config(materialized='view', enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('function_logs')) }}

select *
from (

  select
    lines.*,
    row_number() over (
      partition by log_id, log_year, log_month, log_day, log_hour order by file_name, line_number, logged_at, message) as copy_number
  from {{ ref('stg_run_ledger__function_log_lines') }} as lines

) as numbered
where copy_number = 1
