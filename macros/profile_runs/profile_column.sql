{#- run-operation: prints the statistics of one column and writes nothing. -#}
{% macro profile_column(relation, column, sample_rate=none, sample_seed=none, row_filter=none, exact=none) %}
  {%- if execute -%}
    {%- set options = run_ledger.profile_options(sample_rate, sample_seed, row_filter, exact) -%}
    {%- set given = run_ledger.profile_target(relation) -%}
    {%- set found = run_ledger.profiled_columns(given, column) -%}
    {%- if found.error -%}
      {{- exceptions.raise_compiler_error('run_ledger.profile_column(): ' ~ found.error.split(' ', 1)[1] ~ '. Correct --args.') -}}
    {%- endif -%}
    {%- set options = dict(options, is_exact=options.is_exact or found.is_small) -%}
    {%- set rows = run_query(run_ledger.profile_results_query(run_ledger.sql_literal('none'), '(' ~ run_ledger.profile_scan(found.columns, found.relation, options) ~ ')',
      'true' if options.sample_rate is not none else 'false', run_ledger.personal_condition(given.personal), options.is_exact)).rows -%}
    {#- The columns of the table are not counted where one is read. -#}
    {%- for row in rows if row[2] != 'column_count' -%}
      {%- do log('run_ledger: ' ~ (row[1] or found.place.table) ~ ' ' ~ row[2] ~ ' = ' ~ (row[4] if row[4] is not none else row[3]) ~ (' (approximate)' if row[5] else ''), info=true) -%}
    {%- endfor -%}
  {%- endif -%}
{% endmacro %}
