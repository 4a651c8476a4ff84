{#- A view, because it has to be true at every moment: a run turns lost without anybody writing anything. What was recorded before
    the moment up to which the history is settled comes from there, what was recorded since from the ledgers. The moments are
    literals, by which Snowflake prunes; a view of an older build is as true and reads more of the ledgers. -#}
{{ config(materialized='view', enabled=run_ledger.setting('run_ledger_models') and run_ledger.setting('run_ledger_enabled')) }}
{%- set history = ref('run_ledger__run_history') -%}
{#- Invocations of functions are in the history alone. -#}
{%- set ledgers = run_ledger.ledgers_on() | reject('equalto', 'function_logs') | list -%}
{%- set lookback_ms = 3 * 60 * 60 * 1000 -%}
{#- dbt compile comes before the first build. -#}
{%- set is_built = execute and load_relation(history) is not none -%}
{%- set marks = {} -%}
{%- if is_built -%}
  {#- A moment of the future, of a clock that was wrong for a while, settles nothing. -#}
  {%- set lines = [] -%}
  {%- for word in ledgers -%}
    {%- do lines.append('select ' ~ run_ledger.sql_literal(word) ~ ' as a, ' ~ run_ledger.timestamp_text(run_ledger.milliseconds_after(
      '(select max(settled_until_at) from ' ~ history ~ ' where ledger = ' ~ run_ledger.sql_literal(word) ~ ' and settled_until_at <= '
      ~ run_ledger.now_utc() ~ ')', -lookback_ms)) ~ ' as b') -%}
  {%- endfor -%}
  {%- for row in run_query(lines | join(' union all ')).rows if row[1] -%}
    {%- do marks.update({row[0]: run_ledger.sql_timestamp(row[1])}) -%}
  {%- endfor -%}
{%- endif -%}
{%- set columns = ['run_summary_id', 'ledger', 'run_id', 'job_key', 'target', 'status', 'ledger_status', 'is_open', 'recorded_at', 'run_date', 'queued_at',
  'started_at', 'ended_at', 'duration_seconds', 'queue_seconds', 'total_count', 'succeeded_count', 'failed_count', 'skipped_count', 'error', 'attempt',
  'parent_run_id', 'root_run_id', 'requested_by', 'git_sha', 'git_branch', 'ci_system', 'ci_run_id', 'trace_id'] | join(', ') %}

with recursive runs as (

  select *
  from {{ ref('run_ledger__recorded_runs') }}
  where
    {%- for word in ledgers %}
    {{ 'or ' if not loop.first }}(ledger = {{ run_ledger.sql_literal(word) }}{{ ' and recorded_at >= ' ~ marks[word] if word in marks }})
    {%- endfor %}

),

{{ run_ledger.run_chains('runs', history) }}

select {{ columns }} from chained

union all

select {{ columns }}
from {{ history }} as history
where not (
  {%- for word in ledgers %}
  {{ 'or ' if not loop.first }}(ledger = {{ run_ledger.sql_literal(word) }}{{ ' and recorded_at >= ' ~ marks[word] if word in marks }})
  {%- endfor %})
