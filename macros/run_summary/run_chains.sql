{#- Two further members of a "with recursive": chains, which follows each run from the first of those read, or from what an earlier
    build has of its parent, down to what runs it again, and chained, the runs with root_run_id filled in, and attempt where a
    ledger leaves it to be counted.
    runs: the member with the runs; history: the relation with those of earlier builds, none when there is none.
    A dbt job may belong to what is no run of the ledger, which then is its root. Of parents that go in a circle nobody is the first:
    each of those runs is its own root. -#}
{% macro run_chains(runs, history) %}
  {%- set columns = [] -%}
  {%- for column in run_ledger.run_summary_columns() -%}
    {%- set is_found = column in ('attempt', 'root_run_id') -%}
    {%- do columns.append('coalesce(chains.' ~ column ~ ', runs.' ~ column ~ (', 1' if column == 'attempt' else ', runs.run_id') ~ ') as ' ~ column if is_found else 'runs.' ~ column) -%}
  {%- endfor -%}
chains as (

  select
    runs.run_summary_id,
    runs.ledger,
    runs.run_id,
    coalesce({{ 'earlier.root_run_id, ' if history }}case when runs.ledger = 'process_execution_log' then runs.parent_run_id end, runs.run_id) as root_run_id,
    coalesce(runs.attempt, {{ 'earlier.attempt + 1, ' if history }}1) as attempt
  from {{ runs }} as runs
  {%- if history %}
  left join {{ history }} as earlier on earlier.run_summary_id = runs.ledger || '|' || runs.parent_run_id
  {%- endif %}
  left join {{ runs }} as parents on parents.run_summary_id = runs.ledger || '|' || runs.parent_run_id
  where parents.run_id is null

  union all

  select runs.run_summary_id, runs.ledger, runs.run_id, chains.root_run_id, coalesce(runs.attempt, chains.attempt + 1)
  from chains
  join {{ runs }} as runs on runs.ledger = chains.ledger and runs.parent_run_id = chains.run_id

),

chained as (

  select {{ columns | join(', ') }}
  from {{ runs }} as runs
  left join chains on chains.run_summary_id = runs.run_summary_id

)
{%- endmacro %}
