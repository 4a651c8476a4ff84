{#- The tables of the processing logs. users and user_statistics may be tables that are there already. -#}
{% macro processing_logs_tables() %}
  {%- set name = run_ledger.setting('run_ledger_processing_logs_identifier') -%}
  {%- set lists = run_ledger.processing_logs_side_columns() -%}
  {%- set checks = {
    name ~ '_status': "status in ('success', 'failed', 'skipped')",
    name ~ '_reason': "status <> 'failed' or error_message is not null",
  } -%}
  {%- set tables = [] -%}
  {%- for suffix, key_type, indexed in [
      ['', 'key', ['execution_name', 'user_id', 'status', 'processed_at']], ['_warm', 'integer', ['execution_name', 'user_id']]] -%}
    {%- set relation = run_ledger.ledger_relation('processing_logs', suffix) -%}
    {%- set indexes = [] -%}
    {%- for column in indexed -%}
      {%- do indexes.append({'name': name ~ suffix ~ '_' ~ column, 'columns': [column]}) -%}
    {%- endfor -%}
    {%- do tables.append({
      'suffix': suffix, 'columns': run_ledger.processing_logs_columns(key_type), 'primary_key': ['log_id', 'processed_at'],
      'checks': checks, 'month_column': 'processed_at', 'indexes': indexes,
      'after': run_ledger.append_only(relation) + (run_ledger.months_ahead_statements() if not suffix else []),
    }) -%}
  {%- endfor -%}
  {%- for suffix, key in {'_summary': ['summary_date', 'execution_name'],
      '_summary_by_type': ['processed_date', 'execution_name', 'processing_type', 'status']}.items() -%}
    {%- do tables.append({'suffix': suffix, 'columns': lists[suffix[1:]], 'primary_key': key, 'indexes': []}) -%}
  {%- endfor -%}
  {%- for suffix, key in {'_executions': 'execution_name', '_digests': 'digest_id', '_chain': 'entry_number'}.items() -%}
    {%- do tables.append({'suffix': suffix, 'columns': lists[suffix[1:]], 'primary_key': [key], 'indexes': [],
      'after': run_ledger.append_only(run_ledger.ledger_relation('processing_logs', suffix))}) -%}
  {%- endfor -%}
  {%- for word, filled in {'users': {}, 'user_statistics': {'fill_percent': 50}}.items() -%}
    {%- do tables.append(dict({'word': word, 'suffix': '', 'columns': lists[word], 'primary_key': ['user_id'], 'indexes': []}, **filled)) -%}
  {%- endfor -%}
  {{- return(tables) -}}
{% endmacro %}
