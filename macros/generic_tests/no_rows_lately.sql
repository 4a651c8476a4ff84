{#- Fails for each row of the last hours of a model that has the columns log_year, log_month and log_day. -#}
{% test no_rows_lately(model, hours=48) %}
{%- set since = (run_started_at - modules.datetime.timedelta(hours=hours)).isoformat() %}
select *
from {{ model }}
where {{ run_ledger.log_partitions_from(since[:11] ~ '00', ['log_year', 'log_month', 'log_day', '0']) }}
{% endtest %}
