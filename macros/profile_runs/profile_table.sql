{#- run-operation: profiles one table in one scan and records the run. Fails when the profile fails, after having recorded it. -#}
{% macro profile_table(relation, sample_rate=none, sample_seed=none, row_filter=none, exact=none, run_id=none, request_id=none, note=none, job_name=none) %}
  {%- if execute -%}
    {%- set options = run_ledger.profile_options(sample_rate, sample_seed, row_filter, exact) -%}
    {{- return(run_ledger.profile_targets([run_ledger.profile_target(relation)], options,
      {'run_id': run_id, 'request_id': request_id, 'note': note, 'job_name': job_name})) -}}
  {%- endif -%}
{% endmacro %}
