{#- A query of texts that the warehouse ran lately and that contain a word: query_text, ran_at, user_name. -#}
{% macro recent_queries(word) %}
  {{- return(adapter.dispatch('recent_queries', 'run_ledger')(word)) -}}
{% endmacro %}

{#- DuckDB keeps no history of queries: duckdb.org/docs/stable/sql/meta/duckdb_table_functions -#}
{% macro default__recent_queries(word) %}
  {%- set nothing = [] -%}
  {%- for name, type in {'query_text': 'text', 'ran_at': 'timestamp', 'user_name': 'text'}.items() -%}
    {%- do nothing.append('cast(null as ' ~ run_ledger.sql_type(type) ~ ') as ' ~ name) -%}
  {%- endfor -%}
  {{- return('select ' ~ nothing | join(', ') ~ ' where 1 = 0') -}}
{% endmacro %}

{#- What runs or is the last of its session; all others need the extension pg_stat_statements, which not everybody has:
    postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ACTIVITY-VIEW -#}
{% macro postgres__recent_queries(word) %}
  {{- return("select query as query_text, cast(query_start at time zone 'UTC' as timestamp(3)) as ran_at, cast(usename as text) as user_name"
    ~ ' from pg_catalog.pg_stat_activity where query ilike ' ~ run_ledger.sql_literal('%' ~ word ~ '%') ~ ' and pid <> pg_backend_pid()') -}}
{% endmacro %}

{#- A view of the account, up to 45 minutes late: docs.snowflake.com/en/sql-reference/account-usage/query_history -#}
{% macro snowflake__recent_queries(word) %}
  {{- return("select query_text, convert_timezone('UTC', start_time)::timestamp_ntz as ran_at, user_name from snowflake.account_usage.query_history"
    ~ " where start_time >= dateadd('day', -1, current_timestamp()) and query_text ilike " ~ run_ledger.sql_literal('%' ~ word ~ '%')) -}}
{% endmacro %}
