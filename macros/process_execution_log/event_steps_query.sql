{#- One row a step of each job that the condition names, from its events. A failed model runs no post-hook, but its thread
    goes on: a step that a later one followed on the same thread without having finished has failed. -#}
{% macro event_steps_query(where, open_status) -%}
select
  nodes.*,
  case
    when finished_at is not null then 'SUCCESS'
    when thread_name is not null
      and lead(started_at) over (partition by process_step_id, thread_name order by started_at) is not null then 'ERROR'
    else {{ run_ledger.sql_literal(open_status) }}
  end as status
from (
  select
    process_step_id, unique_id, min(resource_type) as resource_type, min(model_name) as model_name,
    min(database_name) as database_name, min(schema_name) as schema_name, min(thread_name) as thread_name,
    min(case when event_name = 'STARTED' then event_at end) as started_at,
    max(case when event_name = 'FINISHED' then event_at end) as finished_at
  from {{ run_ledger.ledger_relation('process_execution_log', '_events') }}
  where {{ where }} and event_name in ('STARTED', 'FINISHED')
  group by process_step_id, unique_id
) nodes
{%- endmacro %}
