{% macro euros(cents) %}cast({{ cents }} as decimal(10, 2)) / 100{% endmacro %}
