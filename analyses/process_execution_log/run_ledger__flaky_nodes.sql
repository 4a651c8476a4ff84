{#- Which models and tests fail now and then, without staying broken?
    A flip is a change between failing and not failing from one run to the next, within one target.
    days: how far back, whole UTC days. at_least: flips from which a node is listed; a node that broke once and was repaired has two. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.setting('run_ledger_enabled')) }}
{%- set days = 14 -%}
{%- set at_least = 2 -%}

with runs as (

  select
    unique_id,
    target_name,
    started_at,
    case when status = 'ERROR' then 1 else 0 end as is_failure,
    lag(case when status = 'ERROR' then 1 else 0 end) over (partition by unique_id, target_name order by started_at) as was_failure
  from {{ ref('run_ledger__job_steps') }}
  where status in ('SUCCESS', 'WARN', 'ERROR')
    and started_at is not null
    and job_inserted_at >= cast({{ run_ledger.now_utc() }} as date) - {{ days }}

)

select
  unique_id,
  target_name,
  count(*) as runs,
  sum(is_failure) as failures,
  count(case when is_failure <> was_failure then 1 end) as flips,
  max(case when is_failure = 1 then started_at end) as last_failed_at
from runs
group by unique_id, target_name
having count(case when is_failure <> was_failure then 1 end) >= {{ at_least }}
order by flips desc, unique_id, target_name
