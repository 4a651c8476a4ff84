{#- The id of the run that an event makes: the same event makes the same run, here and in the Python client. -#}
{% macro ingestion_id(event_key) %}
  {%- set hex = local_md5('run_ledger.ingestion_runs:' ~ event_key) -%}
  {#- Version 8 is the one that leaves the bits to its maker: RFC 9562. -#}
  {{- return([hex[:8], hex[8:12], '8' ~ hex[13:16], '8' ~ hex[17:20], hex[20:]] | join('-')) -}}
{% endmacro %}
