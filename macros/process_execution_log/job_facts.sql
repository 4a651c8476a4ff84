{#- PROCESS_CONFIG_OBJ as a mapping of key to SQL expression: what joins a job to the world. -#}
{% macro job_facts() %}
  {%- set args = invocation_args_dict -%}
  {%- set ci = run_ledger.ci_facts() -%}
  {%- set command = 'retry' if ' retry' in (args.get('invocation_command') or '') else flags.WHICH -%}
  {%- set selection = {
    'select': run_ledger.text_list(args.get('select')), 'exclude': run_ledger.text_list(args.get('exclude')),
    'selector': run_ledger.text_list(args.get('selector')), 'full_refresh': true if flags.FULL_REFRESH else false,
    'var_names': (args.vars.keys() | list | sort) if args.vars is mapping else [],
  } -%}
  {{- return({
    'invocation_id': run_ledger.sql_literal(invocation_id),
    'project_name': run_ledger.sql_literal(project_name),
    'target_name': run_ledger.sql_literal(target.name),
    'command': run_ledger.sql_literal(command),
    'selection': run_ledger.json_literal(selection),
    'job_key': run_ledger.sql_literal(run_ledger.job_key(command, selection)),
    'parent': run_ledger.sql_literal(run_ledger.setting('run_ledger_parent') or env_var('RUN_LEDGER_PARENT', '') or none),
    'user_name': run_ledger.sql_literal(target.user if target.user else none),
    'dbt_version': run_ledger.sql_literal(dbt_version),
    'adapter_type': run_ledger.sql_literal(adapter.type()),
    'package_version': run_ledger.sql_literal(run_ledger.package_version()),
    'lease_minutes': run_ledger.sql_literal(run_ledger.setting('run_ledger_lease_minutes')),
    'clock_offset_ms': run_ledger.clock_offset(),
    'git': run_ledger.json_literal(ci.git),
    'ci': run_ledger.json_literal(ci.ci),
  }) -}}
{% endmacro %}
