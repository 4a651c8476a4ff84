{#- One statement that runs others and turns any error into text, for warehouses that can.
    patience_ms: how long to wait for a lock, where that can be bounded; by default the setting. -#}
{% macro guarded_block(statements, value_sql='null', patience_ms=none) %}
  {{- return(adapter.dispatch('guarded_block', 'run_ledger')(statements, value_sql, patience_ms)) -}}
{% endmacro %}

{% macro default__guarded_block(statements, value_sql, patience_ms) %}
  {{- exceptions.raise_compiler_error(
    'run_ledger.guarded_block(): expected a warehouse that catches errors in SQL, got ' ~ adapter.type()
    ~ '. Look before you write, see can_catch_errors().') -}}
{% endmacro %}

{#- The time-outs hold inside the block only: a lock that somebody keeps must not hold up the model around it. "others"
    leaves query_canceled out, which is what a statement_timeout raises:
    postgresql.org/docs/current/plpgsql-control-structures.html#PLPGSQL-ERROR-TRAPPING -#}
{% macro postgres__guarded_block(statements, value_sql, patience_ms) %}
  {%- set body -%}
declare
  answer text;
  outer_lock_timeout text := current_setting('lock_timeout');
begin
  begin
    perform set_config('lock_timeout', {{ run_ledger.sql_literal((patience_ms or run_ledger.setting('run_ledger_lock_timeout_ms')) ~ 'ms') }}, true);
    {% for statement in statements %}
    {%- if statement is mapping %}
    if exists ({{ statement.when }}) then
      {%- for inner in statement.then %}
      {{ inner }};
      {%- endfor %}
    end if;
    {%- else %}
    {{ statement }};
    {%- endif %}
    {% endfor %}
    answer := 'V' || coalesce({{ value_sql }}, '');
    perform set_config('lock_timeout', outer_lock_timeout, true);
  exception when query_canceled or others then
    answer := 'E' || sqlstate || ' ' || sqlerrm;
  end;
  perform set_config('run_ledger.answer', answer, false);
end
  {%- endset -%}
  {{- return('do ' ~ run_ledger.sql_literal(body)) -}}
{% endmacro %}

{#- Errors come as two variables: docs.snowflake.com/en/developer-guide/snowflake-scripting/exceptions -#}
{% macro snowflake__guarded_block(statements, value_sql, patience_ms) %}
  {%- set body -%}
begin
  {% for statement in statements %}
  {%- if statement is mapping %}
  if (exists ({{ statement.when }})) then
    {%- for inner in statement.then %}
    {{ inner }};
    {%- endfor %}
  end if;
  {%- else %}
  {{ statement }};
  {%- endif %}
  {% endfor %}
  {%- if value_sql == 'null' %}
  return 'V';
  {%- else %}
  let answer varchar := (select 'V' || coalesce({{ value_sql }}, ''));
  return answer;
  {%- endif %}
exception
  when other then
    return 'E' || sqlstate || ' ' || sqlerrm;
end
  {%- endset -%}
  {{- return('execute immediate ' ~ run_ledger.sql_literal(body)) -}}
{% endmacro %}
