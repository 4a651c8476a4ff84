{#- A view, because a job turns late without anybody writing anything. It reads run_ledger_run_summary_days days of runs, however old
    the ledgers are.

    A job's rhythm is learned from its own starts, by weekday, so that a job of working days is not late on a Saturday. A job
    that is started by hand now and then has no rhythm, and is never late. -#}
{{ config(materialized='view', enabled=run_ledger.setting('run_ledger_models') and run_ledger.setting('run_ledger_enabled')) }}
{%- set now = run_ledger.now_utc() -%}
{%- set day_ms = 86400000 -%}
{%- set text, integer, float = run_ledger.sql_type('text'), run_ledger.sql_type('integer'), run_ledger.sql_type('float') -%}
{%- set job = 'ledger, job_key, target' -%}
{%- set is_recent = 'recorded_at >= ' ~ run_ledger.milliseconds_after(now, -7 * day_ms) -%}
{%- set is_trailing = 'recorded_at < ' ~ run_ledger.milliseconds_after(now, -7 * day_ms)
  ~ ' and recorded_at >= ' ~ run_ledger.milliseconds_after(now, -35 * day_ms) -%}
{%- set counted = ['succeeded', 'partial', 'failed', 'cancelled', 'lost'] %}

with runs as (

  select
    summary.*,
    coalesce(started_at, recorded_at) as began_at,
    case when status in ('succeeded', 'partial') then duration_seconds end as good_seconds,
    case status when 'succeeded' then 1.0 when 'partial' then 0.0 when 'failed' then 0.0 when 'lost' then 0.0 end as success
  from (select * from {{ ref('run_ledger__run_summary') }}) as summary
  where recorded_at >= {{ run_ledger.milliseconds_after(now, -day_ms * run_ledger.setting('run_ledger_run_summary_days')) }}

),

starts as (

  select
    runs.*,
    row_number() over (partition by {{ job }} order by began_at desc, run_summary_id desc) as recency,
    {#- 0 is a Thursday, as was the first day of the epoch. #}
    mod(cast(floor({{ run_ledger.milliseconds_between("cast('1970-01-01 00:00:00' as " ~ run_ledger.sql_type('timestamp') ~ ")", 'began_at') }} / {{ day_ms }}.0)
      as {{ integer }}), 7) as weekday,
    {{ run_ledger.milliseconds_between('began_at', 'lead(began_at) over (partition by ' ~ job ~ ' order by began_at, run_summary_id)') }} / 1000.0 as gap_seconds
  from runs

),

last_runs as (

  select * from starts where recency = 1

),

weekday_rhythms as (

  select
    {{ job }},
    weekday,
    count(gap_seconds) as gaps,
    percentile_cont(0.5) within group (order by gap_seconds) as typical_seconds
  from starts
  group by {{ job }}, weekday

),

all_rhythms as (

  select {{ job }}, percentile_cont(0.5) within group (order by gap_seconds) as typical_seconds
  from starts
  group by {{ job }}

),

rhythms as (

  select
    all_rhythms.ledger,
    all_rhythms.job_key,
    all_rhythms.target,
    weekday_rhythms.weekday,
    cast(case when weekday_rhythms.gaps >= 3 then weekday_rhythms.typical_seconds else all_rhythms.typical_seconds end as {{ float }}) as typical_seconds
  from all_rhythms
  join weekday_rhythms
    on weekday_rhythms.ledger = all_rhythms.ledger
    and weekday_rhythms.job_key = all_rhythms.job_key
    and weekday_rhythms.target = all_rhythms.target

),

regularity as (

  select
    starts.ledger,
    starts.job_key,
    starts.target,
    count(starts.gap_seconds) >= 3
      and count(case when abs(starts.gap_seconds - rhythms.typical_seconds) <= rhythms.typical_seconds / 4 then 1 end) * 4
        >= count(starts.gap_seconds) * 3 as is_regular
  from starts
  join rhythms
    on rhythms.ledger = starts.ledger and rhythms.job_key = starts.job_key and rhythms.target = starts.target and rhythms.weekday = starts.weekday
  group by starts.ledger, starts.job_key, starts.target

),

{#- Runs that tell: a cancelled one says nothing of the job, an open one nothing yet. #}
judged as (

  select
    {{ job }},
    success,
    status,
    row_number() over (partition by {{ job }} order by began_at desc, run_summary_id desc) as recency,
    coalesce(ended_at, began_at) as over_at,
    lag(success) over (partition by {{ job }} order by began_at, run_summary_id) as success_before,
    {#- The number of successes so far is the same for all runs of one failure and for the success before it. #}
    sum(success) over (partition by {{ job }} order by began_at, run_summary_id rows between unbounded preceding and current row) as successes,
    sum(1 - success) over (partition by {{ job }} order by began_at desc, run_summary_id desc rows between unbounded preceding and current row) as failures_since,
    sum(success) over (partition by {{ job }} order by began_at desc, run_summary_id desc rows between unbounded preceding and current row) as successes_since
  from starts
  where success is not null

),

streaks as (

  select
    {{ job }},
    count(case when failures_since = 0 then 1 end) as good_runs,
    count(case when successes_since = 0 then 1 end) as bad_runs,
    max(case when recency = 1 then status end) as judged_status
  from judged
  group by {{ job }}

),

incidents as (

  select {{ job }}, successes, min(case when success = 0 then over_at end) as failed_at
  from judged
  group by {{ job }}, successes

),

recoveries as (

  select
    judged.ledger,
    judged.job_key,
    judged.target,
    count(*) as recoveries,
    avg({{ run_ledger.milliseconds_between('incidents.failed_at', 'judged.over_at') }} / 1000.0) as mean_recovery_seconds
  from judged
  join incidents
    on incidents.ledger = judged.ledger
    and incidents.job_key = judged.job_key
    and incidents.target = judged.target
    and incidents.successes = judged.successes - 1
  where judged.success = 1 and judged.success_before = 0
  group by judged.ledger, judged.job_key, judged.target

),

figures as (

  select
    {{ job }},
    count(*) as runs,
    count(case when status in ('queued', 'running') then 1 end) as open_runs,
    {%- for status in counted %}
    count(case when status = '{{ status }}' then 1 end) as {{ status }}_runs, {# literal: statuses are words of the package #}
    {%- endfor %}
    avg(success) as success_rate,
    avg(case when {{ is_recent }} then success end) as recent_success_rate,
    avg(case when {{ is_trailing }} then success end) as trailing_success_rate,
    {%- for name, share, seconds in [
      ['p50_duration_seconds', '0.5', 'good_seconds'],
      ['p95_duration_seconds', '0.95', 'good_seconds'],
      ['p95_queue_seconds', '0.95', 'queue_seconds'],
      ['recent_p50_duration_seconds', '0.5', 'case when ' ~ is_recent ~ ' then good_seconds end'],
      ['trailing_p50_duration_seconds', '0.5', 'case when ' ~ is_trailing ~ ' then good_seconds end'],
    ] %}
    cast(floor(percentile_cont({{ share }}) within group (order by {{ seconds }}) * 1000 + 0.5) / 1000 as {{ float }}) as {{ name }},
    {%- endfor %}
    max(case when status = 'succeeded' then ended_at end) as last_success_at
  from starts
  group by {{ job }}

),

jobs as (

  select
    figures.*,
    last_runs.run_id as last_run_id,
    last_runs.status as last_status,
    last_runs.began_at as last_started_at,
    last_runs.ended_at as last_ended_at,
    last_runs.duration_seconds as last_duration_seconds,
    last_runs.error as last_error,
    streaks.good_runs,
    streaks.bad_runs,
    streaks.judged_status,
    coalesce(recoveries.recoveries, 0) as recoveries,
    recoveries.mean_recovery_seconds,
    figures.recent_p50_duration_seconds / nullif(figures.trailing_p50_duration_seconds, 0) - 1 as p50_change_ratio,
    figures.recent_success_rate - figures.trailing_success_rate as success_rate_change,
    case when regularity.is_regular then rhythms.typical_seconds end as typical_interval_seconds
  from figures
  {%- for joined in ['last_runs', 'streaks', 'recoveries', 'regularity'] %}
  left join {{ joined }}
    on {{ joined }}.ledger = figures.ledger and {{ joined }}.job_key = figures.job_key and {{ joined }}.target = figures.target
  {%- endfor %}
  left join rhythms
    on rhythms.ledger = figures.ledger and rhythms.job_key = figures.job_key and rhythms.target = figures.target and rhythms.weekday = last_runs.weekday

),

{%- set interval_ms = 'cast(floor(typical_interval_seconds * 1000) as ' ~ integer ~ ')' %}
{%- set grace_ms = 'cast(greatest(floor(typical_interval_seconds * 100), 300000) as ' ~ integer ~ ')' %}

expected as (

  select
    jobs.*,
    case when typical_interval_seconds is not null then {{ run_ledger.milliseconds_after('last_started_at', interval_ms) }} end as next_expected_at,
    case when typical_interval_seconds is not null then {{ run_ledger.milliseconds_after('last_started_at', interval_ms ~ ' + ' ~ grace_ms) }} end
      as late_after_at
  from jobs

),

timed as (

  select expected.*, coalesce(open_runs = 0 and late_after_at < {{ now }}, 1 = 0) as is_late
  from expected

)

{#- The first that holds gives the word and the reason. #}
{%- set verdicts = [
  ["judged_status = 'lost'", 'failing', 'the last run is lost'],
  ["judged_status = 'failed'", 'failing', 'the last run failed'],
  ['is_late', 'late', 'no run since the expected one'],
  ["judged_status = 'partial'", 'degraded', 'the last run did a part only'],
  ['success_rate_change <= -0.1', 'degraded', 'fewer runs succeed than in the four weeks before'],
  ['p50_change_ratio >= 0.5', 'degraded', 'runs take half as long again as in the four weeks before'],
] %}

select
  cast(ledger || '|' || job_key || '|' || target as {{ text }}) as job_id,
  ledger,
  job_key,
  target,
  cast(case
    {%- for condition, health, reason in verdicts %}
    when {{ condition }} then {{ run_ledger.sql_literal(health) }}
    {%- endfor %}
    else 'healthy'
  end as {{ text }}) as health,
  cast(case
    {%- for condition, health, reason in verdicts %}
    when {{ condition }} then {{ run_ledger.sql_literal(reason) }}
    {%- endfor %}
  end as {{ text }}) as health_reason,
  {%- for count in ['runs', 'open_runs', 'succeeded_runs', 'partial_runs', 'failed_runs', 'cancelled_runs', 'lost_runs'] %}
  cast({{ count }} as {{ integer }}) as {{ count }},
  {%- endfor %}
  {%- for figure in ['success_rate', 'p50_duration_seconds', 'p95_duration_seconds', 'p95_queue_seconds', 'recent_p50_duration_seconds',
    'trailing_p50_duration_seconds', 'p50_change_ratio', 'recent_success_rate', 'trailing_success_rate', 'success_rate_change'] %}
  cast({{ figure }} as {{ float }}) as {{ figure }},
  {%- endfor %}
  cast(case when good_runs > 0 then 'succeeded' when bad_runs > 0 then 'failed' end as {{ text }}) as streak_outcome,
  cast(case when good_runs > 0 then good_runs when bad_runs > 0 then bad_runs end as {{ integer }}) as streak_runs,
  cast(recoveries as {{ integer }}) as recoveries,
  cast(mean_recovery_seconds as {{ float }}) as mean_recovery_seconds,
  last_run_id,
  last_status,
  last_started_at,
  last_ended_at,
  last_duration_seconds,
  last_error,
  last_success_at,
  typical_interval_seconds,
  next_expected_at,
  late_after_at,
  is_late,
  cast(case when is_late then {{ run_ledger.milliseconds_between('next_expected_at', now) }} / 1000.0 else 0 end as {{ float }}) as late_seconds
from timed
