{#- Which recent queries named the raw logs and no year? Each of them read every file there is. Snowflake: the last day of the account's
    history; Postgres: the last query of each session; DuckDB keeps none. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('function_logs')) }}
{%- set raw = run_ledger.ledger_relation('function_logs').identifier -%}

select ran_at, user_name, query_text
from ({{ run_ledger.recent_queries(raw) }}) as queries
where lower(query_text) not like '%year%'
order by ran_at desc
