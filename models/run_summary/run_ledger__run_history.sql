{#- The runs that have ended, each read once from its ledger, so that reading years of them costs what a table costs. An
    incremental build looks at what changed since the newest row of each ledger, and at nothing that was recorded before the
    oldest run that was open then: settled_until_at. The run summary puts the runs since then beside these.

    Invocations of functions are put together from their entries. A build reads a day and the lookback of the logs again and keeps
    what began in the later half of that day or after, so that an invocation of up to 12 hours is never cut. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.setting('run_ledger_enabled'),
          materialized='incremental', incremental_strategy='delete+insert', unique_key='run_summary_id', on_schema_change='append_new_columns',
          indexes=run_ledger.model_indexes(['run_summary_id', 'ledger, changed_at', 'ledger, settled_until_at', 'run_date', 'loaded_at', 'recorded_at'])) }}
{%- set ledgers = run_ledger.ledgers_on() -%}
{%- set recorded = ref('run_ledger__recorded_runs') -%}
{#- A row is stamped before it is committed, so there may be more just before the newest stamp. Stamps of the future, of a clock that was
    wrong for a while, mark nothing: what comes until then would not be seen. -#}
{%- set lookback_ms = 3 * 60 * 60 * 1000 -%}
{%- set now = run_ledger.now_utc() -%}

{%- set marks = {} -%}
{%- if execute and is_incremental() -%}
  {%- set lines = [] -%}
  {%- for word in ledgers -%}
    {%- set of_ledger = ' from ' ~ this ~ ' where ledger = ' ~ run_ledger.sql_literal(word) ~ ' and ' -%}
    {%- do lines.append('select ' ~ run_ledger.sql_literal(word) ~ ' as a, '
      ~ run_ledger.timestamp_text('(select max(changed_at)' ~ of_ledger ~ 'changed_at <= ' ~ now ~ ')') ~ ' as b, '
      ~ run_ledger.timestamp_text('(select max(settled_until_at)' ~ of_ledger ~ 'settled_until_at <= ' ~ now ~ ')') ~ ' as c') -%}
  {%- endfor -%}
  {%- for row in run_query(lines | join(' union all ')).rows if row[1] and row[2] -%}
    {%- do marks.update({row[0]: [row[1], row[2]]}) -%}
  {%- endfor -%}
{%- endif -%}

with {{ 'recursive ' }}runs as (

  select *
  from {{ recorded }}
  where not is_open and (
    {%- for word in ledgers if word != 'function_logs' %}
    {{ 'or ' if not loop.first }}(ledger = {{ run_ledger.sql_literal(word) }}
      {%- if word in marks %}
      and changed_at >= {{ run_ledger.milliseconds_after(run_ledger.sql_timestamp(marks[word][0]), -lookback_ms) }}
      and recorded_at >= {{ run_ledger.milliseconds_after(run_ledger.sql_timestamp(marks[word][1]), -lookback_ms) }}
      {%- endif %})
    {%- endfor %})

),

{{ run_ledger.run_chains('runs', this if is_incremental() else none) }}

{%- if 'function_logs' in ledgers %}
{%- set mark = marks.get('function_logs') %}
{%- set lookback_hours = 24 + run_ledger.setting('run_ledger_function_logs_lookback_hours') %}
{%- set from_hour = (modules.datetime.datetime.strptime(mark[0][:13], '%Y-%m-%d %H') - modules.datetime.timedelta(hours=lookback_hours)) if mark else none %},

invocations as (

  select
    function_name || '|' || invocation_key as run_id,
    min(function_name) as function_name,
    coalesce(min(environment), '') as environment,
    coalesce(min(logged_at), min(hour)) as recorded_at,
    coalesce(max(logged_at), max(hour)) as changed_at,
    min(logged_at) as started_at,
    max(logged_at) as ended_at,
    max(duration_ms) as duration_ms,
    count(*) as entries,
    count(case when level = 'ERROR' then 1 end) as error_entries,
    max(case when level = 'ERROR' then coalesce(exception_message, message) end) as error,
    max(user_id) as user_id,
    max(correlation_id) as correlation_id
  from (select * from {{ ref('stg_run_ledger__function_logs') }}) as entries
  {%- if from_hour %}
  where {{ run_ledger.log_partitions_from(from_hour.strftime('%Y-%m-%d %H')) }}
  {%- endif %}
  group by function_name || '|' || invocation_key

),

called as (

  {{ run_ledger.run_summary_select('function_logs', {
    'run_id': 'run_id',
    'job_key': 'function_name',
    'target': 'environment',
    'status': "case when error_entries > 0 then 'failed' else 'succeeded' end",
    'is_open': 'false',
    'recorded_at': 'recorded_at',
    'started_at': 'started_at',
    'ended_at': 'ended_at',
    'duration_seconds': 'duration_ms / 1000.0',
    'total_count': 'entries',
    'succeeded_count': 'entries - error_entries',
    'failed_count': 'error_entries',
    'skipped_count': '0',
    'error': 'error',
    'root_run_id': 'run_id',
    'requested_by': 'user_id',
    'trace_id': 'correlation_id',
    'changed_at': 'changed_at',
  }, 'invocations') }}
  {%- if from_hour %}
  where recorded_at >= {{ run_ledger.sql_timestamp((from_hour + modules.datetime.timedelta(hours=12)).strftime('%Y-%m-%d %H:00:00')) }}
  {%- endif %}

)
{%- endif %},

{#- Those that are open stand among them, so that each ledger is asked for them once. #}
found as (

  select * from chained
  {%- if 'function_logs' in ledgers %}
  union all
  select * from called
  {%- endif %}
  union all
  select * from {{ recorded }} where is_open

),

{#- What ended before anything that was open then, and before the newest change, is not read again. #}
settled as (

  select
    found.*,
    max(case when not is_open and changed_at <= {{ now }} then changed_at end) over (partition by ledger) as newest_change_at,
    min(case when is_open then recorded_at end) over (partition by ledger) as oldest_open_at
  from found

)

select
  {{ run_ledger.run_summary_columns().keys() | join(',\n  ') }},
  {{ now }} as loaded_at,
  least(newest_change_at, coalesce(oldest_open_at, newest_change_at)) as settled_until_at
from settled
where not is_open
