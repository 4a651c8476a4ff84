{#- What has to be removed in the month `present`, in batches that are removed at once: {month, here, row_count, is_whole}.
    A batch is a whole month where that is one partition, else whole runs of about 10,000 rows. -#}
{% macro due_log_batches(present) %}
  {%- set policy = run_ledger.retention_policy() -%}
  {%- set has_partitions = run_ledger.partition_clause({'month_column': 'processed_at'}) != '' -%}
  {%- set day = "extract(year from processed_at) * 12 + extract(month from processed_at) - 1" -%}
  {%- set parts = run_query('select cast(' ~ day ~ ' as ' ~ run_ledger.sql_type('integer')
    ~ ') as number, execution_name, retention_class, count(*) as row_count from ' ~ run_ledger.ledger_relation('processing_logs', '_warm')
    ~ ' group by 1, 2, 3 order by 1, 2, 3').rows -%}
  {%- set months, kept = {}, [] -%}
  {%- for part in parts -%}
    {%- set number = part[0] | int -%}
    {%- if number < present - policy.get(part[2], policy['standard']).total_months -%}
      {%- do months.setdefault(number, []).append(part) -%}
    {%- else -%}
      {%- do kept.append(number) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- set batches = [] -%}
  {%- for number, due in months.items() -%}
    {%- set is_whole = has_partitions and number not in kept -%}
    {%- set batch = namespace(rows=0, names=[]) -%}
    {%- for part in due -%}
      {%- set batch.rows = batch.rows + (part[3] | int) -%}
      {%- do batch.names.append('(execution_name = ' ~ run_ledger.sql_literal(part[1]) ~ ' and retention_class = ' ~ run_ledger.sql_literal(part[2]) ~ ')') -%}
      {%- if loop.last or (batch.rows >= 10000 and not is_whole) -%}
        {%- do batches.append({'month': run_ledger.month_text(number), 'row_count': batch.rows, 'is_whole': is_whole,
          'here': run_ledger.in_month(number) ~ ('' if is_whole else ' and (' ~ batch.names | join(' or ') ~ ')')}) -%}
        {%- set batch.rows, batch.names = 0, [] -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endfor -%}
  {{- return(batches) -}}
{% endmacro %}
