{#- What ran, newest first? A page of the admin screen.
    status: only this one; page: from 1; rows: of a page. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('ingestion_runs')) }}
{%- set status = none -%}
{%- set page, rows = 1, 50 %}

select run_id, run_kind, mode, status, requested_by, listed_at, queued_ms, duration_ms, success_count, failed_count, unprocessed_count,
  percent_done, ended_by, reason
from {{ ref('run_ledger__ingestion_history') }}
where {{ 'status = ' ~ run_ledger.sql_literal(status) if status else '1 = 1' }}
order by listed_at desc, run_id desc
limit {{ rows }} offset {{ (page - 1) * rows }}
