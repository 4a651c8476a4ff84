{#- The clock of a session whose time zone is not UTC. asleep: whether to let a transaction grow old first. -#}
{% macro clock(set_zone, asleep) %}
  {%- if execute -%}
    {%- set answers = {} -%}
    {%- if asleep -%}
      {%- do run_query('begin') -%}
      {%- do run_query('select pg_sleep(0.3)') -%}
      {%- set began = "cast(now() at time zone 'UTC' as timestamp)" -%}
      {%- do answers.update({'slept': run_query('select ' ~ run_ledger.milliseconds_between(began, run_ledger.now_utc())).rows[0][0] | int}) -%}
      {%- do run_query('commit') -%}
    {%- endif -%}
    {%- do run_query(set_zone) -%}
    {%- do answers.update({'now_utc': one(run_ledger.timestamp_text(run_ledger.now_utc()))}) -%}
    {%- do log('ANSWERS ' ~ tojson(answers), info=true) -%}
  {%- endif -%}
{% endmacro %}

{#- run-operation: what a macro says that refuses its argument. -#}
{% macro refusal(of) %}
  {%- if of == 'sql_literal' -%}{%- do run_ledger.sql_literal({'a': 1}) -%}
  {%- elif of == 'sql_type' -%}{%- do run_ledger.sql_type('blob') -%}
  {%- elif of == 'setting' -%}{%- do run_ledger.setting('run_ledger_shema') -%}
  {%- elif of == 'guarded_block' -%}{%- do run_ledger.guarded_block(['select 1']) -%}
  {%- endif -%}
{% endmacro %}
