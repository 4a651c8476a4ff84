{#- Rows in which a column holds something else than a status of a step. Without arguments, as known_job_status. -#}
{% test known_step_status(model, column_name) %}
select {{ column_name }}, count(*) as rows_found
from {{ model }}
where {{ column_name }} is null or {{ column_name }} not in ('RUNNING', 'SUCCESS', 'WARN', 'ERROR', 'SKIPPED', 'CANCELLED')
group by {{ column_name }}
{% endtest %}
