{#- A view of what does not fit together, and empty while all does. Rows of one moment are in the order of log_id. -#}
{{ config(materialized='view', enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('processing_logs')) }}

with changes as (

  select
    user_id,
    processing_type,
    log_id,
    execution_name,
    processed_at,
    old_value,
    new_value,
    lag(new_value) over (partition by user_id, processing_type order by processed_at, log_id) as previous_value,
    lag(log_id) over (partition by user_id, processing_type order by processed_at, log_id) as previous_log_id,
    row_number() over (partition by user_id, processing_type order by processed_at desc, log_id desc) as recency
  from {{ ref('stg_run_ledger__processing_logs') }}
  where status = 'success' and user_id is not null and processing_type in ('login_update', 'post_update')

),

held as (

  select user_id, 'login_update' as processing_type, login_count as held_value from {{ ref('stg_run_ledger__user_statistics') }}
  union all
  select user_id, 'post_update' as processing_type, post_count as held_value from {{ ref('stg_run_ledger__user_statistics') }}

)

select
  'BROKEN_SEQUENCE' as finding,
  user_id,
  processing_type,
  log_id,
  execution_name,
  processed_at,
  previous_value as expected_value,
  old_value as found_value
from changes
where previous_log_id is not null and coalesce(old_value, -1) <> coalesce(previous_value, -1)
union all
select
  'OTHER_NEWEST_VALUE' as finding,
  changes.user_id,
  changes.processing_type,
  changes.log_id,
  changes.execution_name,
  changes.processed_at,
  changes.new_value as expected_value,
  held.held_value as found_value
from changes
left join held
  on changes.user_id = held.user_id and changes.processing_type = held.processing_type
where changes.recency = 1 and coalesce(changes.new_value, -1) <> coalesce(held.held_value, -1)
