{#- The newest profile of each column against the one before and against the mean of the five before. A view over two profiles per
    table, and one average. What counts as drift is said by the settings run_ledger_profile_drift_*. -#}
{{ config(materialized='view', enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('profile_runs')) }}
{%- set null_limit = run_ledger.setting('run_ledger_profile_drift_null_rate') -%}
{%- set ratio_limit = run_ledger.setting('run_ledger_profile_drift_ratio') -%}
{%- set deviations_limit = run_ledger.setting('run_ledger_profile_drift_deviations') %}

with statistics as (

  select * from {{ ref('run_ledger__profile_statistics') }} where row_filter is null and success_recency <= 6

),

latest as (

  select * from statistics where success_recency = 1

),

previous as (

  select * from statistics where success_recency = 2

),

five_before as (

  select
    target_id,
    column_name,
    count(*) as profiles,
    avg(null_rate) as null_rate,
    avg(distinct_rate) as distinct_rate,
    avg(mean) as mean,
    avg(std_dev_population) as std_dev_population
  from statistics
  where success_recency > 1
  group by target_id, column_name

),

{#- The most frequent values of a column of few. A rare one need not be among them, so a list tells what is not in the table only where
    it is as long as there are distinct values. #}
listed as (

  select
    target_id,
    column_name,
    success_recency,
    {{ run_ledger.json_to_text(run_ledger.json_element('pair.value', 0)) }} as listed_value
  from (
    select target_id, column_name, success_recency,
      {{ run_ledger.parse_json("'{\"pairs\": ' || coalesce(top_values, '[]') || '}'") }} as top_obj
    from statistics
    where success_recency <= 2 and distinct_count <= 10
  ) as few
  {{ run_ledger.json_elements('few.top_obj', ['pairs'], 'pair') }}

),

value_changes as (

  select
    target_id,
    column_name,
    sum(case when last_recency = 1 and first_recency = 1 then 1 else 0 end) as new_values,
    sum(case when first_recency = 2 then 1 else 0 end) as vanished_values,
    sum(case when first_recency = 1 then 1 else 0 end) as listed_values,
    sum(case when last_recency = 2 then 1 else 0 end) as previous_listed_values
  from (
    select target_id, column_name, listed_value, min(success_recency) as first_recency, max(success_recency) as last_recency
    from listed
    group by target_id, column_name, listed_value
  ) as seen
  group by target_id, column_name

),

{#- Tables that have been profiled twice: all columns of either profile. #}
pairs as (

  select
    coalesce(latest.target_id, previous.target_id) as target_id,
    coalesce(latest.target_db, previous.target_db) as target_db,
    coalesce(latest.target_schema, previous.target_schema) as target_schema,
    coalesce(latest.target_table, previous.target_table) as target_table,
    coalesce(latest.column_name, previous.column_name) as column_name,
    latest.run_id,
    previous.run_id as previous_run_id,
    latest.started_at,
    previous.started_at as previous_started_at,
    latest.data_type,
    previous.data_type as previous_data_type,
    previous.run_id is null as is_new_column,
    latest.run_id is null as is_vanished_column,
    coalesce(latest.data_type <> previous.data_type, 1 = 0) as is_type_changed,
    latest.row_count / nullif(previous.row_count, 0) - 1 as row_count_change_ratio,
    latest.null_rate - previous.null_rate as null_rate_change,
    latest.distinct_rate / nullif(previous.distinct_rate, 0) - 1 as distinct_rate_change_ratio,
    (latest.mean - previous.mean) / nullif(previous.std_dev_population, 0) as mean_change_deviations,
    (latest.median - previous.median) / nullif(previous.std_dev_population, 0) as median_change_deviations,
    (latest.p95 - previous.p95) / nullif(previous.std_dev_population, 0) as p95_change_deviations,
    latest.null_rate,
    latest.distinct_rate,
    latest.distinct_count,
    previous.distinct_count as previous_distinct_count,
    latest.mean
  from latest
  full outer join previous on previous.target_id = latest.target_id and previous.column_name = latest.column_name
  where coalesce(latest.target_id, previous.target_id) in (select target_id from previous)

),

judged as (

  select
    pairs.*,
    five_before.profiles as trailing_profiles,
    pairs.null_rate - five_before.null_rate as trailing_null_rate_change,
    pairs.distinct_rate / nullif(five_before.distinct_rate, 0) - 1 as trailing_distinct_rate_change_ratio,
    (pairs.mean - five_before.mean) / nullif(five_before.std_dev_population, 0) as trailing_mean_change_deviations,
    cast(case when distinct_count <= 10 and previous_distinct_count <= 10 and previous_distinct_count = coalesce(previous_listed_values, 0)
      then new_values end as {{ run_ledger.sql_type('integer') }}) as new_values,
    cast(case when distinct_count <= 10 and previous_distinct_count <= 10 and distinct_count = coalesce(listed_values, 0)
      then vanished_values end as {{ run_ledger.sql_type('integer') }}) as vanished_values
  from pairs
  left join five_before on five_before.target_id = pairs.target_id and five_before.column_name = pairs.column_name
  left join value_changes on value_changes.target_id = pairs.target_id and value_changes.column_name = pairs.column_name

),

explained as (

  select
    judged.*,
    case when is_new_column then 'new column; ' else '' end
      || case when is_vanished_column then 'vanished column; ' else '' end
      || case when is_type_changed then 'type changed; ' else '' end
      || case when abs(null_rate_change) > {{ null_limit }} or abs(trailing_null_rate_change) > {{ null_limit }} then 'null rate; ' else '' end
      || case when abs(distinct_rate_change_ratio) > {{ ratio_limit }} or abs(trailing_distinct_rate_change_ratio) > {{ ratio_limit }}
        then 'distinct rate; ' else '' end
      || case when abs(mean_change_deviations) > {{ deviations_limit }} or abs(trailing_mean_change_deviations) > {{ deviations_limit }}
        then 'mean; ' else '' end
      || case when abs(median_change_deviations) > {{ deviations_limit }} or abs(p95_change_deviations) > {{ deviations_limit }}
        then 'quantiles; ' else '' end
      || case when new_values > 0 then 'new values; ' else '' end
      || case when vanished_values > 0 then 'vanished values; ' else '' end as reasons
  from judged

)

select
  explained.*,
  reasons <> '' as is_drifted
from explained
