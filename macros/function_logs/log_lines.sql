{#- Every line of the raw logs, typed: the query of stg_run_ledger__function_log_lines, which the sketch needs over fewer files, too.
    raw: a relation, or a query in brackets with the columns of the logs. -#}
{% macro log_lines(raw) %}
{%- set columns = run_ledger.function_logs_columns() -%}
{%- set relation = run_ledger.ledger_relation('function_logs') -%}
{%- set present = [] -%}
{%- for row in (run_query(run_ledger.existing_columns(relation)).rows if execute else []) if row[0] == relation.identifier | lower -%}
  {%- do present.append(row[1]) -%}
{%- endfor -%}
{%- set horizon = (run_started_at - modules.datetime.timedelta(days=run_ledger.setting('run_ledger_function_logs_horizon_days'))).isoformat() -%}

with lines as (

  select
    {%- for column in columns %}
    {{ column.name if column.name in present else 'cast(null as ' ~ run_ledger.sql_type(column.type) ~ ')' }} as
      {#- The path's hour and the model's hour are two things. #}
      {{ 'logged_at' if column.name == 'timestamp' else 'log_' ~ column.name if column.name in ('year', 'month', 'day', 'hour') else 'given_' ~ column.name
        if column.name in ('log_id', 'function_name', 'level') else column.name }}
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
  from {{ raw ~ ' as raw' if present else '(select 1 as nothing) as nothing where 1 = 0' }}

),

placed as (

  select
    lines.*,
    date_trunc('hour', logged_at) as event_hour,
    {{ run_ledger.timestamp_from_parts('log_year', 'log_month', 'log_day', 'log_hour') }} as path_hour,
    {#- The same line has the same id wherever and however often it is read. #}
    coalesce(given_log_id, {{ run_ledger.sha256_text("file_name || '|' || coalesce(cast(line_number as " ~ run_ledger.sql_type('text') ~ "),"
      ~ " coalesce(" ~ run_ledger.timestamp_text('logged_at') ~ ", '') || '|' || coalesce(given_function_name, '') || '|' || coalesce(invocation_id, '')"
      ~ " || '|' || coalesce(given_level, '') || '|' || coalesce(message, ''))") }}) as log_id
  from lines
  where {{ run_ledger.log_partitions_from(horizon) }}

)

select
  log_id,
  given_log_id,
  given_log_id is null as is_synthetic_id,
  coalesce(given_function_name, 'unknown') as function_name,
  invocation_id,
  {#- An entry outside an invocation stands for one of its own. #}
  coalesce(invocation_id, log_id) as invocation_key,
  case upper(given_level) when 'CRITICAL' then 'ERROR' when 'FATAL' then 'ERROR' when 'WARN' then 'WARNING' when 'ERROR' then 'ERROR'
    when 'WARNING' then 'WARNING' else 'INFO' end as level,
  given_level as raw_level,
  message,
  logged_at,
  duration_ms,
  status_code,
  exception,
  metadata,
  extra,
  {{ run_ledger.json_value('exception', ['type']) }} as exception_type,
  {{ run_ledger.json_value('exception', ['message']) }} as exception_message,
  {{ run_ledger.json_value('exception', ['stacktrace']) }} as stacktrace,
  coalesce({{ run_ledger.json_value('metadata', ['user_id']) }}, {{ run_ledger.json_value('exception', ['context', 'user_id']) }}) as user_id,
  coalesce({{ run_ledger.json_value('metadata', ['request_id']) }}, {{ run_ledger.json_value('exception', ['context', 'request_id']) }}) as request_id,
  {{ run_ledger.json_value('metadata', ['environment']) }} as environment,
  {{ run_ledger.json_value('metadata', ['correlation_id']) }} as correlation_id,
  given_function_name is not null as has_function_name,
  {#- An entry whose path is more than an hour off belongs to the path: nobody who reads by path would find it elsewhere. #}
  case
    when event_hour between {{ run_ledger.milliseconds_after('path_hour', -3600000) }} and {{ run_ledger.milliseconds_after('path_hour', 3600000) }}
      then event_hour
    else path_hour
  end as hour,
  coalesce(event_hour <> path_hour, false) as is_misfiled,
  log_year,
  log_month,
  log_day,
  log_hour,
  file_name,
  line_number
from placed
{% endmacro %}
