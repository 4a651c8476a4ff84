{#- A table, because percentiles need every run: the only model whose cost as a view would grow with history. A day is the
    UTC day on which the job was inserted, not that of the step, so that a day's jobs are one range of insert_tmstp.

    An incremental run finds the days of which a job changed, reads those days whole, and replaces them, together with the
    28 days after them, whose trailing medians they are part of. Two moments stored in every row bound its look at the
    ledger: last_updated_at, the newest change that was read, and settled_until_at, before which no job was open then. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.setting('run_ledger_enabled'),
          materialized='incremental', incremental_strategy='delete+insert', unique_key='run_date', on_schema_change='append_new_columns',
          indexes=run_ledger.model_indexes(['run_date', 'last_updated_at'])) }}
{%- set trailing_days = 28 -%}
{#- A row is stamped before it is committed, so there may be more just before the newest stamp. -#}
{%- set lookback_ms = 3 * 60 * 60 * 1000 -%}
{%- set jobs = ref('stg_run_ledger__process_execution_log') -%}

{%- set marks = [none] -%}
{%- if execute and is_incremental() -%}
  {%- set marks = run_query(
    'select ' ~ run_ledger.timestamp_text('max(last_updated_at)') ~ ' as a, ' ~ run_ledger.timestamp_text('max(settled_until_at)')
    ~ ' as b from ' ~ this ~ ' where last_updated_at = (select max(last_updated_at) from ' ~ this ~ ')').rows[0] -%}
{%- endif -%}
{%- set days = [] -%}
{%- if marks[0] is not none -%}
  {#- Literals and not subqueries, by which Snowflake would not prune. -#}
  {%- for row in run_query(
    'select distinct substr(' ~ run_ledger.timestamp_text('insert_tmstp') ~ ', 1, 10) as a from ' ~ jobs
    ~ ' where update_tmstp >= ' ~ run_ledger.milliseconds_after(run_ledger.sql_timestamp(marks[0]), -lookback_ms)
    ~ ' and insert_tmstp >= ' ~ run_ledger.milliseconds_after(run_ledger.sql_timestamp(marks[1]), -lookback_ms)).rows -%}
    {%- do days.append(row[0]) -%}
  {%- endfor -%}
{%- endif -%}
{%- set in_days, on_days, near_days, from_days = ['1 = 0'], ['1 = 0'], ['1 = 0'], ['1 = 0'] -%}
{%- for day in days -%}
  {%- set start = run_ledger.sql_timestamp(day ~ ' 00:00:00') -%}
  {%- set date = 'cast(' ~ run_ledger.sql_literal(day) ~ ' as date)' -%}
  {%- do in_days.append('(job_inserted_at >= ' ~ start ~ ' and job_inserted_at < ' ~ run_ledger.milliseconds_after(start, 86400000) ~ ')') -%}
  {%- do on_days.append('run_date = ' ~ date) -%}
  {%- do near_days.append('run_date between ' ~ date ~ ' - ' ~ trailing_days ~ ' and ' ~ date ~ ' + ' ~ trailing_days) -%}
  {%- do from_days.append('days.run_date between ' ~ date ~ ' and ' ~ date ~ ' + ' ~ trailing_days) -%}
{%- endfor -%}

with steps as (

  select
    run_ledger__job_steps.*,
    cast(job_inserted_at as date) as run_date,
    coalesce(target_name, 'unknown') as run_target_name,
    {#- A run that failed tells how long failing takes. #}
    case when status <> 'ERROR' then duration_ms end as good_duration_ms,
    row_number() over (
      partition by unique_id, coalesce(target_name, 'unknown'), cast(job_inserted_at as date)
      order by started_at desc, process_step_id desc) as recency
  from (select * from {{ ref('run_ledger__job_steps') }}) as run_ledger__job_steps
  where status in ('SUCCESS', 'WARN', 'ERROR') and started_at is not null
    {%- if marks[0] is not none %}
    and ({{ in_days | join(' or ') }})
    {%- endif %}

),

open_jobs as (

  select min(insert_tmstp) as oldest_at from {{ jobs }} where execution_completed_ind = 'N'

),

fresh_days as (

  select
    unique_id,
    run_target_name as target_name,
    run_date,
    min(resource_type) as resource_type,
    min(model_name) as model_name,
    count(*) as runs,
    count(case when status = 'ERROR' then 1 end) as failures,
    {%- for name, share in [['median', '0.5'], ['p95', '0.95']] %}
    cast(floor(percentile_cont({{ share }}) within group (order by good_duration_ms) + 0.5) as {{ run_ledger.sql_type('integer') }})
      as {{ name }}_duration_ms,
    {%- endfor %}
    max(case when recency = 1 then status end) as last_status,
    max(started_at) as last_started_at,
    max(job_updated_at) as last_updated_at,
    least(max(job_updated_at), coalesce(min(oldest_at), max(job_updated_at))) as settled_until_at
  from steps
  cross join open_jobs
  group by unique_id, run_target_name, run_date

),

days as (

  select * from fresh_days
  {%- if marks[0] is not none %}
  union all
  select
    unique_id, target_name, run_date, resource_type, model_name, runs, failures, median_duration_ms, p95_duration_ms,
    last_status, last_started_at, last_updated_at, settled_until_at
  from {{ this }}
  where ({{ near_days | join(' or ') }}) and not ({{ on_days | join(' or ') }})
  {%- endif %}

),

earlier_days as (

  select
    days.unique_id,
    days.target_name,
    days.run_date,
    cast(floor(percentile_cont(0.5) within group (order by earlier.median_duration_ms) + 0.5) as {{ run_ledger.sql_type('integer') }})
      as trailing_median_ms
  from days
  join days as earlier
    on earlier.unique_id = days.unique_id
    and earlier.target_name = days.target_name
    and earlier.run_date between days.run_date - {{ trailing_days }} and days.run_date - 1
  group by days.unique_id, days.target_name, days.run_date

)

select
  days.unique_id || '|' || days.target_name || '|' || substr({{ run_ledger.timestamp_text(
    'cast(days.run_date as ' ~ run_ledger.sql_type('timestamp') ~ ')') }}, 1, 10) as model_day_id,
  days.unique_id,
  days.target_name,
  days.run_date,
  days.resource_type,
  days.model_name,
  days.runs,
  days.failures,
  days.median_duration_ms,
  days.p95_duration_ms,
  earlier_days.trailing_median_ms,
  cast(days.median_duration_ms as {{ run_ledger.sql_type('float') }}) / nullif(earlier_days.trailing_median_ms, 0) - 1
    as median_change_ratio,
  days.last_status,
  days.last_started_at,
  days.last_updated_at,
  days.settled_until_at
from days
left join earlier_days
  on earlier_days.unique_id = days.unique_id
  and earlier_days.target_name = days.target_name
  and earlier_days.run_date = days.run_date
{%- if marks[0] is not none %}
where {{ from_days | join(' or ') }}
{%- endif %}
