{#- A select of the raw logs from files where they are. DuckDB alone reads a list of files, so it is not dispatched. A line that is
    no JSON object, or has none of the three fields that tell what, where and when, is left to the rejects. A timestamp with an
    offset needs a type of its own: duckdb.org/docs/stable/data/json/loading_json
    patterns: which files, as globs; unknown: names of fields beside the format, which become the column extra. -#}
{% macro logs_in_place(columns, patterns, unknown=[]) %}
  {%- set types, shown, extra, files = [], [], [], [] -%}
  {%- for name in unknown -%}
    {%- set quoted = '"' ~ name.replace('"', '""') ~ '"' -%}
    {%- do types.append(quoted ~ ": 'json'") -%} {#- literal: the name of a type -#}
    {%- do extra.append(run_ledger.sql_literal(tojson(name) ~ ':') ~ ' || cast(' ~ quoted ~ ' as varchar)') -%}
  {%- endfor -%}
  {%- for column in columns if column.name not in ('extra', 'year', 'month', 'day', 'hour', 'file_name', 'line_number') -%}
    {%- do types.append(column.name ~ ": '" ~ ('varchar' if column.name == 'timestamp' else run_ledger.sql_type(column.type)) ~ "'") -%} {#- literal: names and types of the package -#}
    {%- do shown.append(column.name if column.name != 'timestamp' else
      "case when timestamp like '%Z' then try_cast(timestamp as timestamp) when regexp_matches(timestamp, ':[0-9.]+[+-][0-9:]+$')"
      ~ " then make_timestamp_ms(epoch_ms(try_cast(timestamp as timestamptz))) else try_cast(timestamp as timestamp) end as timestamp") -%}
  {%- endfor -%}
  {%- for pattern in patterns -%}
    {%- do files.append(run_ledger.sql_literal(pattern)) -%}
  {%- endfor -%}
  {{- return('select ' ~ shown | join(', ')
    ~ ", cast(nullif('{' || concat_ws(',', " ~ (extra | join(', ') or 'null') ~ ") || '}', '{}') as json) as extra"
    ~ ', year, month, day, hour, filename as file_name, cast(null as bigint) as line_number from read_json(['
    ~ files | join(', ') ~ "], format = 'newline_delimited', ignore_errors = true, filename = true, hive_partitioning = true,"
    ~ " hive_types = {'YEAR': bigint, 'MONTH': bigint, 'DAY': bigint, 'HOUR': bigint}, columns = {" ~ types | join(', ') ~ "})"
    ~ " where coalesce(log_id, function_name, timestamp) is not null") -}}
{% endmacro %}
