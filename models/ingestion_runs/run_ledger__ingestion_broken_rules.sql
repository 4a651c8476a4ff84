{#- Empty as long as everybody goes through the verbs. Postgres refuses most of this itself; elsewhere raw SQL can do it. -#}
{{ config(materialized='view', enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('ingestion_runs')) }}
{%- set rules = run_ledger.ingestion_rules() -%}
{%- set checks = run_ledger.ingestion_run_checks() -%}
{%- set pairs = [] -%}
{%- for status, targets in rules.moves.items() if targets -%}
  {%- do pairs.append('(from_status = ' ~ run_ledger.sql_literal(status) ~ ' and to_status in (' ~ run_ledger.sql_literals(targets) ~ '))') -%}
{%- endfor %}

with runs as (

  select * from {{ ref('stg_run_ledger__ingestion_runs') }}

),

moves as (

  select * from {{ ref('stg_run_ledger__ingestion_run_transitions') }}

),

{#- What the audit should hold of each run. #}
due as (

  select run_id, 'running' as to_status, started_at as moved_at from runs where started_at is not null
  union all
  select run_id, status, finished_at from runs where status in ({{ run_ledger.sql_literals(rules.terminal) }})

)
{% for name, condition in checks.items() %}
select {{ run_ledger.sql_literal(name) }} as rule, run_id, status as detail from runs where not ({{ condition }})
union all
{%- endfor %}
select 'one_row_a_run', run_id, cast(count(*) as {{ run_ledger.sql_type('text') }}) from runs group by run_id having count(*) > 1
union all
select 'parent_is_there', run_id, parent_run_id from runs
where parent_run_id is not null and not exists (select 1 from runs as parents where parents.run_id = runs.parent_run_id)
union all
select 'parent_may_be_run_again', runs.run_id, parents.status from runs join runs as parents on parents.run_id = runs.parent_run_id
where parents.status not in ({{ run_ledger.sql_literals(rules.rerun_from) }})
union all
select 'one_active_child', parent_run_id, cast(count(*) as {{ run_ledger.sql_type('text') }}) from runs
where parent_run_id is not null and status in ({{ run_ledger.sql_literals(rules.active) }}) group by parent_run_id having count(*) > 1
union all
select 'move_is_allowed', run_id, from_status || ' to ' || to_status from moves where not ({{ pairs | join(' or ') }})
union all
select 'one_move_to_a_status', run_id, to_status from moves group by run_id, to_status having count(*) > 1
union all
select 'move_is_audited', due.run_id, due.to_status from due
left join moves on moves.run_id = due.run_id and moves.to_status = due.to_status
where moves.run_id is null
union all
select 'audit_tells_of_a_move', moves.run_id, moves.to_status from moves
left join due on due.run_id = moves.run_id and due.to_status = moves.to_status
where due.run_id is null
