{#- PROCESS_CONFIG_OBJ but for the offset of the clocks, which only the warehouse can tell: what joins a job to the world. -#}
{% macro job_facts() %}
  {%- set args = invocation_args_dict -%}
  {%- set ci = run_ledger.ci_facts() -%}
  {#- dbt-core calls a retry what it repeats; the first word that is a command tells, not a selection of the same name. -#}
  {%- set words = (args.get('invocation_command') or '').split(' ')
    | select('in', ['run', 'build', 'test', 'seed', 'snapshot', 'source', 'clone', 'retry']) | list -%}
  {%- set command = 'retry' if words[:1] == ['retry'] else flags.WHICH -%}
  {%- set selection = {
    'select': run_ledger.text_list(args.get('select')), 'exclude': run_ledger.text_list(args.get('exclude')),
    'selector': run_ledger.text_list(args.get('selector')), 'full_refresh': true if flags.FULL_REFRESH else false,
    'var_names': (args.vars.keys() | list | sort) if args.vars is mapping else [],
  } -%}
  {{- return({
    'invocation_id': invocation_id,
    'project_name': project_name,
    'target_name': target.name,
    'command': command,
    'selection': selection,
    'job_key': run_ledger.job_key(command, selection),
    'parent': run_ledger.setting('run_ledger_parent') or env_var('RUN_LEDGER_PARENT', '') or none,
    'user_name': target.user if target.user else none,
    'dbt_version': dbt_version,
    'adapter_type': adapter.type(),
    'package_version': run_ledger.package_version(),
    'lease_minutes': run_ledger.lease_minutes(),
    'git': ci.git,
    'ci': ci.ci,
  }) -}}
{% endmacro %}
