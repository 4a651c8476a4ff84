{#- Rows in which a column holds something else than a status of the run summary. Without arguments, as known_job_status. -#}
{% test known_run_status(model, column_name) %}
select {{ column_name }}, count(*) as rows_found
from {{ model }}
where {{ column_name }} is null or {{ column_name }} not in ('queued', 'running', 'succeeded', 'partial', 'failed', 'cancelled', 'lost')
group by {{ column_name }}
{% endtest %}
