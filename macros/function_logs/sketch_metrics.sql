{#- The metrics of each function per hour, day or month, merged from the sketch: of all periods, or of those that changed since
    the model was last built. sketch: the relation; model: the relation that is built; period: hour, day or month; key: what the column
    of the period is called. -#}
{% macro sketch_metrics(sketch, model, period, key) %}
  {%- set start = "date_trunc('" ~ period ~ "', hour)" -%} {#- literal: one of three words -#}
  {%- set filter = '1 = 1' -%}
  {%- if execute and is_incremental() -%}
    {%- set mark = run_query('select ' ~ run_ledger.timestamp_text('max(updated_at)') ~ ' as a from ' ~ model).rows[0][0] -%}
    {%- set filters = ['1 = 0'] -%}
    {%- for row in (run_query('select ' ~ run_ledger.timestamp_text('min(hour)') ~ ' as a, ' ~ run_ledger.timestamp_text('max(hour)') ~ ' as b from '
        ~ sketch ~ ' where updated_at > ' ~ run_ledger.sql_timestamp(mark) ~ ' group by ' ~ start).rows if mark else []) -%}
      {#- The whole period, of which some hours may not have changed. -#}
      {%- set first = row[0][:{'hour': 13, 'day': 10, 'month': 7}[period]] -%}
      {%- do filters.append('(' ~ start ~ ' = ' ~ run_ledger.sql_timestamp(first ~ '0000-01-01 00:00:00'[first | length:])
        ~ ' and hour >= ' ~ run_ledger.sql_timestamp(first ~ '0000-01-01 00:00:00'[first | length:]) ~ ')') -%}
    {%- endfor -%}
    {%- set filter = filters | join(' or ') if mark else filter -%}
  {%- endif %}
with merged as (

  select
    {{ start }} as period,
    function_name,
    bucket,
    {%- for name in ['entries', 'error_entries', 'warning_entries', 'invocations', 'failed_invocations', 'sla_violations', 'measured_entries',
      'duration_us', 'distinct_status_codes'] %}
    cast(sum({{ name }}) as {{ run_ledger.sql_type('integer') }}) as {{ name }},
    {%- endfor %}
    min(min_duration_ms) as min_duration_ms,
    max(max_duration_ms) as max_duration_ms,
    max(updated_at) as updated_at
  from {{ sketch }}
  where {{ filter }}
  group by 1, 2, 3

),

running as (

  select
    period,
    function_name,
    bucket,
    sum(entries) over (partition by period, function_name order by bucket rows between unbounded preceding and current row) as up_to_here,
    sum(entries) over (partition by period, function_name) as in_all
  from merged
  where bucket is not null

),

found as (

  select
    period,
    function_name
    {%- for percent in [50, 95, 99] %},
    min(case when up_to_here * 100 >= in_all * {{ percent }} then bucket end) as bucket_{{ percent }}
    {%- endfor %}
  from running
  group by period, function_name

)

select
  {{ 'merged.period' if period == 'hour' else 'cast(merged.period as date)' }} as {{ key }},
  merged.function_name,
  invocations as total_invocations,
  failed_invocations as errors,
  cast(duration_us as {{ run_ledger.sql_type('float') }}) / nullif(measured_entries, 0) / 1000 as avg_duration_ms,
  {%- for percent in [99, 50, 95] %}
  {#- The middle of the bucket, and never outside what was measured. #}
  least(greatest(case when bucket_{{ percent }} = -10000 then 0
    else 0.99 * exp(bucket_{{ percent }} * 0.020000666706669435) end, min_duration_ms), max_duration_ms) as p{{ percent }}_duration_ms,
  {%- endfor %}
  min_duration_ms,
  max_duration_ms,
  entries as total_log_entries,
  error_entries as error_log_entries,
  warning_entries as warning_log_entries,
  measured_entries,
  sla_violations,
  {#- Which do not add up. #}
  {%- if period == 'hour' %}
  distinct_status_codes,
  {%- endif %}
  cast(duration_us as {{ run_ledger.sql_type('float') }}) / 1000000 as total_duration_seconds,
  cast(failed_invocations as {{ run_ledger.sql_type('float') }}) / nullif(invocations, 0) as error_rate,
  updated_at
from merged
left join found on found.period = merged.period and found.function_name = merged.function_name
where merged.bucket is null
{% endmacro %}
