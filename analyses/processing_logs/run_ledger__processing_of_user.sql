{#- How did one user's data change, newest first? The query of the source document, 6.1; the masked view shows analysts
    the same without the user. -#}
{{ config(enabled=run_ledger.is_ledger_on('processing_logs')) }}
{%- set user_id = 'U00001' -%}

select *
from {{ run_ledger.ledger_relation('processing_logs') }}
where user_id = {{ run_ledger.sql_literal(user_id) }}
order by processed_at desc, log_id desc
