{#- The one model that reads the logs for metrics, and reads each line once. An incremental run reads the partitions from the
    newest hour less the lookback on, and one more for entries that lie an hour off, and replaces the hours of those.

    Entries are counted per bucket of a logarithmic scale, ceil(ln(ms) / ln(1.01 / 0.99)), so the middle of a bucket is at most
    1 % off any duration in it, and the counts of two hours add up to those of both. That is what makes a percentile of a day
    right, which no average of hourly percentiles is.

    Copies are rare and taking them out costs more than all else: hours in which no id comes twice, which counting tells, are
    taken as they are. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('function_logs'), full_refresh=false,
          materialized='incremental', incremental_strategy='delete+insert', unique_key='hour',
          indexes=run_ledger.model_indexes(['hour', 'updated_at'])) }}
{%- set from_hour = none -%}
{%- if execute and is_incremental() -%}
  {%- set lookback_ms = run_ledger.setting('run_ledger_function_logs_lookback_hours') * 3600000 -%}
  {#- Not later than now: one entry from a wrong clock must not hide all that come after it. Null when there is none yet, which
      least() is not everywhere. -#}
  {%- set found = run_query('select ' ~ run_ledger.timestamp_text(run_ledger.milliseconds_after(
    "date_trunc('hour', case when max(hour) > " ~ run_ledger.now_utc() ~ " then " ~ run_ledger.now_utc() ~ " else max(hour) end)", -lookback_ms)) ~ ' as a from ' ~ this).rows[0][0] -%}
  {%- set asked = run_ledger.setting('run_ledger_function_logs_reread_from') -%}
  {%- set from_hour = asked[:13] ~ ':00:00.000' if found and asked and asked[:13] < found[:13] else found -%}
{%- endif -%}
{%- set logs, filter = ref('stg_run_ledger__function_log_lines'), '1 = 1' -%}
{%- if from_hour -%}
  {%- set before = modules.datetime.datetime.strptime(from_hour[:13].replace('T', ' '), '%Y-%m-%d %H') - modules.datetime.timedelta(hours=1) -%}
  {#- To list a year of folders takes longer than to read an hour of logs. -#}
  {%- set listed = run_ledger.recent_logs(run_ledger.function_logs_columns(), before.strftime('%Y-%m-%d %H')) -%}
  {%- set logs = '(' ~ run_ledger.log_lines(listed) ~ ')' if listed else logs -%}
  {%- set filter = run_ledger.log_partitions_from(before.strftime('%Y-%m-%d %H')) ~ ' and hour >= ' ~ run_ledger.sql_timestamp(from_hour[:13] ~ ':00:00') -%}
{%- endif -%}

with lines as (

  {#- The ids as given: a synthetic one is made of the whole line, which is much to read for what never comes twice. #}
  select
    hour,
    function_name,
    coalesce(invocation_id, given_log_id) as invocation,
    given_log_id,
    level = 'ERROR' as is_error,
    level = 'WARNING' as is_warning,
    duration_ms,
    status_code
  from {{ logs }} as logs
  where {{ filter }}

),

repeated_hours as (

  {#- Two ids of one hash only send their hour the longer way. #}
  select hour from lines group by hour having count(given_log_id) <> count(distinct {{ run_ledger.text_hash('given_log_id') }})

),

entries as (

  select
    hour,
    function_name,
    invocation,
    is_error,
    is_warning,
    duration_ms,
    status_code,
    case
      when duration_ms <= 0 then -10000
      when duration_ms > 0 then cast(ceil(ln(cast(duration_ms as {{ run_ledger.sql_type('float') }})) / 0.020000666706669435) as {{ run_ledger.sql_type('integer') }})
    end as bucket
  from (

    select hour, function_name, invocation, is_error, is_warning, duration_ms, status_code
    from lines
    where hour not in (select hour from repeated_hours)

    union all

    select hour, function_name, invocation, is_error, is_warning, duration_ms, status_code
    from (

      {#- By what they say and not by where they lie, so that the order of arrival has no say. #}
      select
        lines.*,
        row_number() over (
          partition by given_log_id, hour order by function_name, invocation, is_error, is_warning, duration_ms, status_code) as copy_number
      from lines
      where hour in (select hour from repeated_hours)

    ) as numbered
    where copy_number = 1 or given_log_id is null

  ) as once

)

select
  hour,
  function_name,
  bucket,
  count(*) as entries,
  cast(null as {{ run_ledger.sql_type('integer') }}) as error_entries,
  cast(null as {{ run_ledger.sql_type('integer') }}) as warning_entries,
  cast(null as {{ run_ledger.sql_type('integer') }}) as invocations,
  cast(null as {{ run_ledger.sql_type('integer') }}) as failed_invocations,
  cast(null as {{ run_ledger.sql_type('integer') }}) as sla_violations,
  cast(null as {{ run_ledger.sql_type('integer') }}) as distinct_status_codes,
  cast(null as {{ run_ledger.sql_type('integer') }}) as measured_entries,
  cast(null as {{ run_ledger.sql_type('integer') }}) as duration_us,
  cast(null as {{ run_ledger.sql_type('float') }}) as min_duration_ms,
  cast(null as {{ run_ledger.sql_type('float') }}) as max_duration_ms,
  {{ run_ledger.now_utc() }} as updated_at
from entries
where bucket is not null
group by hour, function_name, bucket

union all

select
  hour,
  function_name,
  cast(null as {{ run_ledger.sql_type('integer') }}) as bucket,
  count(*) as entries,
  count(case when is_error then 1 end) as error_entries,
  count(case when is_warning then 1 end) as warning_entries,
  {#- An entry with neither id stands for an invocation of its own. #}
  count(distinct invocation) + count(case when invocation is null then 1 end) as invocations,
  count(distinct case when is_error then invocation end) + count(case when is_error and invocation is null then 1 end)
    as failed_invocations,
  count(case when duration_ms > {{ run_ledger.setting('run_ledger_function_logs_sla_ms') }} then 1 end) as sla_violations,
  count(distinct status_code) as distinct_status_codes,
  count(duration_ms) as measured_entries,
  {#- Whole microseconds, because a sum of floats depends on the order of its rows. No call takes three years: a duration
      beyond that, which is some other number, counts as three years here, so that the sum stays one. #}
  cast(sum(cast(round(case when abs(duration_ms) > 100000000000 then sign(duration_ms) * 100000000000 else duration_ms end * 1000) as {{ run_ledger.sql_type('integer') }})) as {{ run_ledger.sql_type('integer') }}) as duration_us,
  min(duration_ms) as min_duration_ms,
  max(duration_ms) as max_duration_ms,
  {{ run_ledger.now_utc() }} as updated_at
from entries
group by hour, function_name
