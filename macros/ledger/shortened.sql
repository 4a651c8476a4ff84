{#- Text cut to a length; what was cut is counted at its end. -#}
{% macro shortened(text, length) %}
  {%- if text | length <= length -%}
    {{- return(text) -}}
  {%- endif -%}
  {{- return(text[:length] ~ ' ... (' ~ (text | length - length) ~ ' more characters)') -}}
{% endmacro %}
