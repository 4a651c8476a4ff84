{#- What is measured of a column: family to a mapping of name to SQL, with {x} for the column. What has no meaning for a family
    is not there. Numbers beyond 1e140, infinities and NaN count as values, but stay out of mean, deviation and quantiles, whose
    sums they would make an error; times outside of the years 1 to 9999 stay out of everything but the counts. -#}
{% macro profile_expressions(functions) %}
  {%- set text = functions.text -%}
  {%- set key = 'left(' ~ text ~ ', 200)' ~ functions.byte_order -%}
  {%- set counted = {'value_count': 'count({x})'} -%}
  {%- set families = {'nested': counted} -%}
  {%- for family, value in {'number': functions.number, 'float': functions.bounded, 'time': functions.epoch}.items() -%}
    {%- set of = {'distinct': functions.distinct, 'min': 'min(' ~ value ~ ')', 'max': 'max(' ~ value ~ ')',
      'quantiles': functions.quantiles.replace('{x}', value), 'top': functions.top.replace('{x}', value)} -%}
    {%- if family != 'time' -%}
      {%- do of.update({'min_text': text.replace('{x}', 'min({x})'), 'max_text': text.replace('{x}', 'max({x})'),
        'mean': 'avg(' ~ value ~ ')', 'deviation': 'stddev_pop(' ~ value ~ ')', 'bounded_count': 'count(' ~ value ~ ')'}) -%}
    {%- endif -%}
    {%- do of.update(counted) -%}
    {%- do families.update({family: of}) -%}
  {%- endfor -%}
  {%- set blank = text ~ functions.byte_order ~ " < '!' and trim(" ~ text ~ ") = ''" -%}
  {%- set own = {
    'other': {}, 'boolean': {'true_count': 'count(case when {x} then 1 end)'},
    'text': {'blank_count': 'count(case when ' ~ blank ~ ' then 1 end)', 'min_length': 'min(length({x}))',
      'max_length': 'max(length({x}))', 'mean_length': 'avg(length({x}))'},
  } -%}
  {%- for family, of in own.items() -%}
    {%- do of.update(counted) -%}
    {%- do of.update({'distinct': functions.distinct.replace('{x}', text), 'top': functions.top.replace('{x}', key),
      'min_text': 'left(min(' ~ text ~ functions.byte_order ~ '), 200)', 'max_text': 'left(max(' ~ text ~ functions.byte_order ~ '), 200)'}) -%}
    {%- do families.update({family: of}) -%}
  {%- endfor -%}
  {#- The ends of a boolean follow from the counts, and no warehouse has to make five million texts of it. -#}
  {%- do families.boolean.update({'distinct': functions.distinct, 'min_text': 'null', 'max_text': 'null'}) -%}
  {%- set octets = functions.octets -%}
  {%- do families.update({'binary': {'value_count': counted.value_count, 'distinct': functions.distinct, 'min_length': 'min(' ~ octets ~ ')',
    'max_length': 'max(' ~ octets ~ ')', 'mean_length': 'avg(' ~ octets ~ ')'}}) -%}
  {{- return(families) -}}
{% endmacro %}
