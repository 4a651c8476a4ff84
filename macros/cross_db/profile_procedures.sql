{#- Statements that create the procedures of the profile ledger; none where the warehouse has no procedures.
    parts: from profile_procedure_parts(). -#}
{% macro profile_procedures(parts) %}
  {{- return(adapter.dispatch('profile_procedures', 'run_ledger')(parts)) -}}
{% endmacro %}

{#- DuckDB has neither roles nor procedures, so nobody can be kept from writing: duckdb.org/docs/stable/operations_manual/securing_duckdb/overview -#}
{% macro default__profile_procedures(parts) %}
  {{- return([]) -}}
{% endmacro %}

{#- A procedure that commits cannot be "security definer", and a scan with the owner's rights would run whatever function hides in
    a view of the caller's. So profile_table scans with the rights of its caller, and two functions with those of their owner write
    what it found; they run no SQL that anybody gives them: postgresql.org/docs/current/sql-createprocedure.html,
    postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY -#}
{% macro postgres__profile_procedures(parts) %}
  {%- set schema = parts.runs.without_identifier().include(database=false) -%}
  {%- set place = 'p_database text, p_schema text, p_table text' -%}
  {%- set options = 'p_sample_rate double precision default null, p_sample_seed bigint default null, p_row_filter text default null' -%}
  {%- set facts = 'p_note text default null, p_job_name text default null, p_request_id text default null' -%}
  {%- set as_owner = ' language plpgsql security definer set search_path = pg_catalog, pg_temp as ' -%}
  {%- set bodies = run_ledger.postgres_profile_bodies(parts, schema) -%}
  {%- set signatures = {
    'statement': 'function ' ~ schema ~ '.profile_statement(' ~ place ~ ', p_column text default null, ' ~ options ~ ')',
    'started': 'function ' ~ schema ~ '.profile_run_started(' ~ place ~ ', ' ~ options ~ ', ' ~ facts ~ ', p_role text default null, p_run_id text default null)',
    'ended': 'function ' ~ schema ~ '.profile_run_ended(p_run_id text, p_document jsonb, p_error_code text default null, p_error_message text default null)',
    'column': 'function ' ~ schema ~ '.profile_column(p_schema text, p_table text, p_column text)',
    'table': 'procedure ' ~ schema ~ '.profile_table(' ~ place ~ ', inout p_run_id text default null, ' ~ options ~ ', ' ~ facts ~ ')',
  } -%}
  {%- set kinds = {
    'statement': ' returns text language plpgsql stable as ', 'started': ' returns text' ~ as_owner, 'ended': ' returns void' ~ as_owner,
    'column': ' returns table (column_name text, metric_name text, value_num double precision, value_text text, is_approx boolean) language plpgsql stable as ',
    'table': ' language plpgsql as ',
  } -%}
  {%- set statements = [] -%}
  {%- for name, signature in signatures.items() -%}
    {%- do statements.append('create or replace ' ~ signature ~ kinds[name] ~ run_ledger.sql_literal(bodies[name])) -%}
    {%- do statements.append('revoke execute on ' ~ modules.re.sub(' default null', '', signature) ~ ' from public') -%}
  {%- endfor -%}
  {{- return(statements) -}}
{% endmacro %}

{#- As on Postgres the scan has its caller's rights and two procedures with their owner's rights write, by MERGE. Not run on a real
    account so far: docs.snowflake.com/en/developer-guide/stored-procedure/stored-procedures-rights -#}
{% macro snowflake__profile_procedures(parts) %}
  {%- set schema = parts.runs.without_identifier() -%}
  {%- set place = 'p_database varchar, p_schema varchar, p_table varchar' -%}
  {%- set options = 'p_sample_rate float default null, p_sample_seed number default null, p_row_filter varchar default null' -%}
  {%- set facts = 'p_note varchar default null, p_job_name varchar default null, p_request_id varchar default null' -%}
  {%- set bodies = run_ledger.snowflake_profile_bodies(parts, schema) -%}
  {%- set signatures = {
    'statement': ['profile_statement(' ~ place ~ ', p_column varchar default null, ' ~ options ~ ')', 'varchar', 'caller'],
    'started': ['profile_run_started(' ~ place ~ ', ' ~ options ~ ', ' ~ facts
      ~ ', p_user varchar default null, p_role varchar default null, p_warehouse varchar default null, p_run_id varchar default null)', 'varchar', 'owner'],
    'ended': ['profile_run_ended(p_run_id varchar, p_document variant, p_error_code varchar default null, p_error_message varchar default null)',
      'varchar', 'owner'],
    'table': ['profile_table(' ~ place ~ ', p_run_id varchar default null, ' ~ options ~ ', ' ~ facts ~ ')', 'varchar', 'caller'],
    'column': ['profile_column(' ~ place ~ ', p_column varchar)', 'variant', 'caller'],
  } -%}
  {%- set statements = [] -%}
  {%- for name, signature in signatures.items() -%}
    {%- do statements.append('create or replace procedure ' ~ schema ~ '.' ~ signature[0] ~ ' returns ' ~ signature[1] ~ ' language sql execute as '
      ~ signature[2] ~ ' as ' ~ run_ledger.sql_literal(bodies[name])) -%}
  {%- endfor -%}
  {{- return(statements) -}}
{% endmacro %}
