{#- The table that a person or a hook names: {database, schema, table, personal}. given: a relation, the name of a model, seed,
    snapshot or source.table of this project, or schema.table or database.schema.table; a part in double quotes may hold dots. -#}
{% macro profile_target(given) %}
  {%- if given is not string -%}
    {{- return({'database': given.database, 'schema': given.schema, 'table': given.identifier, 'personal': []}) -}}
  {%- endif -%}
  {%- set parts = [] -%}
  {%- for part in modules.re.findall('"(?:[^"]|"")+"|[^".]+', given) -%}
    {%- do parts.append(part[1:-1].replace('""', '"') if part.startswith('"') else part | trim) -%}
  {%- endfor -%}
  {%- for node in (graph.nodes.values() | list) + (graph.sources.values() | list) -%}
    {%- set is_it = (node.resource_type in ('model', 'seed', 'snapshot') and parts == [node.name])
      or (node.resource_type == 'source' and parts == [node.source_name, node.name]) -%}
    {%- if is_it -%}
      {{- return(run_ledger.profile_target_of_node(node)) -}}
    {%- endif -%}
  {%- endfor -%}
  {%- if parts | length not in (2, 3) -%}
    {{- exceptions.raise_compiler_error('run_ledger.profile_target(): expected schema.table, database.schema.table or the name of a model, got '
      ~ given ~ '. Correct --args.') -}}
  {%- endif -%}
  {{- return({'database': parts[0] if parts | length == 3 else target.database, 'schema': parts[-2], 'table': parts[-1], 'personal': []}) -}}
{% endmacro %}
