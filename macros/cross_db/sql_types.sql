{#- Word to type, one mapping a warehouse. Timestamps are UTC without a zone, to the millisecond. An instant is the timestamptz
    of a document written for Postgres; write and read it through at_utc(). -#}
{% macro sql_types() %}
  {{- return(adapter.dispatch('sql_types', 'run_ledger')()) -}}
{% endmacro %}

{% macro default__sql_types() %}
  {{- exceptions.raise_compiler_error(
    'run_ledger.sql_types(): expected snowflake, postgres or duckdb, got ' ~ adapter.type()
    ~ '. Remove the package from this target or set the var run_ledger_enabled to false.') -}}
{% endmacro %}

{#- jsonb, because plain json has no equality and no index: postgresql.org/docs/current/datatype-json.html -#}
{% macro postgres__sql_types() %}
  {{- return({
    'key': 'bigint', 'text': 'text', 'flag': 'varchar(1)', 'integer': 'bigint', 'float': 'double precision',
    'boolean': 'boolean', 'date': 'date', 'timestamp': 'timestamp(3)', 'json': 'jsonb',
    'instant': 'timestamp with time zone', 'uuid': 'uuid', 'int32': 'integer', 'text_list': 'text[]',
  }) -}}
{% endmacro %}

{#- A timestamp keeps microseconds here; now_utc() and the writers cut them: duckdb.org/docs/stable/sql/data_types/timestamp -#}
{% macro duckdb__sql_types() %}
  {{- return({
    'key': 'bigint', 'text': 'varchar', 'flag': 'varchar', 'integer': 'bigint', 'float': 'double',
    'boolean': 'boolean', 'date': 'date', 'timestamp': 'timestamp', 'json': 'json',
    'instant': 'timestamp', 'uuid': 'uuid', 'int32': 'integer', 'text_list': 'varchar[]',
  }) -}}
{% endmacro %}

{#- timestamp alone follows a session setting on Snowflake: docs.snowflake.com/en/sql-reference/data-types-datetime -#}
{% macro snowflake__sql_types() %}
  {{- return({
    'key': 'number(38, 0)', 'text': 'varchar', 'flag': 'varchar(1)', 'integer': 'number(38, 0)', 'float': 'float',
    'boolean': 'boolean', 'date': 'date', 'timestamp': 'timestamp_ntz(3)', 'json': 'variant',
    'instant': 'timestamp_ntz(3)', 'uuid': 'varchar(36)', 'int32': 'number(38, 0)', 'text_list': 'array',
  }) -}}
{% endmacro %}
