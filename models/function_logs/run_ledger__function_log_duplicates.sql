{#- Ids that came more than once within a day, with how often and from how many files. The metrics count such an entry once,
    where its copies lie in one hour. Name log_year, log_month and log_day. -#}
{{ config(materialized='view', enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('function_logs')) }}

select
  log_year,
  log_month,
  log_day,
  log_id,
  count(*) as copies,
  count(distinct file_name) as files,
  count(distinct log_hour) as partitions,
  min(function_name) as function_name,
  min(logged_at) as first_at,
  max(logged_at) as last_at
from {{ ref('stg_run_ledger__function_log_lines') }}
group by log_year, log_month, log_day, log_id
having count(*) > 1
