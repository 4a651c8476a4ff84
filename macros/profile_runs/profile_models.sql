{#- run-operation: profiles many tables of the project, one after the other. select: words with blanks or commas between them, each a name,
    a name with * in it, tag:x, package:x, resource_type:x or path:x (the beginning); every word adds. without a selection: all models but those of this package. -#}
{% macro profile_models(select=none, exclude=none, sample_rate=none, sample_seed=none, exact=none, note=none, job_name=none, request_id=none) %}
  {%- if execute -%}
    {%- set lists = {} -%}
    {%- for name, given in {'select': select or 'resource_type:model', 'exclude': exclude or ''}.items() -%}
      {%- set words = given if given is not string else modules.re.split('[\\s,]+', given | trim) -%}
      {%- set ids = [] -%}
      {%- for word in words if ':' in word and word.split(':')[0] not in ('tag', 'package', 'resource_type', 'path') -%}
        {{- exceptions.raise_compiler_error('run_ledger.profile_models(): expected names, tag:x, package:x, resource_type:x or path:x in '
          ~ name ~ ', got ' ~ word ~ '. Correct --args.') -}}
      {%- endfor -%}
      {%- for node in graph.nodes.values() if node.resource_type in ('model', 'seed', 'snapshot') and node.config.materialized != 'ephemeral'
          and node.package_name != 'run_ledger' -%}
        {%- set facts = {'tag:': node.tags, 'package:': [node.package_name], 'resource_type:': [node.resource_type]} -%}
        {%- for word in words if word -%}
          {%- set method = word.split(':')[0] ~ ':' if ':' in word else '' -%}
          {%- set value = word.split(':')[-1] -%}
          {%- set pattern = '^' ~ modules.re.escape(value).replace('\\*', '.*') ~ '$' -%}
          {%- if (method in facts and value in facts[method]) or (method == 'path:' and (node.original_file_path or '').startswith(value))
              or (not method and (modules.re.match(pattern, node.name) or value == node.unique_id)) -%}
            {%- do ids.append(node.unique_id) -%}
          {%- endif -%}
        {%- endfor -%}
      {%- endfor -%}
      {%- do lists.update({name: ids}) -%}
    {%- endfor -%}
    {%- set targets = [] -%}
    {%- for id, node in graph.nodes.items() if id in lists.select and id not in lists.exclude -%}
      {%- do targets.append(run_ledger.profile_target_of_node(node)) -%}
    {%- endfor -%}
    {%- if not targets -%}
      {{- exceptions.raise_compiler_error('run_ledger.profile_models(): expected a selection of models, seeds or snapshots, got nothing for '
        ~ select ~ '. Give names, tag:x, package:x, resource_type:x or path:x.') -}}
    {%- endif -%}
    {{- return(run_ledger.profile_targets(targets, run_ledger.profile_options(sample_rate, sample_seed, none, exact),
      {'note': note, 'job_name': job_name, 'request_id': request_id})) -}}
  {%- endif -%}
{% endmacro %}
