{#- What a statistic is called here: name to SQL with {x} for the column. One pass over the rows has to do for each, so nothing
    here is a window or a subquery over the table. quantiles: 5, 25, 50, 75 and 95 %, as a JSON array. top: the most frequent
    values, a JSON array of [value, weight]; the weight is a share in percent, on Snowflake a number of rows. flag: a column
    run_ledger_sampled of the rows, where some function reads one. array: what stands before,
    between and after the elements of a JSON array of any length. chunk: how many columns one scan measures: a statement's text ends at 1 MB on
    Snowflake, each column of Postgres sorts twice at a time, and DuckDB's optimizer takes 4 s for 240 columns and 21 for 480. variable: what marks a procedure's variable in SQL. approximate: which metrics are estimates. -#}
{% macro profile_functions(is_exact) %}
  {{- return(adapter.dispatch('profile_functions', 'run_ledger')(is_exact)) -}}
{% endmacro %}

{% macro default__profile_functions(is_exact) %}
  {{- exceptions.raise_compiler_error(
    'run_ledger.profile_functions(): expected snowflake, postgres or duckdb, got ' ~ adapter.type()
    ~ '. Take profile_runs out of run_ledger_ledgers for this target.') -}}
{% endmacro %}

{#- Evenly spaced values of a sorted sample cost a tenth of approx_quantile() and approx_top_k(), which gives no counts;
    reservoir_quantile() is wrong by half on rows in order. See
    duckdb.org/docs/stable/sql/functions/aggregates#approximate-aggregates -#}
{% macro duckdb__profile_functions(is_exact) %}
  {%- set points = [] -%}
  {%- for point in range(100) -%}{%- do points.append(((point * 10 + 5) / 1000) | string) -%}{%- endfor -%}
  {%- set quantiles = '[0.05, 0.25, 0.5, 0.75, 0.95]' -%}
  {#- A filter clause would come after the expression was computed for every row. -#}
  {%- set value = '{x}' if is_exact else 'case when run_ledger_sampled then {x} end' -%}
  {#- One constant instead of 105 halves the planning of a wide table. -#}
  {%- set spaced = 'quantile_disc(' ~ value ~ ", cast('[0.05,0.25,0.5,0.75,0.95," ~ points | join(',') ~ "]' as double[]))" -%} {#- literal: numbers of this file -#}
  {{- return({
    'distinct': 'count(distinct {x})' if is_exact else 'approx_count_distinct({x})',
    'quantiles': ('to_json(quantile_cont({x}, ' ~ quantiles ~ '))') if is_exact else ('to_json(list_slice(' ~ spaced ~ ', 1, 5))'),
    'top': 'to_json(list_transform(list_slice(list_reverse_sort(list_transform(map_entries(list_histogram(list_slice(' ~ spaced
      ~ ", 6, 105))), lambda run_ledger_entry: {'share': run_ledger_entry.value, 'value': run_ledger_entry.key})), 1, 10), lambda run_ledger_entry: json_array(run_ledger_entry.value, run_ledger_entry.share)))",
    'text': 'cast({x} as varchar)',
    'number': 'cast({x} as double)',
    'bounded': 'case when abs(try_cast({x} as double)) < 1e140 then try_cast({x} as double) end',
    'epoch': 'case when epoch({x}) between -62135596800 and 253402300799 then epoch({x}) end',
    'octets': 'octet_length({x})',
    'byte_order': '',
    'array': ['to_json([', ',\n  ', '])'],
    'chunk': 200,
    'variable': '',
    'flag': 'hash(rowid) % 1000000 < {per_million}',
    'sample': ' tablesample bernoulli ({percent} %) repeatable ({seed})',
    'approximate': ['top_values'] if is_exact else ['distinct_count', 'distinct_rate', 'duplicate_count', 'is_unique', 'top_values',
      'p05', 'p25', 'median', 'p75', 'p95'],
  }) -}}
{% endmacro %}

{#- Postgres estimates nothing: a count of distinct values and a quantile are one sort each, in memory up to work_mem and then
    on disk. Two quantile lists over one expression share theirs: postgresql.org/docs/current/functions-aggregate.html -#}
{% macro postgres__profile_functions(is_exact) %}
  {%- set points = [] -%}
  {%- for point in range(100) -%}{%- do points.append(((point * 10 + 5) / 1000) | string) -%}{%- endfor -%}
  {{- return({
    'distinct': 'count(distinct {x})',
    'quantiles': 'to_jsonb(percentile_cont(array[0.05, 0.25, 0.5, 0.75, 0.95]) within group (order by {x}))',
    'top': "(select jsonb_agg(jsonb_build_array(value, share) order by share desc, value) from (select value, count(*) as share"
      ~ " from unnest(percentile_disc(cast('{" ~ points | join(',') ~ "}' as double precision[])) within group (order by {x})) as point(value)"
      ~ ' group by value order by 2 desc, 1 limit 10) as point)',
    'text': 'cast({x} as text)',
    'number': 'cast({x} as double precision)',
    'bounded': 'case when abs({x}) < 1e140 then cast({x} as double precision) end',
    'epoch': 'case when extract(epoch from {x}) between -62135596800 and 253402300799 then cast(extract(epoch from {x}) as double precision) end',
    'octets': 'octet_length({x})',
    'byte_order': ' collate "C"',
    'sample': ' tablesample bernoulli ({percent}) repeatable ({seed})',
    'array': ['to_jsonb(array[', ',\n  ', '])'],
    'chunk': 500,
    'variable': '',
    'approximate': ['top_values'],
  }) -}}
{% endmacro %}

{#- Sketches for all of it: docs.snowflake.com/en/sql-reference/functions-aggregation -#}
{% macro snowflake__profile_functions(is_exact) %}
  {%- set quantiles = [] -%}
  {%- for share in ['0.05', '0.25', '0.5', '0.75', '0.95'] -%}
    {%- do quantiles.append('percentile_cont(' ~ share ~ ') within group (order by {x})' if is_exact else 'approx_percentile({x}, ' ~ share ~ ')') -%}
  {%- endfor -%}
  {{- return({
    'distinct': 'count(distinct {x})' if is_exact else 'approx_count_distinct({x})',
    'quantiles': 'array_construct(' ~ quantiles | join(', ') ~ ')',
    'top': 'approx_top_k({x}, 10)',
    'text': 'cast({x} as varchar)',
    'number': 'cast({x} as float)',
    'bounded': "case when abs({x}) < 1e140 then cast({x} as float) end",
    'epoch': "case when date_part('epoch_second', {x}) between -62135596800 and 253402300799 then date_part('epoch_millisecond', {x}) / 1000 end",
    'octets': 'octet_length({x})',
    'byte_order': '',
    'array': ['array_construct(', ',\n  ', ')'],
    'chunk': 300,
    'variable': ':',
    'sample': ' sample bernoulli ({percent}) seed ({seed})',
    'approximate': ['top_values'] if is_exact else ['distinct_count', 'distinct_rate', 'duplicate_count', 'is_unique', 'top_values',
      'p05', 'p25', 'median', 'p75', 'p95'],
  }) -}}
{% endmacro %}
