{#- Fails for entries of the last hours in whose text one of the secret patterns is found. What was redacted is no secret. -#}
{% test no_secrets_lately(model, column_name, hours=48) %}
{%- set since = (run_started_at - modules.datetime.timedelta(hours=hours)).isoformat() -%}
{%- set found = [] -%}
{%- for pattern, replacement in run_ledger.secret_patterns() -%}
  {%- do found.append(run_ledger.text_matches('shown', pattern)) -%}
{%- endfor %}
select *
from (
  select log_id, file_name, line_number, function_name, replace({{ column_name }}, '***', '') as shown
  from {{ model }}
  where {{ run_ledger.log_partitions_from(since) }}
) as lately
where {{ found | join('\n  or ') }}
{% endtest %}
