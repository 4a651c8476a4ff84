{#- run-operation: takes the steps out of the rows of jobs that were recorded more than so many days ago and have ended; status,
    times, counts, facts and errors stay for ever. Month by month, so that no statement is longer than a month, and what a
    killed one left the next one does. UPDATE_TMSTP stays: a build of the models would read these days again, without steps. -#}
{% macro thin_jobs(days=none) %}
  {%- if execute -%}
    {%- do run_ledger.check_settings() -%}
    {%- set days = run_ledger.setting('run_ledger_full_rows_days') if days is none else days -%}
    {%- if days is not number or days is boolean or days < 1 -%}
      {{- exceptions.raise_compiler_error('run_ledger.thin_jobs(): expected a number of days of at least 1, got ' ~ days ~ '. Correct --args.') -}}
    {%- endif -%}
    {%- set jobs = run_ledger.ledger_relation('process_execution_log') -%}
    {%- set full = "execution_type_name = 'DBT_JOB_RUN' and execution_completed_ind = 'Y' and insert_tmstp < "
      ~ run_ledger.milliseconds_after(run_ledger.now_utc(), -86400000 * days) ~ ' and '
      ~ run_ledger.json_value('step_execution_obj', ['is_thin'], 'boolean') ~ ' is null' -%}
    {%- set month = 'substr(' ~ run_ledger.timestamp_text('insert_tmstp') ~ ', 1, 7)' -%}
    {%- set answer = run_ledger.write_ledger('process_execution_log', []) -%}
    {%- set months = [] if answer.error else run_query('select ' ~ month ~ ' as a, count(*) as b from ' ~ jobs ~ ' where ' ~ full ~ ' group by '
      ~ month ~ ' order by 1').rows -%}
    {%- set errors = [answer.error] if answer.error else [] -%}
    {%- set thinned = [0] -%}
    {%- for found in months if not errors -%}
      {%- set answer = run_ledger.run_guarded([run_ledger.move_row(jobs, {'step_execution_obj': run_ledger.json_object({
        'current_step': run_ledger.json_value('step_execution_obj', ['current_step']),
        'summary': run_ledger.json_part('step_execution_obj', 'summary'),
        'models': run_ledger.json_literal([]),
        'is_thin': 'true',
      })}, full ~ ' and ' ~ month ~ ' = ' ~ run_ledger.sql_literal(found[0]))]) -%}
      {%- do thinned.append(thinned[-1] + found[1] | int) -%}
      {%- do errors.append(answer.error) if answer.error else log('run_ledger: ' ~ found[1] ~ ' jobs of ' ~ found[0] ~ ' are thin now', info=true) -%}
    {%- endfor -%}
    {%- if errors -%}
      {{- exceptions.raise_compiler_error('run_ledger.thin_jobs(): ' ~ run_ledger.redact(errors[0])) -}}
    {%- endif -%}
    {%- do log('run_ledger: ' ~ thinned[-1] ~ ' jobs are thin now, all of those recorded more than ' ~ days ~ ' days ago', info=true) -%}
  {%- endif -%}
{% endmacro %}
