{#- Statements that bound what a session of the recorder's own waits for, none where nothing has to be waited for.
    lock_ms: how long it waits for a lock; a statement may take five seconds more. -#}
{% macro session_limits(lock_ms) %}
  {{- return(adapter.dispatch('session_limits', 'run_ledger')(lock_ms)) -}}
{% endmacro %}

{#- Within one process there is neither a network nor somebody else's lock. -#}
{% macro default__session_limits(lock_ms) %}
  {{- return([]) -}}
{% endmacro %}

{#- For the session, because every statement commits by itself:
    postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT -#}
{% macro postgres__session_limits(lock_ms) %}
  {{- return(["select set_config('lock_timeout', '" ~ lock_ms ~ "ms', false), set_config('statement_timeout', '"
    ~ (lock_ms + 5000) ~ "ms', false)"]) -}} {#- literal: two whole numbers of a checked setting -#}
{% endmacro %}

{#- Both in whole seconds: docs.snowflake.com/en/sql-reference/parameters#lock-timeout -#}
{% macro snowflake__session_limits(lock_ms) %}
  {%- set seconds = (lock_ms + 999) // 1000 -%}
  {{- return(['alter session set lock_timeout = ' ~ seconds ~ ', statement_timeout_in_seconds = ' ~ (seconds + 5)]) -}}
{% endmacro %}
