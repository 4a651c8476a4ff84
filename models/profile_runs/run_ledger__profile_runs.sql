{#- A view, because it has to be true at every moment: a run turns abandoned without anybody writing anything. -#}
{{ config(materialized='view', enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('profile_runs')) }}

with runs as (

  select
    stg.*,
    target_db || '.' || target_schema || '.' || target_table as target_id,
    {{ run_ledger.milliseconds_between('started_at', 'coalesce(finished_at, ' ~ run_ledger.now_utc() ~ ')') }} as age_ms
  from (select * from {{ ref('stg_run_ledger__profile_runs') }}) as stg

),

counts as (

  select
    run_id,
    max(case when metric_name = 'row_count' then value_num end) as row_count,
    max(case when metric_name = 'column_count' then value_num end) as column_count
  from {{ ref('stg_run_ledger__profile_results') }}
  where column_name = ''
  group by run_id

),

numbered as (

  select
    runs.*,
    case when status = 'SUCCEEDED' then row_number() over (
      partition by target_id, status, coalesce(row_filter, '') order by started_at desc, run_id desc) end as success_recency,
    row_number() over (partition by target_id, coalesce(row_filter, '') order by started_at desc, run_id desc) as recency,
    lag(started_at) over (partition by target_id, coalesce(row_filter, '') order by started_at, run_id) as previous_started_at
  from runs

)

select
  numbered.run_id,
  target_id,
  target_db,
  target_schema,
  target_table,
  status,
  status = 'RUNNING' and age_ms > {{ run_ledger.setting('run_ledger_profile_lease_minutes') * 60000 }} as is_abandoned,
  started_at,
  finished_at,
  cast(case when finished_at is not null then age_ms / 1000.0 end as {{ run_ledger.sql_type('float') }}) as duration_seconds,
  cast({{ run_ledger.milliseconds_between('previous_started_at', 'started_at') }} / 1000.0 as {{ run_ledger.sql_type('float') }}) as seconds_since_previous,
  recency,
  success_recency,
  coalesce(success_recency = 1, 1 = 0) as is_latest_success,
  {#- Results of a run that did not succeed are nobody's to read. #}
  case when status = 'SUCCEEDED' then row_count end as row_count,
  case when status = 'SUCCEEDED' then column_count end as column_count,
  sample_rate,
  sample_seed,
  row_filter,
  is_exact,
  warehouse_name,
  role_name,
  git_commit,
  note,
  error_code,
  error_message,
  triggered_by,
  job_name,
  request_id,
  updated_at
from numbered
left join counts on counts.run_id = numbered.run_id
