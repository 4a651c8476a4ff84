{#- Fails on rows whose user is not in the table of users: a relationship that no foreign key holds, because a row that says
    "User not found in users table" has to be storable. -#}
{% test known_user(model, column_name) %}
  select {{ column_name }}
  from {{ model }}
  where {{ column_name }} is not null and {{ column_name }} not in (
    select known.user_id
    from ({{ run_ledger.ledger_rows(run_ledger.ledger_relation('users'), run_ledger.processing_logs_side_columns()['users']) }}) as known
  )
{% endtest %}
