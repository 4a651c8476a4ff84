{#- A query, in brackets, of the raw logs from an hour on that does not even list the days before; none where the logs are no listed
    files: only DuckDB lists a tree at each query. since: text YYYY-MM-DD HH, UTC. -#}
{% macro recent_logs(columns, since) %}
  {%- set url = run_ledger.setting('run_ledger_function_logs_url') -%}
  {%- set first = modules.datetime.datetime.strptime(since, '%Y-%m-%d %H') -%}
  {#- Up to tomorrow. More than a month is listed sooner as a whole. -#}
  {%- set days = (run_started_at.replace(tzinfo=none) - first).days + 3 -%}
  {%- if target.type != 'duckdb' or not url or days > 35 -%}
    {{- return(none) -}}
  {%- endif -%}
  {%- set folders, patterns = [], [] -%}
  {%- for number in range(days) -%}
    {%- set day = first + modules.datetime.timedelta(days=number) -%}
    {%- for form in ('YEAR=%d/MONTH=%02d/DAY=%02d', 'YEAR=%d/MONTH=%02d/DAY=%d', 'YEAR=%d/MONTH=%d/DAY=%02d', 'YEAR=%d/MONTH=%d/DAY=%d') -%}
      {%- do folders.append('select file from glob(' ~ run_ledger.sql_literal(url.rstrip('/') ~ '/' ~ form % (day.year, day.month, day.day) ~ '/HOUR=*/*.json') ~ ')') -%}
    {%- endfor -%}
  {%- endfor -%}
  {%- for row in (run_query("select distinct regexp_replace(file, '[^/]*$', '*.json') as pattern from (" ~ folders | join(' union all ') ~ ') order by 1').rows
    if folders else []) -%}
    {%- do patterns.append(row[0]) -%}
  {%- endfor -%}
  {{- return('(' ~ run_ledger.logs_in_place(columns, patterns) ~ ')' if patterns else none) -}}
{% endmacro %}
