{#- What follows exactly for a whole from its parts: counts, ends, mean, deviation and lengths. Quantiles do not, so they are not here,
    and of a count of distinct values only its bounds do: no fewer than in any part, no more than in all of them together. The deviation
    is that of the parts' own deviations and of their means around the common one. -#}
{{ config(materialized='view', enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('profile_runs')) }}

with parts as (

  select
    stg.*,
    row_count - null_count as value_count,
    case when mean is not null then row_count - null_count end as mean_count,
    sum(case when mean is not null then mean * (row_count - null_count) end) over (partition by target_id, column_name)
      / nullif(sum(case when mean is not null then row_count - null_count end) over (partition by target_id, column_name), 0) as common_mean
  from (select * from {{ ref('run_ledger__profile_statistics') }}) as stg
  where is_latest_success and row_filter is not null

)

select
  target_id,
  target_db,
  target_schema,
  target_table,
  column_name,
  count(*) as part_count,
  min(started_at) as oldest_part_at,
  max(started_at) as newest_part_at,
  sum(row_count) as row_count,
  sum(null_count) as null_count,
  sum(null_count) / nullif(sum(row_count), 0) as null_rate,
  sum(blank_count) as blank_count,
  sum(true_count) as true_count,
  max(distinct_count) as distinct_count_at_least,
  sum(distinct_count) as distinct_count_at_most,
  min(min_number) as min_number,
  max(max_number) as max_number,
  max(common_mean) as mean,
  sum(total) as total,
  sqrt(sum(mean_count * (std_dev_population * std_dev_population + (mean - common_mean) * (mean - common_mean))) / nullif(sum(mean_count), 0))
    as std_dev_population,
  min(min_length) as min_length,
  max(max_length) as max_length,
  sum(mean_length * value_count) / nullif(sum(case when mean_length is not null then value_count end), 0) as mean_length
from parts
group by target_id, target_db, target_schema, target_table, column_name
