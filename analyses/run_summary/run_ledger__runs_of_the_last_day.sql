{#- What ran, and how did it go? Each job of each ledger, with those that did not end well on top.
    hours: how far back. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.setting('run_ledger_enabled')) }}
{%- set hours = 24 -%}

select
  ledger,
  job_key,
  target,
  count(*) as runs,
  {%- for status in ['succeeded', 'partial', 'failed', 'lost', 'cancelled'] %}
  count(case when status = {{ run_ledger.sql_literal(status) }} then 1 end) as {{ status }}_runs,
  {%- endfor %}
  count(case when status in ('queued', 'running') then 1 end) as open_runs,
  sum(duration_seconds) as total_seconds,
  max(duration_seconds) as longest_seconds,
  max(started_at) as last_started_at,
  max(case when status in ('failed', 'lost', 'partial') then error end) as an_error
from {{ ref('run_ledger__run_summary') }}
where recorded_at >= {{ run_ledger.milliseconds_after(run_ledger.now_utc(), -3600000 * hours) }}
group by ledger, job_key, target
order by count(case when status in ('failed', 'lost', 'partial') then 1 end) desc, ledger, job_key, target
