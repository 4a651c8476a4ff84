{#- Rows in which a column holds something else than a status of a job. A test with its list inside and no arguments: dbt 1.9
    takes them flat only, dbt 1.11 warns about that, dbt v2 will refuse it. -#}
{% test known_job_status(model, column_name) %}
select {{ column_name }}, count(*) as rows_found
from {{ model }}
where {{ column_name }} is null or {{ column_name }} not in ('RUNNING', 'SUCCESS', 'FAILED', 'CANCELLED', 'LOST')
group by {{ column_name }}
{% endtest %}
