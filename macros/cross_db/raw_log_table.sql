{#- The statements that create the raw function logs and the view for viewers, in which metadata has no personal fields. The
    first one creates the logs: a table that the loader fills, or, where the setting run_ledger_function_logs_url says where
    the files are and the warehouse can read them there, something that reads them in place.
    since: text YYYY-MM-DD HH, UTC. Then, instead, a query in brackets that does not even list the days before; none where the
    logs are no listed files. added: columns that older logs lack. Then the first statement adds them, and the others make the
    viewers' view again. -#}
{% macro raw_log_table(relation, columns, since=none, added=[]) %}
  {%- if since -%}
    {{- return(run_ledger.duckdb__raw_log_table(relation, columns, since=since)
      if target.type == 'duckdb' and run_ledger.setting('run_ledger_function_logs_url') else none) -}}
  {%- endif -%}
  {{- return(adapter.dispatch('raw_log_table', 'run_ledger')(relation, columns, added=added)) -}}
{% endmacro %}

{% macro default__raw_log_table(relation, columns, suffix='', masked='case when {column} is not null then json_merge_patch({column}, {patch}) end', grants=false, added=[]) %}
  {%- set fields = run_ledger.setting('run_ledger_function_logs_personal_fields') -%}
  {%- set patch = {} -%}
  {%- for field in fields -%}
    {%- do patch.update({field: none}) -%}
  {%- endfor -%}
  {%- set viewer = relation.incorporate(path={'identifier': relation.identifier ~ '_viewer'}) -%}
  {%- set shown = masked.replace('{patch}', run_ledger.json_literal(patch)).replace('{fields}', run_ledger.json_literal(fields)) -%}
  {%- set documents = ['metadata', 'extra'] -%}
  {%- set role = run_ledger.setting('run_ledger_function_logs_viewer_role') -%}
  {%- set adding = [] -%}
  {%- for column in added -%}
    {%- do adding.append('alter table ' ~ relation ~ ' add column ' ~ column.name ~ ' ' ~ run_ledger.sql_type(column.type)) -%}
  {%- endfor -%}
  {%- set statements = [
    {'when': 'select 1', 'then': adding} if added else
    'create table if not exists ' ~ relation ~ ' (\n  ' ~ run_ledger.column_definitions(relation, columns) | join(',\n  ') ~ '\n)' ~ suffix,
    'create or replace view ' ~ viewer ~ ' as select ' ~ columns | map(attribute='name') | reject('in', documents) | join(', ')
      ~ ', ' ~ shown.replace('{column}', 'metadata') ~ ' as metadata, ' ~ shown.replace('{column}', 'extra') ~ ' as extra from ' ~ relation] -%}
  {%- if role and grants -%}
    {%- do statements.extend(['grant usage on schema ' ~ run_ledger.qualified_schema(relation) ~ ' to ' ~ role,
      'grant select on ' ~ viewer ~ ' to ' ~ role]) -%}
  {%- endif -%}
  {{- return(statements) -}}
{% endmacro %}

{#- The Hive tree is read where it is. A line that is no JSON object, or has none of the three fields that tell what, where and
    when, is left to the rejects. unknown: names of fields beside the format, see log_upkeep(). A timestamp with an offset needs a
    type of its own: duckdb.org/docs/stable/data/json/loading_json -#}
{% macro duckdb__raw_log_table(relation, columns, unknown=[], since=none, added=[]) %}
  {%- set statements = run_ledger.default__raw_log_table(relation, columns, added=added) -%}
  {%- set url = run_ledger.setting('run_ledger_function_logs_url') -%}
  {%- if url and added -%}
    {{- return(run_ledger.log_upkeep(relation, columns)) -}}
  {%- endif -%}
  {%- if url -%}
    {%- set types, shown, extra = [], [], [] -%}
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
    {%- set patterns = [] -%}
    {%- if since -%}
      {%- set first, folders = modules.datetime.datetime.strptime(since, '%Y-%m-%d %H'), [] -%}
      {#- Up to tomorrow. More than a month is listed sooner as a whole. -#}
      {%- set days = (run_started_at.replace(tzinfo=none) - first).days + 3 -%}
      {%- for number in range(days if days <= 35 else 0) -%}
        {%- set day = first + modules.datetime.timedelta(days=number) -%}
        {%- for form in ('YEAR=%d/MONTH=%02d/DAY=%02d', 'YEAR=%d/MONTH=%02d/DAY=%d', 'YEAR=%d/MONTH=%d/DAY=%02d', 'YEAR=%d/MONTH=%d/DAY=%d') -%}
          {%- do folders.append('select file from glob(' ~ run_ledger.sql_literal(url.rstrip('/') ~ '/' ~ form % (day.year, day.month, day.day) ~ '/HOUR=*/*.json') ~ ')') -%}
        {%- endfor -%}
      {%- endfor -%}
      {%- for row in (run_query("select distinct regexp_replace(file, '[^/]*$', '*.json') as pattern from (" ~ folders | join(' union all ') ~ ') order by 1').rows
        if folders else []) -%}
        {%- do patterns.append(run_ledger.sql_literal(row[0])) -%}
      {%- endfor -%}
    {%- else -%}
      {%- do patterns.append(run_ledger.sql_literal(url.rstrip('/') ~ '/YEAR=*/MONTH=*/DAY=*/HOUR=*/*.json')) -%}
    {%- endif -%}
    {%- set reading = 'select ' ~ shown | join(', ')
      ~ ", cast(nullif('{' || concat_ws(',', " ~ (extra | join(', ') or 'null') ~ ") || '}', '{}') as json) as extra"
      ~ ', year, month, day, hour, filename as file_name, cast(null as bigint) as line_number from read_json('
      ~ '[' ~ patterns | join(', ') ~ "], format = 'newline_delimited', ignore_errors = true, filename = true, hive_partitioning = true,"
      ~ " hive_types = {'YEAR': bigint, 'MONTH': bigint, 'DAY': bigint, 'HOUR': bigint}, columns = {" ~ types | join(', ') ~ "})"
      ~ " where coalesce(log_id, function_name, timestamp) is not null" -%}
    {%- if since -%}
      {{- return('(' ~ reading ~ ')' if patterns else none) -}}
    {%- endif -%}
    {%- do statements.insert(0, 'create or replace view ' ~ relation ~ ' as ' ~ reading) -%}
    {%- do statements.pop(1) -%}
  {%- endif -%}
  {{- return(statements) -}}
{% endmacro %}

{#- One partition a month, so that a month is found, and dropped, by its name: postgresql.org/docs/current/ddl-partitioning.html -#}
{% macro postgres__raw_log_table(relation, columns, added=[]) %}
  {%- set statements = run_ledger.default__raw_log_table(relation, columns, ' partition by range (year, month)',
    '{column} - array(select jsonb_array_elements_text({fields}))', true, added) -%}
  {%- set rest = relation.incorporate(path={'identifier': relation.identifier ~ '_other'}) -%}
  {{- return([statements[0], 'create table if not exists ' ~ rest ~ ' partition of ' ~ relation ~ ' default']
    + run_ledger.log_upkeep(relation, columns) + statements[1:]) -}}
{% endmacro %}

{#- Files on a stage are an external table, which has neither search optimization nor masking of its own: the copy of the last
    seven days has the one, the viewers' view the other. docs.snowflake.com/en/user-guide/tables-external-intro -#}
{% macro snowflake__raw_log_table(relation, columns, added=[]) %}
  {%- set statements = run_ledger.default__raw_log_table(relation, columns, masked='{column}', grants=true, added=added) -%}
  {%- set name, viewer, policy, stage, recent = relation.identifier, relation ~ '_viewer', relation ~ '_personal', relation ~ '_stage', relation ~ '_recent' -%}
  {%- set url, found = run_ledger.setting('run_ledger_function_logs_url'), 'value:{0}::{1}' -%}
  {%- set searched = recent if url else relation -%}
  {%- if url -%}
    {%- set integration = run_ledger.setting('run_ledger_function_logs_integration') -%}
    {%- set shown, adding, known = [], [], "'" ~ columns | map(attribute='name') | join("', '") ~ "'" -%} {#- literal: column names of the package -#}
    {%- for column in columns -%}
      {%- set expression = {'timestamp': "convert_timezone('UTC', value:timestamp::timestamp_tz)::timestamp_ntz(3)",
        'extra': 'nullif(object_delete(as_object(value), ' ~ known ~ '), object_construct())::variant', 'file_name': 'metadata$filename', 'line_number': 'metadata$file_row_number'}.get(column.name,
        "to_number(regexp_substr(metadata$filename, '" ~ column.name | upper ~ "=([0-9]+)', 1, 1, 'e'))" if column.name in ('year', 'month', 'day', 'hour')
        else 'value:' ~ column.name ~ '::' ~ run_ledger.sql_type(column.type)) -%} {#- literal: column names of the package -#}
      {%- do shown.append(column.name ~ ' ' ~ run_ledger.sql_type(column.type) ~ ' as (' ~ expression ~ ')') -%}
      {%- if column in added -%}
        {#- docs.snowflake.com/en/sql-reference/sql/alter-table has a word for columns of external tables. -#}
        {%- do adding.extend(['alter table ' ~ relation ~ ' add column ' ~ shown[-1],
          'alter table ' ~ recent ~ ' add column ' ~ column.name ~ ' ' ~ run_ledger.sql_type(column.type)]) -%}
      {%- endif -%}
    {%- endfor -%}
    {%- set statements = [
      'create stage if not exists ' ~ stage ~ ' url = ' ~ run_ledger.sql_literal(url)
        ~ (' storage_integration = ' ~ integration if integration else '') ~ ' file_format = (type = json)',
      {'when': 'select 1', 'then': adding} if added else
      'create external table if not exists ' ~ relation ~ ' (\n  ' ~ shown | join(',\n  ')
        ~ '\n) partition by (year, month, day, hour) location = @' ~ stage ~ " auto_refresh = true pattern = '.*[.]json' file_format = (type = json)",
      'create table if not exists ' ~ recent ~ ' (\n  ' ~ run_ledger.column_definitions(relation, columns) | join(',\n  ') ~ '\n)'] + statements[1:] -%}
  {%- endif -%}
  {%- set fields = [] -%}
  {%- for field in run_ledger.setting('run_ledger_function_logs_personal_fields') -%}
    {%- do fields.append(run_ledger.sql_literal(field)) -%}
  {%- endfor -%}
  {#- The first of the upkeep is the stage through which the loader's files travel. -#}
  {{- return(statements + run_ledger.log_upkeep(relation, columns)[:1] + ([] if added else
    ['alter table ' ~ searched ~ ' add search optimization on substring(message), equality(log_id, invocation_id)']) + [
    'create masking policy if not exists ' ~ policy ~ ' as (metadata variant) returns variant -> case when current_role() = '
      ~ run_ledger.sql_literal(target.role) ~ ' then metadata else object_delete(as_object(metadata), ' ~ fields | join(', ') ~ ')::variant end',
    'alter view ' ~ viewer ~ ' modify column metadata set masking policy ' ~ policy,
    'alter view ' ~ viewer ~ ' modify column extra set masking policy ' ~ policy]) -}}
{% endmacro %}
