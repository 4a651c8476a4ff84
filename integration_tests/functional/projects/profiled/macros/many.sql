{#- Many calls in one invocation: profile each, and the scan of each as dbt sends it. -#}
{% macro profile_each(given, options={}) %}
  {% for relation in given %}
    {% do run_ledger.profile_table(relation, **options) %}
  {% endfor %}
{% endmacro %}

{#- The same table with other options each time. -#}
{% macro profile_with(relation, each) %}
  {% for options in each %}
    {% do run_ledger.profile_table(relation, **options) %}
  {% endfor %}
{% endmacro %}

{% macro print_scans(given) %}
  {% set scans = {} %}
  {% for relation in given %}
    {% set found = run_ledger.profiled_columns(run_ledger.profile_target(relation)) %}
    {% do scans.update({relation: run_ledger.profile_scan(found.columns, found.relation, run_ledger.profile_options())}) %}
  {% endfor %}
  {% do log('SCANS ' ~ tojson(scans), info=true) %}
{% endmacro %}
