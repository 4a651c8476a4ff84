{#- The options of a profile, checked: {is_exact, sample_rate, sample_seed, row_filter}. -#}
{% macro profile_options(sample_rate=none, sample_seed=none, row_filter=none, exact=none) %}
  {%- set is_rate = sample_rate is none or (sample_rate is number and sample_rate > 0 and sample_rate <= 1) -%}
  {%- if not is_rate -%}
    {{- exceptions.raise_compiler_error('run_ledger.profile_options(): expected a sample_rate above 0 and at most 1, got '
      ~ sample_rate ~ '. Leave it out to read all rows.') -}}
  {%- endif -%}
  {%- if sample_seed is not none and sample_seed | int(-1) < 0 -%}
    {{- exceptions.raise_compiler_error('run_ledger.profile_options(): expected a sample_seed that is a whole number of at least 0, got '
      ~ sample_seed ~ '. Leave it out for 1.') -}}
  {%- endif -%}
  {%- set is_sampled = sample_rate is not none and sample_rate < 1 -%}
  {{- return({
    'is_exact': run_ledger.setting('run_ledger_profile_exact') if exact is none else exact,
    'sample_rate': sample_rate if is_sampled else none,
    'sample_seed': (1 if sample_seed is none else sample_seed | int) if is_sampled else none,
    'row_filter': row_filter or none,
  }) -}}
{% endmacro %}
