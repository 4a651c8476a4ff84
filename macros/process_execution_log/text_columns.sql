{#- One line of the table that show_job() prints. dbt v2 ignores a width in a format, so the padding is done by hand. -#}
{% macro text_columns(texts) %}
  {%- set blanks = '                                                ' -%}
  {%- set cells = [] -%}
  {%- for width in [9, 9, 44, 23, 9] -%}
    {%- do cells.append((texts[loop.index0] ~ blanks)[:width]) -%}
  {%- endfor -%}
  {{- return(cells | join(' ') | trim) -}}
{% endmacro %}
