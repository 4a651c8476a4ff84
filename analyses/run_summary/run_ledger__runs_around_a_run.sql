{#- What belongs to this run? Its re-runs, what it was started for, and what bears the same trace, in any ledger.
    run_id: as the run summary has it. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.setting('run_ledger_enabled')) }}
{%- set run_id = 'a run' -%}

select
  others.ledger,
  others.run_id,
  others.job_key,
  others.attempt,
  others.status,
  others.started_at,
  others.ended_at,
  others.error,
  case
    when others.run_id = chosen.run_id then 'itself'
    when others.root_run_id = chosen.root_run_id then 'the same chain'
    when others.ci_run_id = chosen.ci_run_id and others.ci_system = chosen.ci_system then 'the same run of CI'
    else 'the same trace'
  end as belongs_by
from {{ ref('run_ledger__run_summary') }} as chosen
join {{ ref('run_ledger__run_summary') }} as others
  on (others.ledger = chosen.ledger and others.root_run_id = chosen.root_run_id)
  or (others.ci_system = chosen.ci_system and others.ci_run_id = chosen.ci_run_id)
  or others.trace_id = chosen.trace_id
where chosen.run_id = {{ run_ledger.sql_literal(run_id) }}
order by others.recorded_at, others.run_id
