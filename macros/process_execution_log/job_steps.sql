{#- The steps of this job from the results of dbt, in the order in which they started; those that never started come last.
    One loop that reads each node once: a macro call per node would cost more than everything else in it. -#}
{% macro job_steps(results, offset_ms) %}
  {%- set words = run_ledger.step_statuses() -%}
  {%- set started = [] -%}
  {%- set timings = [] -%}
  {%- set waiting = [] -%}
  {%- set upstream = {} -%}
  {#- dbt v2 says 0 rows of a table that it filled: there 0 is not known. -#}
  {%- set least_rows = 1 if dbt_version.startswith('2.') else 0 -%}
  {%- for result in results -%}
    {%- set node = result.node -%}
    {%- set dbt_status = (result.status ~ '') | lower -%}
    {%- set status = words.get(dbt_status, 'ERROR') -%}
    {#- dbt v2 lists ephemeral models, which run nowhere, as skipped. -#}
    {%- if not (status == 'SKIPPED' and (node.config.materialized | default('')) == 'ephemeral') -%}
      {%- set response = result.adapter_response or {} -%}
      {%- set rows = response.get('rows_affected') -%}
      {%- set is_problem = status in ('ERROR', 'WARN') -%}
      {%- set step = {
        'model_name': node.name, 'database': node.database | default(none), 'schema': node.schema | default(none),
        'status': status, 'start_time': none, 'end_time': none, 'duration_seconds': none,
        'error': (result.message | default(none) or dbt_status) if is_problem else none,
        'unique_id': node.unique_id, 'resource_type': node.resource_type ~ '', 'thread': result.thread_id | default(none),
        'duration_ms': none, 'wait_ms': none, 'compile_ms': none, 'execute_ms': none,
        'rows_affected': rows if rows is number and rows >= least_rows else none, 'query_id': response.get('query_id'),
        'failures': result.failures if result.failures is defined else none, 'dbt_status': dbt_status,
      } -%}
      {%- if result.timing and status != 'SKIPPED' -%}
        {%- do started.append(step) -%}
        {%- do timings.append(result.timing) -%}
        {%- do upstream.update({node.unique_id: node.depends_on.nodes if node.depends_on is defined else []}) -%}
      {%- else -%}
        {%- do waiting.append(step) -%}
      {%- endif -%}
    {%- endif -%}
  {%- endfor -%}
  {%- do run_ledger.add_times(started, timings, offset_ms) -%}
  {%- set started = started | sort(attribute='start_time') -%}
  {%- do run_ledger.add_waits(started, upstream) -%}
  {{- return(started + waiting) -}}
{% endmacro %}
