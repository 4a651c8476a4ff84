{#- A table, because percentiles need every run. An incremental build finds the days of which the history got a run, reads those days
    whole, and replaces them, together with the 28 days after them, whose trailing figures they are part of. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.setting('run_ledger_enabled'),
          materialized='incremental', incremental_strategy='delete+insert', unique_key='run_date', on_schema_change='append_new_columns',
          indexes=run_ledger.model_indexes(['run_date', 'last_loaded_at'])) }}
{%- set trailing_days = 28 -%}
{%- set history = ref('run_ledger__run_history') -%}
{%- set integer, float = run_ledger.sql_type('integer'), run_ledger.sql_type('float') -%}
{%- set mark, days = none, [] -%}
{%- if execute and is_incremental() -%}
  {%- set mark = run_query('select ' ~ run_ledger.timestamp_text('max(last_loaded_at)') ~ ' as a from ' ~ this).rows[0][0] -%}
{%- endif -%}
{%- if mark -%}
  {%- for row in run_query('select distinct substr(' ~ run_ledger.timestamp_text('recorded_at') ~ ', 1, 10) as a from ' ~ history
      ~ ' where loaded_at >= ' ~ run_ledger.sql_timestamp(mark)).rows -%}
    {%- do days.append(row[0]) -%}
  {%- endfor -%}
{%- endif -%}
{%- set on_days, near_days, from_days = ['1 = 0'], ['1 = 0'], ['1 = 0'] -%}
{%- for day in days -%}
  {%- set date = 'cast(' ~ run_ledger.sql_literal(day) ~ ' as date)' -%}
  {%- do on_days.append('run_date = ' ~ date) -%}
  {%- do near_days.append('run_date between ' ~ date ~ ' - ' ~ trailing_days ~ ' and ' ~ date ~ ' + ' ~ trailing_days) -%}
  {%- do from_days.append('days.run_date between ' ~ date ~ ' and ' ~ date ~ ' + ' ~ trailing_days) -%}
{%- endfor -%}
{%- set counted = ['succeeded', 'partial', 'failed', 'cancelled', 'lost'] %}

with runs as (

  select
    history.*,
    {#- A run that failed tells how long failing takes. #}
    case when status in ('succeeded', 'partial') then duration_seconds end as good_seconds,
    row_number() over (partition by ledger, job_key, target, run_date order by coalesce(started_at, recorded_at) desc, run_summary_id desc) as recency
  from {{ history }} as history
  {%- if mark %}
  where {{ on_days | join(' or ') }}
  {%- endif %}

),

fresh_days as (

  select
    ledger,
    job_key,
    target,
    run_date,
    count(*) as runs,
    {%- for status in counted %}
    count(case when status = '{{ status }}' then 1 end) as {{ status }}_runs, {# literal: statuses are words of the package #}
    {%- endfor %}
    sum(duration_seconds) as total_duration_seconds,
    {%- for name, share, seconds in [
      ['p50_duration_seconds', '0.5', 'good_seconds'], ['p95_duration_seconds', '0.95', 'good_seconds'], ['p95_queue_seconds', '0.95', 'queue_seconds'],
    ] %}
    cast(floor(percentile_cont({{ share }}) within group (order by {{ seconds }}) * 1000 + 0.5) / 1000 as {{ float }}) as {{ name }},
    {%- endfor %}
    sum(total_count) as total_count,
    sum(failed_count) as failed_count,
    max(case when recency = 1 then status end) as last_status,
    max(case when recency = 1 then started_at end) as last_started_at,
    max(case when recency = 1 then error end) as last_error,
    max(loaded_at) as last_loaded_at
  from runs
  group by ledger, job_key, target, run_date

),

days as (

  select * from fresh_days
  {%- if mark %}
  union all
  select
    ledger, job_key, target, run_date, runs, {% for status in counted %}{{ status }}_runs, {% endfor -%}
    total_duration_seconds, p50_duration_seconds, p95_duration_seconds, p95_queue_seconds, total_count, failed_count,
    last_status, last_started_at, last_error, last_loaded_at
  from {{ this }}
  where ({{ near_days | join(' or ') }}) and not ({{ on_days | join(' or ') }})
  {%- endif %}

),

earlier_days as (

  select
    days.ledger,
    days.job_key,
    days.target,
    days.run_date,
    cast(floor(percentile_cont(0.5) within group (order by earlier.p50_duration_seconds) * 1000 + 0.5) / 1000 as {{ float }})
      as trailing_p50_duration_seconds,
    cast(sum(earlier.succeeded_runs) as {{ float }}) / nullif(sum(earlier.runs - earlier.cancelled_runs), 0) as trailing_success_rate
  from days
  join days as earlier
    on earlier.ledger = days.ledger
    and earlier.job_key = days.job_key
    and earlier.target = days.target
    and earlier.run_date between days.run_date - {{ trailing_days }} and days.run_date - 1
  group by days.ledger, days.job_key, days.target, days.run_date

),

rated as (

  select
    days.*,
    cast(days.succeeded_runs as {{ float }}) / nullif(days.runs - days.cancelled_runs, 0) as success_rate,
    earlier_days.trailing_p50_duration_seconds,
    earlier_days.trailing_success_rate
  from days
  left join earlier_days
    on earlier_days.ledger = days.ledger
    and earlier_days.job_key = days.job_key
    and earlier_days.target = days.target
    and earlier_days.run_date = days.run_date
  {%- if mark %}
  where {{ from_days | join(' or ') }}
  {%- endif %}

)

select
  cast(ledger || '|' || job_key || '|' || target || '|' || substr({{ run_ledger.timestamp_text(
    'cast(run_date as ' ~ run_ledger.sql_type('timestamp') ~ ')') }}, 1, 10) as {{ run_ledger.sql_type('text') }}) as run_summary_day_id,
  ledger,
  job_key,
  target,
  run_date,
  cast(runs as {{ integer }}) as runs,
  {%- for status in counted %}
  cast({{ status }}_runs as {{ integer }}) as {{ status }}_runs,
  {%- endfor %}
  success_rate,
  cast(total_duration_seconds as {{ float }}) as total_duration_seconds,
  p50_duration_seconds,
  p95_duration_seconds,
  p95_queue_seconds,
  cast(total_count as {{ integer }}) as total_count,
  cast(failed_count as {{ integer }}) as failed_count,
  trailing_p50_duration_seconds,
  p50_duration_seconds / nullif(trailing_p50_duration_seconds, 0) - 1 as p50_change_ratio,
  trailing_success_rate,
  success_rate - trailing_success_rate as success_rate_change,
  last_status,
  last_started_at,
  last_error,
  last_loaded_at
from rated
