{#- A query of the columns of the tables of a name, whatever its case: schema_name, table_name, name, data_type, family, is_table (whether it has stored rows, of which a sample can be
    taken), row_estimate, position. database, schema, table: SQL texts; catalog: the database as SQL names it. family is one of number, float, text, boolean, time,
    other, binary, nested: which statistics have a meaning. -#}
{% macro profile_columns_query(database, schema, table, catalog) %}
  {{- return(adapter.dispatch('profile_columns_query', 'run_ledger')(database, schema, table, catalog)) -}}
{% endmacro %}

{% macro default__profile_columns_query(database, schema, table, catalog) %}
  {{- exceptions.raise_compiler_error(
    'run_ledger.profile_columns_query(): expected snowflake, postgres or duckdb, got ' ~ adapter.type()
    ~ '. Take profile_runs out of run_ledger_ledgers for this target.') -}}
{% endmacro %}

{#- Every type name there is, by its beginning: duckdb.org/docs/stable/sql/data_types/overview. The values of an ENUM are left out
    of its name: they may be personal. A column that is called rowid hides the number of the row, by which samples are taken. -#}
{% macro duckdb__profile_columns_query(database, schema, table, catalog) %}
select
  c.schema_name, c.table_name, c.column_name as name, regexp_replace(c.data_type, '''([^'']|'''')*''(, )?', '', 'g') as data_type, c.column_index as position,
  t.table_name is not null and not bool_or(lower(c.column_name) = 'rowid') over (partition by c.schema_name, c.table_name) as is_table,
  coalesce(t.estimated_size, 0) as row_estimate,
  case
    when c.data_type like '%]' or regexp_matches(c.data_type, '^(STRUCT|MAP|UNION|JSON|VARIANT|GEOMETRY|BIT|INTERVAL|NULL)') then 'nested'
    when regexp_matches(c.data_type, '^(FLOAT|DOUBLE|BIGNUM)') then 'float'
    when regexp_matches(c.data_type, '^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DECIMAL)') then 'number'
    when c.data_type = 'VARCHAR' then 'text'
    when c.data_type = 'BOOLEAN' then 'boolean'
    when regexp_matches(c.data_type, '^(DATE|TIMESTAMP)') then 'time'
    when c.data_type = 'BLOB' then 'binary'
    else 'other'
  end as family
from duckdb_columns() as c
left join duckdb_tables() as t on t.database_name = c.database_name and t.schema_name = c.schema_name and t.table_name = c.table_name
where lower(c.database_name) = lower({{ database }}) and lower(c.schema_name) = lower({{ schema }}) and lower(c.table_name) = lower({{ table }})
{% endmacro %}

{#- A type may be anybody's, so the category of what it is based on decides: postgresql.org/docs/current/catalog-pg-type.html -#}
{% macro postgres__profile_columns_query(database, schema, table, catalog) %}
select
  cast(n.nspname as text) as schema_name, cast(c.relname as text) as table_name, cast(a.attname as text) as name, format_type(a.atttypid, a.atttypmod) as data_type, a.attnum as position,
  c.relkind in ('r', 'm', 'p') as is_table, greatest(c.reltuples, 0) as row_estimate,
  case
    when b.typname in ('int2', 'int4', 'int8') then 'number'
    when b.typname in ('float4', 'float8', 'numeric') then 'float'
    when b.typcategory = 'S' then 'text'
    when b.typcategory = 'B' then 'boolean'
    when b.typname in ('date', 'timestamp', 'timestamptz') then 'time'
    when b.typname = 'bytea' then 'binary'
    when b.typcategory in ('E', 'D', 'I', 'N', 'Z') or b.typname = 'uuid' then 'other'
    else 'nested'
  end as family
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
join pg_catalog.pg_type as t on t.oid = a.atttypid
join pg_catalog.pg_type as b on b.oid = (
  with recursive based as (
    select t.oid, t.typbasetype
    union all
    select d.oid, d.typbasetype from based join pg_catalog.pg_type as d on d.oid = based.typbasetype
  )
  select oid from based where typbasetype = 0)
where lower(n.nspname) = lower({{ schema }}) and lower(c.relname) = lower({{ table }}) and c.relkind in ('r', 'm', 'p', 'v', 'f')
  and current_database() = {{ database }}
{% endmacro %}

{#- Few type names, whatever was written in the DDL: docs.snowflake.com/en/sql-reference/info-schema/columns -#}
{% macro snowflake__profile_columns_query(database, schema, table, catalog) %}
select
  c.table_schema as schema_name, c.table_name, c.column_name as name, c.data_type, c.ordinal_position as position,
  coalesce(t.table_type, '') = 'BASE TABLE' as is_table, coalesce(t.row_count, 0) as row_estimate,
  case
    when c.data_type in ('NUMBER', 'DECIMAL', 'INTEGER') then 'number'
    when c.data_type in ('FLOAT', 'DECFLOAT') then 'float'
    when c.data_type = 'TEXT' then 'text'
    when c.data_type = 'BOOLEAN' then 'boolean'
    when c.data_type = 'DATE' or c.data_type like 'TIMESTAMP%' then 'time'
    when c.data_type = 'BINARY' then 'binary'
    when c.data_type = 'TIME' then 'other'
    else 'nested'
  end as family
from {{ catalog }}.information_schema.columns as c
left join {{ catalog }}.information_schema.tables as t
  on t.table_catalog = c.table_catalog and t.table_schema = c.table_schema and t.table_name = c.table_name
where lower(c.table_catalog) = lower({{ database }}) and lower(c.table_schema) = lower({{ schema }}) and lower(c.table_name) = lower({{ table }})
{% endmacro %}
