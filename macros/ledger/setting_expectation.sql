{#- In words, what a setting may be. -#}
{% macro setting_expectation(spec) %}
  {%- set kinds = {
    'boolean': 'true or false', 'integer': 'a whole number', 'number': 'a number', 'text': 'text', 'list': 'a list', 'mapping': 'a mapping',
    'quoted_name': 'a name without a double quote',
    'name': 'a name of letters, digits, _, $ and - that starts with a letter or _',
  } -%}
  {%- set words = kinds[spec.type] -%}
  {%- if spec.at_least is defined -%}
    {%- set words = words ~ ' of at least ' ~ spec.at_least -%}
  {%- endif -%}
  {%- if spec.allowed is defined -%}
    {%- set words = ('one of ' if spec.type == 'text' else words ~ ' out of ') ~ spec.allowed | join(', ') -%}
  {%- endif -%}
  {{- return(words) -}}
{% endmacro %}
