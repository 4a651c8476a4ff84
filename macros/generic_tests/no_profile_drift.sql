{#- Fails for each column of a model whose newest profile drifted from the ones before. -#}
{% test no_profile_drift(model, column_name=none) %}
select column_name, reasons
from {{ ref('run_ledger', 'run_ledger__profile_drift') }}
where is_drifted
  and lower(target_db) = lower({{ run_ledger.sql_literal(model.database) }})
  and lower(target_schema) = lower({{ run_ledger.sql_literal(model.schema) }})
  and lower(target_table) = lower({{ run_ledger.sql_literal(model.identifier) }})
  {%- if column_name %}
  and lower(column_name) = lower({{ run_ledger.sql_literal(column_name) }})
  {%- endif %}
{% endtest %}
