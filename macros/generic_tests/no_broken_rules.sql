{#- Every row of a model that lists what is wrong. Without arguments, as known_job_status. -#}
{% test no_broken_rules(model) %}
select * from {{ model }}
{% endtest %}
