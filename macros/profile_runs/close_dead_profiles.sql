{#- Statements that close abandoned runs and remove what they left of results. A process that cannot share the warehouse's file knows
    that whatever runs and is not its own is dead; elsewhere only run_ledger_profile_sweep or a person may say so, after the lease. -#}
{% macro close_dead_profiles(is_asked=false) %}
  {%- set runs = run_ledger.ledger_relation('profile_runs') -%}
  {%- set statements = [] -%}
  {%- if not run_ledger.has_live_hooks() -%}
    {%- do statements.append(run_ledger.close_profile_statement('job_name <> ' ~ run_ledger.sql_literal(invocation_id), 'FAILED',
      'ABANDONED the process ended before its profile did; its own output says why')) -%}
  {%- endif -%}
  {%- if is_asked or run_ledger.setting('run_ledger_profile_sweep') -%}
    {%- set lease_ms = run_ledger.setting('run_ledger_profile_lease_minutes') * 60000 -%}
    {%- do statements.append(run_ledger.close_profile_statement('started_at < ' ~ run_ledger.milliseconds_after(run_ledger.now_utc(), -lease_ms),
      'TIMEOUT', 'ABANDONED running for longer than run_ledger_profile_lease_minutes')) -%}
  {%- endif -%}
  {%- if statements -%}
    {%- do statements.append('delete from ' ~ run_ledger.ledger_relation('profile_runs', '_results') ~ ' where run_id in (select run_id from ' ~ runs
      ~ " where status <> 'RUNNING' and error_code = 'ABANDONED')") -%}
  {%- endif -%}
  {{- return(statements) -}}
{% endmacro %}
