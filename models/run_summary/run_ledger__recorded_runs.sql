{#- What the ledgers hold, in one vocabulary. A view without a window or a group, so that a condition on ledger and recorded_at
    reaches each ledger's own index. Invocations of functions are entries put together and are no rows of their ledger: the
    history puts them together. -#}
{{ config(materialized='view', enabled=run_ledger.setting('run_ledger_models') and run_ledger.setting('run_ledger_enabled')) }}
{%- set now = run_ledger.now_utc() -%}
{%- set text = run_ledger.sql_type('text') -%}

{{ run_ledger.run_summary_select('process_execution_log', {
  'run_id': 'process_step_id',
  'job_key': "coalesce(job_key, project_name, 'unknown')",
  'target': "coalesce(target_name, '')",
  'status': "case status when 'SUCCESS' then 'succeeded' else lower(status) end",
  'ledger_status': "case when is_lost_now then 'RUNNING' else status end",
  'is_open': 'not is_completed',
  'recorded_at': 'inserted_at',
  'started_at': 'started_at',
  'ended_at': 'ended_at',
  'total_count': 'total_steps',
  'succeeded_count': 'success_steps + warn_steps',
  'failed_count': 'error_steps',
  'skipped_count': 'skipped_steps + cancelled_steps',
  'error': 'first_error',
  'attempt': "coalesce(case when ci_system in ('github', 'azure', 'airflow') then " ~ run_ledger.try_cast('ci_attempt', 'integer') ~ " end, 1)",
  'parent_run_id': 'parent',
  'requested_by': 'coalesce(ci_actor, user_name)',
  'git_sha': 'git_sha',
  'git_branch': 'git_branch',
  'ci_system': 'ci_system',
  'ci_run_id': 'ci_run_id',
  'trace_id': 'invocation_id',
  'changed_at': 'updated_at',
}, "(select job_runs.*, status = 'LOST' and not is_completed as is_lost_now from " ~ ref('run_ledger__job_runs') ~ ' as job_runs) as jobs') }}
{%- if run_ledger.is_ledger_on('ingestion_runs') %}
{%- set minutes = run_ledger.setting('run_ledger_ingestion_stuck_minutes') %}
{%- set lost_now = 'runs.finished_at is null and coalesce(runs.started_at, runs.created_at) < ' ~ run_ledger.milliseconds_after(now, -60000 * minutes) %}

union all

{{ run_ledger.run_summary_select('ingestion_runs', {
  'run_id': 'runs.run_id',
  'job_key': "runs.run_kind || '|' || runs.mode",
  'target': "''",
  'status': 'case when ' ~ lost_now ~ " or moves.event_key like 'sweep:%' then 'lost' else runs.status end",
  'ledger_status': 'runs.status',
  'is_open': 'runs.finished_at is null',
  'recorded_at': 'runs.created_at',
  'queued_at': 'runs.created_at',
  'started_at': 'runs.started_at',
  'ended_at': 'coalesce(runs.finished_at, case when ' ~ lost_now ~ ' then runs.started_at end)',
  'total_count': 'runs.target_count',
  'succeeded_count': 'runs.success_count',
  'failed_count': 'runs.failed_count',
  'skipped_count': 'runs.unprocessed_count',
  'error': 'coalesce(moves.reason, case when ' ~ lost_now ~ " then 'No end within " ~ minutes ~ " minutes' end)",
  'attempt': 'null',
  'parent_run_id': 'runs.parent_run_id',
  'requested_by': 'runs.requested_by',
  'trace_id': 'runs.trace_id',
  'changed_at': 'coalesce(runs.finished_at, runs.started_at, runs.created_at)',
}, ref('stg_run_ledger__ingestion_runs') ~ ' as runs left join ' ~ ref('stg_run_ledger__ingestion_run_transitions')
  ~ " as moves on moves.run_id = runs.run_id and moves.to_status = runs.status and moves.to_status <> 'running'") }}
{%- endif %}
{%- if run_ledger.is_ledger_on('profile_runs') %}
{%- set lost_now = "status = 'RUNNING' and started_at < " ~ run_ledger.milliseconds_after(now, -60000 * run_ledger.setting('run_ledger_profile_lease_minutes')) %}

union all

{{ run_ledger.run_summary_select('profile_runs', {
  'run_id': 'run_id',
  'job_key': "target_schema || '.' || target_table",
  'target': 'target_db',
  'status': 'case when ' ~ lost_now ~ " or error_code = 'ABANDONED' then 'lost' when status = 'TIMEOUT' then 'failed'"
    ~ " when status = 'SKIPPED' then 'cancelled' else lower(status) end",
  'ledger_status': 'status',
  'is_open': "status = 'RUNNING'",
  'recorded_at': 'started_at',
  'started_at': 'started_at',
  'ended_at': 'coalesce(finished_at, case when ' ~ lost_now ~ ' then coalesce(updated_at, started_at) end)',
  'total_count': '1',
  'succeeded_count': "case when status = 'SUCCEEDED' then 1 else 0 end",
  'failed_count': "case when status in ('FAILED', 'TIMEOUT') then 1 else 0 end",
  'skipped_count': "case when status in ('CANCELLED', 'SKIPPED') then 1 else 0 end",
  'error': 'coalesce(error_message, error_code, case when ' ~ lost_now ~ " then 'Running for longer than the lease' end)",
  'requested_by': 'triggered_by',
  'git_sha': 'git_commit',
  'trace_id': 'job_name',
  'changed_at': 'coalesce(updated_at, finished_at, started_at)',
}, ref('stg_run_ledger__profile_runs')) }}
{%- endif %}
{%- if run_ledger.is_ledger_on('processing_logs') %}

union all

{{ run_ledger.run_summary_select('processing_logs', {
  'run_id': 'execution_name',
  'job_key': "case when substr(execution_name, length(execution_name) - 15, 1) = '-' and substr(execution_name, length(execution_name) - 6, 1) = '-'"
    ~ ' then left(execution_name, length(execution_name) - 16) else execution_name end',
  'target': "''",
  'status': "case status when 'SUCCESS' then 'succeeded' else lower(status) end",
  'ledger_status': 'status',
  'is_open': 'false',
  'recorded_at': 'ended_at',
  'started_at': 'started_at',
  'ended_at': 'ended_at',
  'total_count': 'total_count',
  'succeeded_count': 'success_count',
  'failed_count': 'failed_count',
  'skipped_count': 'skipped_count',
  'error': 'case when failed_count > 0 then cast(failed_count as ' ~ text ~ ") || ' of ' || cast(total_count as " ~ text ~ ") || ' rows failed' end",
  'trace_id': 'content_sha256',
  'changed_at': 'ended_at',
}, ref('run_ledger__processing_runs')) }}
{%- endif %}
