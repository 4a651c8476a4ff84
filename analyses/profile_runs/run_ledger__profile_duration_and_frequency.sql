{#- How long profiles take and how often they run, per table. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('profile_runs')) }}
select
  target_id,
  count(*) as runs,
  avg(duration_seconds) as mean_duration_seconds,
  max(duration_seconds) as longest_duration_seconds,
  avg(seconds_since_previous) / 3600 as mean_hours_between
from {{ ref('run_ledger__profile_runs') }}
where finished_at is not null
group by target_id
order by mean_duration_seconds desc
