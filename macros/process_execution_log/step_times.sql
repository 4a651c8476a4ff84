{#- The times of one step, moved from the client's clock to the warehouse's. timing: compile and execute as dbt gives them,
    datetimes on dbt-core and texts on dbt v2, both UTC, both read as text. -#}
{% macro step_times(timing, epoch, offset_ms) %}
  {%- set marks = [] -%}
  {%- for phase in timing -%}
    {%- for moment in (phase.started_at, phase.completed_at) if moment -%}
      {%- set text = (moment ~ '').replace('T', ' ') -%}
      {#- Not strptime: on dbt v2 it takes half a millisecond, twenty thousand times in a large project. -#}
      {%- set day = modules.datetime.datetime(text[:4] | int, text[5:7] | int, text[8:10] | int) -%}
      {%- set seconds = (day - epoch).total_seconds() | int + (text[11:13] | int) * 3600 + (text[14:16] | int) * 60 + text[17:19] | int -%}
      {%- set fraction = text[20:23] if text[19:20] == '.' else '0' -%}
      {%- do marks.append(seconds * 1000 + (fraction | int) + offset_ms) -%}
    {%- endfor -%}
  {%- endfor -%}
  {%- set first = marks[0] -%}
  {%- set last = marks[-1] -%}
  {%- set times = [] -%}
  {%- for mark in (first, last) -%}
    {%- set second = epoch + modules.datetime.timedelta(seconds=mark // 1000) -%}
    {%- do times.append((second ~ '')[:19] ~ '.' ~ '%03d' % (mark % 1000)) -%}
  {%- endfor -%}
  {#- dbt v2 gives the same span for both phases, so it says nothing about either. -#}
  {%- set is_split = marks | length == 4 and marks[2] >= marks[1] and marks[3] > marks[0] and marks[:2] != marks[2:] -%}
  {{- return({
    'start_ms': first, 'start_time': times[0], 'end_time': times[1], 'duration_ms': last - first, 'duration_seconds': (last - first) // 1000,
    'compile_ms': marks[1] - first if is_split else none, 'execute_ms': last - marks[2] if is_split else none,
  }) -}}
{% endmacro %}
