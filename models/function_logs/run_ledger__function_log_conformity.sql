{#- Entries against the format, by reason: what one of several routes into the logs does differently shows here. Lines that are
    no entry at all are in the rejects. Name log_year, log_month and log_day. -#}
{{ config(materialized='view', enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('function_logs')) }}

with lines as (

  select * from {{ ref('stg_run_ledger__function_log_lines') }}

)

{%- for reason, condition in {
  'log_id is missing': 'is_synthetic_id',
  'function_name is missing': 'not has_function_name',
  'level is missing or unknown': "raw_level is null or upper(raw_level) not in ('DEBUG', 'INFO', 'WARN', 'WARNING', 'ERROR', 'CRITICAL', 'FATAL')",
  'timestamp is missing or unreadable': 'logged_at is null',
  'timestamp is not in the hour of its path': 'is_misfiled',
  'duration_ms is negative': 'duration_ms < 0',
  'status_code is no HTTP status': 'status_code not between 100 and 599',
}.items() %}

select
  log_year,
  log_month,
  log_day,
  {{ run_ledger.sql_literal(reason) }} as reason,
  count(*) as entries,
  min(log_id) as a_log_id,
  min(file_name) as a_file_name
from lines
where {{ condition }}
group by log_year, log_month, log_day
{{ 'union all' if not loop.last }}
{%- endfor %}
