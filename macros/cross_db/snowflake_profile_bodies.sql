{#- The bodies of the procedures that snowflake__profile_procedures() creates. -#}
{% macro snowflake_profile_bodies(parts, schema) %}
  {%- set row = dict(parts.row, role_name=':p_role', triggered_by=':p_user', warehouse_name=':p_warehouse') -%}
  {%- set found -%}
select listagg('object_construct_keep_null(''name'', ''' || replace(replace(name, '\\', '\\\\'), '''', '''''') || ''', ''type'', ''' || data_type
  || ''', ''family'', ''' || family || ''', ' || replace(case family
    {%- for family, template in parts.families.items() %}
    when {{ run_ledger.sql_literal(family) }} then {{ run_ledger.sql_literal(template) }}
    {%- endfor %}
  end, '{x}', '"' || replace(name, '"', '""') || '"'), ', ') within group (order by position) || '|' || count(*) as found
from ({{ run_ledger.profile_columns_query('?', '?', '?', '{catalog}') }}) as listed
where schema_name = ? and table_name = ? and coalesce(?, name) = name
  {%- endset -%}
  {%- set statement -%}
declare
  v_catalog varchar default '"' || replace(p_database, '"', '""') || '"';
  v_rows varchar default v_catalog || '."' || replace(p_schema, '"', '""') || '"."' || replace(p_table, '"', '""') || '"';
  v_query varchar;
  v_found varchar;
  v_nothing exception (-20001, 'run_ledger.profile_table(): expected a table or view and its column, got none of this name. Names are taken with their case.');
begin
  v_query := replace({{ run_ledger.sql_literal(found) }}, '{catalog}', v_catalog);
  execute immediate :v_query using (p_database, p_schema, p_table, p_schema, p_table, p_column);
  v_found := (select $1 from table(result_scan(last_query_id())));
  if (v_found is null or v_found = '|0') then
    raise v_nothing;
  end if;
  if (p_sample_rate < 1) then
    v_rows := v_rows || replace(replace({{ run_ledger.sql_literal(parts.sample) }}, '{percent}', to_varchar(p_sample_rate * 100)), '{seed}', to_varchar(coalesce(p_sample_seed, 1)));
  end if;
  return 'select object_construct_keep_null(''row_count'', row_count, ''column_count'', ' || regexp_substr(v_found, '[0-9]+$')
    || ', ''columns'', measures) as doc from (select count(*) as row_count, array_construct(object_construct_keep_null(''name'', '''', ''family'', ''table''), '
    || regexp_replace(v_found, '[|][0-9]+$', '') || ') as measures from ' || v_rows || coalesce(' where ' || p_row_filter, '') || ') as scanned';
end
  {%- endset -%}
  {%- set started -%}
declare
  v_run_id varchar default coalesce(p_run_id, md5(p_database || '.' || p_schema || '.' || p_table || '|' || coalesce(p_request_id, uuid_string())));
begin
  merge into {{ parts.runs }} as runs
  using (select {% for column, value in row.items() %}{{ value }} as {{ column }}{{ ', ' if not loop.last }}{% endfor %}) as given
  on runs.run_id = given.run_id
  when not matched then insert ({{ row.keys() | join(', ') }}) values (given.{{ row.keys() | join(', given.') }});
  if (sqlrowcount = 0) then
    return null;
  end if;
  return v_run_id;
end
  {%- endset -%}
  {%- set ended -%}
declare
  v_is_sampled boolean default false;
  v_not_running exception (-20002, 'run_ledger.profile_run_ended(): expected a running profile. A run that has ended never changes.');
begin
  let v_open integer := (select count(*) from {{ parts.runs }} where {{ parts.open }});
  if (v_open = 0) then
    raise v_not_running;
  end if;
  if (p_document is null) then
    {{ parts.fail }};
    return 'FAILED';
  end if;
  v_is_sampled := (select max(sample_rate) is not null from {{ parts.runs }} where run_id = :p_run_id);
  begin transaction;
  merge into {{ parts.results }} as results
  using ({{ parts.results_query }}) as found
  on results.run_id = found.run_id and results.column_name = found.column_name and results.metric_name = found.metric_name
  when not matched then insert (run_id, column_name, metric_name, value_num, value_text, is_approx)
    values (found.run_id, found.column_name, found.metric_name, found.value_num, found.value_text, found.is_approx);
  {{ parts.succeed }};
  commit;
  return 'SUCCEEDED';
end
  {%- endset -%}
  {%- set scan -%}
execute immediate :v_statement;
    v_document := (select $1 from table(result_scan(last_query_id())))
  {%- endset -%}
  {%- set table -%}
declare
  v_run_id varchar;
  v_statement varchar;
  v_document variant;
  v_status varchar;
begin
  call {{ schema }}.profile_run_started(:p_database, :p_schema, :p_table, :p_sample_rate, :p_sample_seed, :p_row_filter, :p_note, :p_job_name,
    :p_request_id, current_user(), current_role(), current_warehouse(), :p_run_id) into :v_run_id;
  if (v_run_id is null) then
    return coalesce(p_run_id, md5(p_database || '.' || p_schema || '.' || p_table || '|' || p_request_id));
  end if;
  begin
    call {{ schema }}.profile_statement(:p_database, :p_schema, :p_table, null, :p_sample_rate, :p_sample_seed, :p_row_filter) into :v_statement;
    {{ scan }};
  exception
    when other then
      call {{ schema }}.profile_run_ended(:v_run_id, null, :sqlstate, :sqlerrm) into :v_status;
      raise;
  end;
  call {{ schema }}.profile_run_ended(:v_run_id, :v_document, null, null) into :v_status;
  return v_run_id;
end
  {%- endset -%}
  {%- set column -%}
declare
  v_statement varchar;
  v_document variant;
begin
  call {{ schema }}.profile_statement(:p_database, :p_schema, :p_table, :p_column, null, null, null) into :v_statement;
  {{ scan }};
  return (select array_agg(object_construct('metric_name', metric_name, 'value_num', value_num, 'value_text', value_text, 'is_approx', is_approx)) from (
    {{ parts.results_query.replace(':p_document', ':v_document').replace(':v_is_sampled', 'false').replace(':p_run_id', ':p_column') }}) where metric_name <> 'column_count');
end
  {%- endset -%}
  {{- return({'statement': statement, 'started': started, 'ended': ended, 'table': table, 'column': column}) -}}
{% endmacro %}
