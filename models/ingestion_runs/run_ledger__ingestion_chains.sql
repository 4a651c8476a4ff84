{#- From each first run down to what runs it again; a run whose parent is missing counts as a first one. -#}
{{ config(materialized='view', enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('ingestion_runs')) }}

with recursive runs as (

  select run_id, parent_run_id, status, created_at from {{ ref('stg_run_ledger__ingestion_runs') }}

),

again as (

  select * from runs where parent_run_id is not null

),

links as (

  select runs.run_id, runs.parent_run_id, runs.run_id as root_run_id, cast(1 as {{ run_ledger.sql_type('integer') }}) as attempt_number,
    runs.status, runs.created_at
  from runs
  where runs.parent_run_id is null or not exists (select 1 from runs as parents where parents.run_id = runs.parent_run_id)

  union all

  select again.run_id, again.parent_run_id, links.root_run_id, links.attempt_number + 1, again.status, again.created_at
  from links
  join again on again.parent_run_id = links.run_id

)

select
  run_id,
  parent_run_id,
  root_run_id,
  attempt_number,
  status,
  created_at,
  count(*) over (partition by root_run_id) as attempts,
  row_number() over (partition by root_run_id order by attempt_number desc, created_at desc, run_id desc) = 1 as is_latest
from links
