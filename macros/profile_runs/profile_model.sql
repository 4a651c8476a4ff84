{#- A post-hook: profiles the model that was just built, on the thread that built it. A failed profile is one line and no failed model,
    where the warehouse can catch. Inside a transaction the run is there when the model is. -#}
{% macro profile_model(sample_rate=none, exact=none) %}
  {%- if execute and flags.WHICH in ('run', 'build', 'seed', 'snapshot') and run_ledger.is_ledger_on('profile_runs') -%}
    {%- set personal = run_ledger.profile_target_of_node(model).personal -%}
    {%- set answer = run_ledger.run_profile({'database': this.database, 'schema': this.schema, 'table': this.identifier, 'personal': personal},
      run_ledger.profile_options(sample_rate, none, none, exact), {}) -%}
    {%- if answer.error -%}
      {%- do run_ledger.report_problem('profile ' ~ this, answer.error) -%}
    {%- endif -%}
  {%- endif -%}
{% endmacro %}
