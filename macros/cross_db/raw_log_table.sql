{#- The statements that create the raw function logs and the view for viewers, in which metadata has no personal fields. The
    first one creates the logs: a table that the loader fills, or, where the setting run_ledger_function_logs_url says where
    the files are and the warehouse can read them there, something that reads them in place.
    added: columns that older logs lack. Then the first statement adds them, and the others make the viewers' view again. -#}
{% macro raw_log_table(relation, columns, added=[]) %}
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

{#- The Hive tree is read where it is, through a view in place of the table: duckdb.org/docs/stable/data/partitioning/hive_partitioning
    unknown: names of fields beside the format, see log_upkeep(). -#}
{% macro duckdb__raw_log_table(relation, columns, unknown=[], added=[]) %}
  {%- set url = run_ledger.setting('run_ledger_function_logs_url') -%}
  {%- if url and added -%}
    {{- return(run_ledger.log_upkeep(relation, columns)) -}}
  {%- endif -%}
  {%- set statements = run_ledger.default__raw_log_table(relation, columns, added=added) -%}
  {%- if url -%}
    {%- set reading = run_ledger.logs_in_place(columns, [url.rstrip('/') ~ '/YEAR=*/MONTH=*/DAY=*/HOUR=*/*.json'], unknown) -%}
    {%- set statements = ['create or replace view ' ~ relation ~ ' as ' ~ reading] + statements[1:] -%}
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
