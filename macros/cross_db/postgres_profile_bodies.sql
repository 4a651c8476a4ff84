{#- The bodies of the functions and the procedure that postgres__profile_procedures() creates. -#}
{% macro postgres_profile_bodies(parts, schema) %}
  {#- statement_timestamp() stands still in a procedure: postgresql.org/docs/current/functions-datetime.html -#}
  {%- set moving = {} -%}
  {%- for name in ['row', 'succeed', 'fail'] -%}
    {%- set part = tojson(parts[name]).replace('statement_timestamp', 'clock_timestamp') -%}
    {%- do moving.update({name: fromjson(part)}) -%}
  {%- endfor -%}
  {%- set row = dict(moving.row, role_name='p_role', triggered_by='session_user') -%}
  {%- set statement -%}
declare
  v_found text;
  v_columns bigint;
  v_rows text := format('%I.%I', p_schema, p_table);
begin
  if p_sample_rate is not null and not (p_sample_rate > 0 and p_sample_rate <= 1) then
    raise exception 'run_ledger.profile_table(): expected a sample rate above 0 and at most 1, got %. Leave it out to read all rows.', p_sample_rate;
  end if;
  select count(*), string_agg('jsonb_build_object(''name'', ' || quote_literal(name) || ', ''type'', ' || quote_literal(data_type)
      || ', ''family'', ' || quote_literal(family) || ', ' || replace(case family
        {%- for family, template in parts.families.items() %}
        when {{ run_ledger.sql_literal(family) }} then {{ run_ledger.sql_literal(template) }}
        {%- endfor %}
      end, '{x}', quote_ident(name)), ', ' order by position)
  into v_columns, v_found
  from ({{ run_ledger.profile_columns_query('p_database', 'p_schema', 'p_table', '') }}  ) as listed
  where schema_name = p_schema and table_name = p_table and (p_column is null or name = p_column);
  if v_columns = 0 then
    raise exception using errcode = 'undefined_table', message = format(
      'run_ledger.profile_table(): expected a table or view and its column in this database, got %s.%s.%s%s. Names are taken with their case.',
      p_database, p_schema, p_table, coalesce('.' || p_column, ''));
  end if;
  if p_sample_rate < 1 then
    v_rows := v_rows || format({{ run_ledger.sql_literal(parts.sample.replace('{percent}', '%s').replace('{seed}', '%s')) }}, p_sample_rate * 100, coalesce(p_sample_seed, 1));
  end if;
  return 'select jsonb_build_object(''row_count'', row_count, ''column_count'', ' || v_columns || ', ''columns'', to_jsonb(array[jsonb_build_object('
    || '''name'', '''', ''family'', ''table'')]) || measures) as doc from (select count(*) as row_count, to_jsonb(array[' || v_found || ']) as measures from ' || v_rows
    || coalesce(' where ' || p_row_filter, '') || ') as scanned';
end
  {%- endset -%}
  {%- set started -%}
declare
  v_run_id text := coalesce(p_run_id, md5(p_database || '.' || p_schema || '.' || p_table || '|' || coalesce(p_request_id, gen_random_uuid()::text)));
begin
  insert into {{ parts.runs }} ({{ row.keys() | join(', ') }})
  select {{ row.values() | join(', ') }}
  where not exists (select 1 from {{ parts.runs }} where run_id = v_run_id)
  on conflict do nothing;
  return case when found then v_run_id end;
end
  {%- endset -%}
  {%- set ended -%}
declare
  v_is_sampled boolean;
begin
  select sample_rate is not null into v_is_sampled from {{ parts.runs }} where {{ parts.open }} and triggered_by = session_user for update;
  if not found then
    raise exception 'run_ledger.profile_run_ended(): expected a running profile that % has started, got %. A run that has ended never changes.', session_user, p_run_id;
  end if;
  if p_document is null then
    {{ moving.fail }};
    return;
  end if;
  insert into {{ parts.results }} (run_id, column_name, metric_name, value_num, value_text, is_approx)
  {{ parts.results_query }};
  {{ moving.succeed }};
end
  {%- endset -%}
  {%- set table -%}
declare
  v_document jsonb;
  v_code text;
  v_message text;
  v_statement text;
  v_run_id text;
begin
  v_run_id := {{ schema }}.profile_run_started(p_database, p_schema, p_table, case when p_sample_rate < 1 then p_sample_rate end,
    case when p_sample_rate < 1 then coalesce(p_sample_seed, 1) end, p_row_filter, p_note, p_job_name, p_request_id, current_user, p_run_id);
  if v_run_id is null then
    p_run_id := coalesce(p_run_id, md5(p_database || '.' || p_schema || '.' || p_table || '|' || p_request_id));
    return;
  end if;
  p_run_id := v_run_id;
  commit;
  begin
    execute {{ schema }}.profile_statement(p_database, p_schema, p_table, null, p_sample_rate, p_sample_seed, p_row_filter) into v_document;
  exception when query_canceled or others then
    v_code := sqlstate;
    v_message := sqlerrm;
  end;
  perform {{ schema }}.profile_run_ended(p_run_id, v_document, v_code, v_message);
  commit;
  if v_code is not null then
    raise exception using errcode = v_code, message = v_message;
  end if;
end
  {%- endset -%}
  {%- set column -%}
#variable_conflict use_column
declare
  v_document jsonb;
begin
  execute {{ schema }}.profile_statement(current_database(), p_schema, p_table, p_column) into v_document;
  return query select r.column_name, r.metric_name, r.value_num, r.value_text, r.is_approx from (
  {{ parts.results_query.replace('p_document', 'v_document').replace('v_is_sampled', 'false').replace('p_run_id', 'p_column') }}) as r where r.metric_name <> 'column_count';
end
  {%- endset -%}
  {{- return({'statement': statement, 'started': started, 'ended': ended, 'table': table, 'column': column}) -}}
{% endmacro %}
