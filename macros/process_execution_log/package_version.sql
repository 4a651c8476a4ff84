{#- The version of this package, kept equal to dbt_project.yml by a test: dbt shows a package no version of its own. -#}
{% macro package_version() %}
  {{- return('0.1.0') -}}
{% endmacro %}
