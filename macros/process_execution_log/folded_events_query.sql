{#- One row a job: its events as counts, the document of its steps in start order, and its last event in words. -#}
{% macro folded_events_query(where, open_status) %}
  {%- set counts = [] -%}
  {%- for name, condition in {
    'models': "resource_type = 'model'",
    'completed': "resource_type = 'model' and status = 'SUCCESS'", 'failed': "resource_type = 'model' and status = 'ERROR'",
    'running': "resource_type = 'model' and status = 'RUNNING'", 'cancelled': "resource_type = 'model' and status = 'CANCELLED'",
    'steps': 'true', 'success': "status = 'SUCCESS'", 'error': "status = 'ERROR'", 'open': "status = 'RUNNING'",
    'cut': "status = 'CANCELLED'",
  }.items() -%}
    {%- do counts.append('count(case when ' ~ condition ~ ' then 1 end) as folded_' ~ name) -%}
  {%- endfor -%}
  {%- set words = "upper(resource_type) || case when finished_at is null then '_STARTED:' else '_COMPLETED:' end || model_name" -%}
select
  process_step_id as folded_step_id,
  {{ counts | join(',\n  ') }},
  max(case when is_last = 1 then {{ words }} end) as folded_current_step,
  {{ run_ledger.json_array_agg(run_ledger.json_object(run_ledger.event_step()), 'started_at, unique_id') }} as folded_documents
from (
  select stepped.*, row_number() over (
    partition by process_step_id order by coalesce(finished_at, started_at) desc, finished_at desc, unique_id) as is_last
  from ({{ run_ledger.event_steps_query(where, open_status) }}) stepped
) ordered
group by process_step_id
{%- endmacro %}
