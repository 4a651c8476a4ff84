{#- The statements that keep the raw function logs in shape; see refresh_function_logs(). -#}
{% macro log_upkeep(relation, columns) %}
  {{- return(adapter.dispatch('log_upkeep', 'run_ledger')(relation, columns)) -}}
{% endmacro %}

{#- A view that reads files in place lists them at every query. It is made again because its setting may have changed, and because
    it names what it reads: fields that the newest files have beside the format, and those that it named before, kept in its
    comment, of which there may be none in the newest files. -#}
{% macro default__log_upkeep(relation, columns) %}
  {%- set url = run_ledger.setting('run_ledger_function_logs_url') -%}
  {%- if not url -%}
    {{- return(run_ledger.raw_log_table(relation, columns)) -}}
  {%- endif -%}
  {%- set named, files, known = [], [], [run_ledger.sql_literal('filename')] -%}
  {%- for row in run_query('select comment from duckdb_views() where comment is not null and lower(database_name) = ' ~ run_ledger.sql_literal(relation.database | lower)
    ~ ' and lower(schema_name) = ' ~ run_ledger.sql_literal(relation.schema | lower) ~ ' and lower(view_name) = ' ~ run_ledger.sql_literal(relation.identifier | lower)).rows if row[0].startswith('["') -%}
    {%- do named.extend(fromjson(row[0])) -%}
  {%- endfor -%}
  {#- Folders may be without leading zeros, so it is their numbers that tell which are the newest. -#}
  {%- for row in run_query('select file from glob(' ~ run_ledger.sql_literal(url.rstrip('/') ~ '/YEAR=*/MONTH=*/DAY=*/HOUR=*/*.json')
    ~ ") order by try_cast(regexp_extract_all(file, '(?:YEAR|MONTH|DAY|HOUR)=([0-9]+)/', 1) as bigint[]) desc, file desc limit 100").rows -%}
    {%- do files.append(run_ledger.sql_literal(row[0])) -%}
  {%- endfor -%}
  {%- for name in columns | map(attribute='name') | list + named -%}
    {%- do known.append('lower(' ~ run_ledger.sql_literal(name) ~ ')') -%}
  {%- endfor -%}
  {#- No identifier is empty, or has a zero byte: duckdb.org/docs/stable/sql/dialect/keywords_and_identifiers -#}
  {%- for row in (run_query('select min(name) as name from (select unnest(json_keys(json)) as name from read_ndjson_objects(['
    ~ files | join(', ') ~ "], ignore_errors = true)) where name <> '' and not contains(name, chr(0)) and lower(name) not in (" ~ known | join(', ')
    ~ ') group by lower(name) order by 1 limit 100').rows if files else []) -%}
    {%- do named.append(row[0]) -%}
  {%- endfor -%}
  {{- return(run_ledger.duckdb__raw_log_table(relation, columns, named)
    + ['comment on view ' ~ relation ~ ' is ' ~ run_ledger.sql_literal(tojson(named))]) -}}
{% endmacro %}

{#- A partition for each month of the horizon and for half a year to come, none for the two years before: a month whose rows
    already lie in the default partition stays there. postgresql.org/docs/current/ddl-partitioning.html -#}
{% macro postgres__log_upkeep(relation, columns) %}
  {%- set statements = [] -%}
  {%- set this_month = run_started_at.year * 12 + run_started_at.month - 1 -%}
  {%- set kept = run_ledger.setting('run_ledger_function_logs_horizon_days') // 28 + 1 -%}
  {%- for number in range(this_month - kept - 24, this_month + 7) -%}
    {%- set year, month = number // 12, number % 12 + 1 -%}
    {%- set next_year, next_month = (number + 1) // 12, (number + 1) % 12 + 1 -%}
    {%- set partition = relation.incorporate(path={'identifier': relation.identifier ~ '_' ~ year ~ '_' ~ '%02d' % month}) -%}
    {%- if number < this_month - kept -%}
      {%- do statements.append('drop table if exists ' ~ partition) -%}
    {%- else -%}
      {%- do statements.append({'when': 'select 1 where not exists (select 1 from ' ~ relation ~ ' where year = ' ~ year ~ ' and month = ' ~ month ~ ')',
        'then': ['create table if not exists ' ~ partition ~ ' partition of ' ~ relation ~ ' for values from (' ~ year ~ ', ' ~ month
          ~ ') to (' ~ next_year ~ ', ' ~ next_month ~ ')']}) -%}
    {%- endif -%}
  {%- endfor -%}
  {{- return(statements) -}}
{% endmacro %}

{#- The loader's stage, see raw_log_table(). The external table learns of new files, and the copy of the last seven days takes what
    is new and lets go of what is old: docs.snowflake.com/en/sql-reference/sql/alter-external-table -#}
{% macro snowflake__log_upkeep(relation, columns) %}
  {%- set parts = relation.incorporate(path={'identifier': relation.identifier ~ '_parts'}) -%}
  {%- set stage = ['create stage if not exists ' ~ parts ~ ' file_format = (type = json)'] -%}
  {%- if not run_ledger.setting('run_ledger_function_logs_url') -%}
    {{- return(stage) -}}
  {%- endif -%}
  {%- set recent, names = relation ~ '_recent', columns | map(attribute='name') | join(', ') -%}
  {%- set day = "to_number(to_char(dateadd('day', -7, sysdate())::timestamp_ntz, 'YYYYMMDD'))" -%}
  {%- set partition = 'year * 10000 + month * 100 + day' -%}
  {{- return(stage + ['alter external table ' ~ relation ~ ' refresh',
    'insert into ' ~ recent ~ ' (' ~ names ~ ') select ' ~ names ~ ' from ' ~ relation ~ ' where ' ~ partition ~ ' >= ' ~ day
      ~ ' and file_name not in (select file_name from ' ~ recent ~ ')',
    'delete from ' ~ recent ~ ' where ' ~ partition ~ ' < ' ~ day]) -}}
{% endmacro %}
