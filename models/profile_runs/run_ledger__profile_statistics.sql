{#- The tall results made wide, of runs that succeeded. A view: it is as large as what is asked of it, and a condition on run_id
    reaches the key of the results. -#}
{{ config(materialized='view', enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('profile_runs')) }}
{%- set numbers = [
  'null_count', 'null_rate', 'blank_count', 'blank_rate', 'true_count', 'distinct_count', 'distinct_rate', 'duplicate_count',
  'is_unique', 'mean', 'std_dev_population', 'std_dev_sample', 'p05', 'p25', 'median', 'p75', 'p95', 'min_length',
  'max_length', 'mean_length', 'freshness_seconds',
] %}

select
  runs.run_id,
  runs.target_id,
  runs.target_db,
  runs.target_schema,
  runs.target_table,
  results.column_name,
  runs.started_at,
  runs.success_recency,
  runs.is_latest_success,
  runs.row_filter,
  runs.sample_rate,
  runs.row_count,
  max(case when metric_name = 'data_type' then value_text end) as data_type,
  {%- for name in numbers %}
  max(case when metric_name = '{{ name }}' then value_num end) as {{ name }},
  {%- endfor %}
  max(case when metric_name = 'sum' then value_num end) as total,
  max(case when metric_name = 'min' then value_num end) as min_number,
  max(case when metric_name = 'max' then value_num end) as max_number,
  max(case when metric_name = 'min' then value_text end) as min_text,
  max(case when metric_name = 'max' then value_text end) as max_text,
  max(case when metric_name = 'top_values' then value_text end) as top_values
from (select * from {{ ref('run_ledger__profile_runs') }}) as runs
inner join (select * from {{ ref('stg_run_ledger__profile_results') }}) as results on results.run_id = runs.run_id
where runs.status = 'SUCCEEDED' and results.column_name <> ''
group by
  runs.run_id, runs.target_id, runs.target_db, runs.target_schema, runs.target_table, results.column_name, runs.started_at,
  runs.success_recency, runs.is_latest_success, runs.row_filter, runs.sample_rate, runs.row_count
