{#- The first day of a month as YYYY-MM-DD. number: year * 12 + month - 1. -#}
{% macro month_text(number) %}
  {{- return('%04d-%02d-01' % (number // 12, number % 12 + 1)) -}}
{% endmacro %}
