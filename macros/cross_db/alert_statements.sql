{#- The statements for an alert inside the warehouse, which tells of open windows every ten minutes. windows, notifications: the
    relations; integration: the notification integration. Windows are claimed, told, and marked, in this order. -#}
{% macro alert_statements(windows, notifications, integration) %}
  {{- return(adapter.dispatch('alert_statements', 'run_ledger')(windows, notifications, integration)) -}}
{% endmacro %}

{% macro default__alert_statements(windows, notifications, integration) %}
  {{- exceptions.raise_compiler_error(
    'run_ledger.create_function_log_alert(): expected a warehouse with alerts, got ' ~ adapter.type()
    ~ '. Run `run-ledger notify-alerts` every ten minutes instead.') -}}
{% endmacro %}

{#- An alert runs one statement, so a procedure does the rest: docs.snowflake.com/en/sql-reference/sql/create-alert -#}
{% macro snowflake__alert_statements(windows, notifications, integration) %}
  {%- set home, now = notifications.include(identifier=false) ~ '', run_ledger.now_utc() -%}
  {%- set body -%}
begin
  insert into {{ notifications }} (alert_window_id, status, attempt, claimed_at)
    select w.alert_window_id, 'CLAIMED', 1, {{ now }} from {{ windows }} w
    where not exists (select 1 from {{ notifications }} n where n.alert_window_id = w.alert_window_id);
  let message varchar := (select 'High error rate in Azure Functions! ' || listagg(w.alert_window_id, ', ') within group (order by w.alert_window_id)
    from {{ windows }} w join {{ notifications }} n on n.alert_window_id = w.alert_window_id where n.status = 'CLAIMED');
  call system$send_snowflake_notification(snowflake.notification.text_plain(:message), snowflake.notification.integration({{ run_ledger.sql_literal(integration) }}));
  update {{ notifications }} set status = 'SENT', sent_at = {{ now }} where status = 'CLAIMED';
  return message;
end
  {%- endset -%}
  {{- return([
    'create or replace procedure ' ~ home ~ '.notify_function_alerts() returns varchar language sql as ' ~ run_ledger.sql_literal(body),
    'create or replace alert ' ~ home ~ '.high_function_error_rate warehouse = ' ~ run_ledger.setting('run_ledger_function_logs_alert_warehouse')
      ~ " schedule = '10 MINUTE' if (exists (select 1 from " ~ windows ~ ' w where not exists (select 1 from ' ~ notifications
      ~ " n where n.alert_window_id = w.alert_window_id and n.status = 'SENT'))) then call " ~ home ~ '.notify_function_alerts()',
    'alter alert ' ~ home ~ '.high_function_error_rate resume']) -}}
{% endmacro %}
