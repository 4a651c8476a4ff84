{#- The table that a person or a hook names: {database, schema, table, personal}. given: a relation, the name of a model, seed,
    snapshot or source.table of this project, or schema.table or database.schema.table; a part in double quotes may hold dots.
    Whichever way it is named, what dbt's nodes for that table say of its columns holds. -#}
{% macro profile_target(given) %}
  {%- set nodes = (graph.nodes.values() | list) + (graph.sources.values() | list) -%}
  {%- set parts = [given.database, given.schema, given.identifier] if given is not string else [] -%}
  {%- for part in modules.re.findall('"(?:[^"]|"")+"|[^".]+', given) if given is string -%}
    {%- do parts.append(part[1:-1].replace('""', '"') if part.startswith('"') else part | trim) -%}
  {%- endfor -%}
  {%- for node in nodes if given is string -%}
    {#- Of a model with versions the plain name is that of the latest. -#}
    {%- set is_it = (node.resource_type in ('model', 'seed', 'snapshot') and parts == [node.name]
        and (not node.version or node.version == node.latest_version))
      or (node.resource_type == 'source' and parts == [node.source_name, node.name]) -%}
    {%- if is_it -%}
      {{- return(run_ledger.profile_target_of_node(node)) -}}
    {%- endif -%}
  {%- endfor -%}
  {%- if parts | length not in (2, 3) -%}
    {{- exceptions.raise_compiler_error('run_ledger.profile_target(): expected schema.table, database.schema.table or the name of a model, got '
      ~ given ~ '. Correct --args.') -}}
  {%- endif -%}
  {%- set found = {'database': (parts[-3] if parts | length == 3 else none) or target.database, 'schema': parts[-2], 'table': parts[-1], 'personal': []} -%}
  {%- for node in nodes if node.resource_type in ('model', 'seed', 'snapshot', 'source') and (node.schema or '') | lower == found.schema | lower -%}
    {%- set known = run_ledger.profile_target_of_node(node) -%}
    {%- if [known.database | lower, known.table | lower] == [found.database | lower, found.table | lower] -%}
      {%- do found.personal.extend(known.personal) -%}
    {%- endif -%}
  {%- endfor -%}
  {{- return(found) -}}
{% endmacro %}
