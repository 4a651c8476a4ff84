{#- JSON text of a mapping, list or scalar that every warehouse can parse. -#}
{% macro json_text(value) %}
  {%- set parts = [] -%}
  {#- Splitting at escaped backslashes keeps the text "\\u0000" (a backslash, then letters) as it is. -#}
  {%- for part in tojson(value).split('\\\\') -%}
    {%- set part = part.replace('\\u0000', '\u2400') if '\\u0000' in part else part -%}
    {%- if '\\ud' in part and not dbt_version.startswith('2.') -%}
      {#- A whole pair gets a capital letter, and what has none then is half a pair. -#}
      {%- set part = modules.re.sub('\\\\ud([89ab][0-9a-f]{2})\\\\ud([c-f][0-9a-f]{2})', '\\\\uD\\1\\\\uD\\2', part) -%}
      {%- set part = modules.re.sub('\\\\ud[89a-f][0-9a-f]{2}', '\ufffd', part) -%}
    {%- endif -%}
    {%- do parts.append(part) -%}
  {%- endfor -%}
  {{- return(parts | join('\\\\')) -}}
{% endmacro %}
