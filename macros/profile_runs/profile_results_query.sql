{#- The rows of PROFILE_RESULTS out of a document of profile_scan(). run_id, is_sampled: SQL; documents: SQL that may stand in a from and
    has one column, doc; personal: SQL condition on column_name for columns whose values must not be stored. -#}
{% macro profile_results_query(run_id, documents, is_sampled, personal, is_exact) %}
  {%- set approximate = run_ledger.profile_functions(is_exact).approximate -%}
  {%- set text, float = run_ledger.sql_type('text'), run_ledger.sql_type('float') -%}
  {%- set numbers = ['value_count', 'distinct', 'min', 'max', 'mean', 'deviation', 'bounded_count', 'blank_count', 'min_length', 'max_length',
    'mean_length', 'true_count'] -%}
    {%- set values = {
    'row_count': 'table_rows', 'column_count': 'table_columns', 'data_type': none,
    'null_count': 'row_count - value_count', 'null_rate': '(row_count - value_count) / nullif(row_count, 0)',
    'blank_count': 'blank_count', 'blank_rate': 'blank_count / nullif(row_count, 0)', 'true_count': 'true_count',
    'distinct_count': 'distinct_count', 'distinct_rate': 'distinct_count / nullif(value_count, 0)',
    'duplicate_count': 'value_count - distinct_count',
    'is_unique': ('case when distinct_count < 0.8 * (value_count) then 0 end') if 'is_unique' in approximate
      else ('case when value_count > 0 then case when distinct_count = value_count then 1 else 0 end end'),
    'min': 'min', 'max': 'max', 'mean': 'mean', 'sum': 'mean * bounded_count', 'std_dev_population': 'deviation',
    'std_dev_sample': 'deviation * sqrt(bounded_count / nullif(bounded_count - 1, 0))',
    'p05': 'p05', 'p25': 'p25', 'median': 'p50', 'p75': 'p75', 'p95': 'p95',
    'min_length': 'min_length', 'max_length': 'max_length', 'mean_length': 'mean_length', 'top_values': none,
    'freshness_seconds': 'freshness',
  } -%}
  {%- set times = ['min', 'max', 'p05', 'p25', 'median', 'p75', 'p95'] -%}
select run_id, column_name, metric_name, value_num, value_text, is_approx from (
select
  {{ run_id }} as run_id, column_name, metric_name,
  cast(case metric_name
    {%- for name, value in values.items() if value %}
    when '{{ name }}' then {{ value }} {# literal: a word of this file #}
    {%- endfor %}
  end as {{ float }}) as value_num,
  case
    when metric_name = 'data_type' then data_type
    when metric_name = 'top_values' then top_values
    {%- for name in times %}
    {%- set milliseconds = 'cast(' ~ values[name] ~ ' * 1000 as ' ~ run_ledger.sql_type('integer') ~ ')' %}
    {%- set moment = run_ledger.milliseconds_after(run_ledger.sql_timestamp('1970-01-01 00:00:00'), milliseconds) %}
    when metric_name = '{{ name }}' and family = 'time' then {{ run_ledger.timestamp_text(moment) }} {# literal: a word of this file #}
    {%- endfor %}
    when metric_name = 'min' and family = 'boolean' then case when true_count < value_count then 'false' when true_count > 0 then 'true' end
    when metric_name = 'max' and family = 'boolean' then case when true_count > 0 then 'true' when value_count > 0 then 'false' end
    when metric_name = 'min' then left(min_text, 200)
    when metric_name = 'max' then left(max_text, 200)
  end as value_text,
  {{ is_sampled }} or metric_name in ('{{ approximate | join("', '") }}') as is_approx {# literal: words of profile_functions #}
from (
  select
    measured.*,
    case when family = 'table' then row_count end as table_rows,
    case when family = 'table' then columns_found end as table_columns,
    case when distinct_found > value_count then value_count else distinct_found end as distinct_count,
    case when family = 'time' then {{ run_ledger.milliseconds_between(run_ledger.sql_timestamp('1970-01-01 00:00:00'), run_ledger.now_utc()) }} / 1000.0 - max end as freshness
  from (
    select
      documents.row_count,
      documents.columns_found,
      coalesce({{ run_ledger.json_value('measure.value', ['name']) }}, '') as column_name,
      coalesce({{ run_ledger.json_value('measure.value', ['family']) }}, 'table') as family,
      {{ run_ledger.json_value('measure.value', ['type']) }} as data_type,
      {%- for name in numbers %}
      cast({{ run_ledger.json_scalar_text('measure.value', [name]) }} as {{ float }}) as {{ 'distinct_found' if name == 'distinct' else name }},
      {%- endfor %}
      {%- for name in ['p05', 'p25', 'p50', 'p75', 'p95'] %}
      cast(nullif({{ run_ledger.json_to_text(run_ledger.json_element(run_ledger.json_part('measure.value', 'quantiles'), loop.index0)) }}, 'null') as {{ float }}) as {{ name }},
      {%- endfor %}
      {%- for name in ['min_text', 'max_text'] %}
      {{ run_ledger.json_value('measure.value', [name]) }} as {{ name }},
      {%- endfor %}
      {{ run_ledger.json_to_text(run_ledger.json_part('measure.value', 'top')) }} as top_values
    {#- What is asked of the whole document is asked once and not for each column; without the limit Postgres asks again. #}
    from (
      select
        doc,
        {{ run_ledger.json_value('given.doc', ['row_count'], 'float') }} as row_count,
        {{ run_ledger.json_value('given.doc', ['column_count'], 'float') }} as columns_found
      from {{ documents }} as given
      limit 1
    ) as documents
    {{ run_ledger.json_elements('documents.doc', ['columns'], 'measure') }}
  ) as measured
) as derived
cross join (
  {%- for name in values %}
  select '{{ name }}' as metric_name {{ 'union all' if not loop.last }} {# literal: a word of this file #}
  {%- endfor %}
) as metrics
) as results
where (value_num is not null or (value_text is not null and value_text <> 'null' and value_text <> '[]'))
  and not (metric_name in ('{{ times | join("', '") }}', 'top_values', 'freshness_seconds') and ({{ personal }})) {# literal: words of this file #}
{% endmacro %}
