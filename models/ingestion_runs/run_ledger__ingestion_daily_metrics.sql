{#- By the UTC day on which the runs were queued, so that a day's runs never move to another day. -#}
{{ config(materialized='view', enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('ingestion_runs')) }}
{%- set terminal = run_ledger.sql_literals(run_ledger.ingestion_rules().terminal) %}

with runs as (

  select
    history.*,
    cast(created_at as date) as run_date,
    {#- What still runs has no duration yet, and what never started has none. #}
    case when finished_at is not null then duration_ms end as ended_ms
  from (select * from {{ ref('run_ledger__ingestion_history') }}) as history

)

select
  run_date,
  run_kind,
  mode,
  count(*) as runs,
  {%- for status in run_ledger.ingestion_rules().statuses %}
  count(case when status = {{ run_ledger.sql_literal(status) }} then 1 end) as {{ status }}_runs,
  {%- endfor %}
  count(case when is_rerun then 1 end) as reruns,
  {#- A cancelled run tells nothing about how reliable the collection is. #}
  cast(count(case when status = 'succeeded' then 1 end) as {{ run_ledger.sql_type('float') }})
    / nullif(count(case when status in ('succeeded', 'failed', 'partial') then 1 end), 0) as success_rate,
  cast(sum(success_count) as {{ run_ledger.sql_type('integer') }}) as success_count,
  cast(sum(failed_count) as {{ run_ledger.sql_type('integer') }}) as failed_count,
  cast(sum(unprocessed_count) as {{ run_ledger.sql_type('integer') }}) as unprocessed_count,
  cast(sum(case when finished_at is not null then processed_count end) as {{ run_ledger.sql_type('float') }}) * 1000
    / nullif(sum(ended_ms), 0) as processed_per_second,
  cast(percentile_cont(0.5) within group (order by ended_ms) as {{ run_ledger.sql_type('float') }}) as median_duration_ms,
  cast(percentile_cont(0.95) within group (order by ended_ms) as {{ run_ledger.sql_type('float') }}) as p95_duration_ms,
  cast(percentile_cont(0.5) within group (order by queued_ms) as {{ run_ledger.sql_type('float') }}) as median_queued_ms,
  max(queued_ms) as longest_queued_ms
from runs
group by run_date, run_kind, mode
