{#- Adds the times of steps, moved from the client's clock to the warehouse's. timings: of each step its compile and execute
    as dbt gives them, datetimes on dbt-core and texts on dbt v2, both UTC, both read as text. What is the same for all
    moments of a minute is reckoned once a minute: there may be twenty thousand moments. -#}
{% macro add_times(steps, timings, offset_ms) %}
  {%- set epoch = modules.datetime.datetime(1970, 1, 1) -%}
  {%- set minutes = {} -%}
  {%- set labels = {} -%}
  {%- for step in steps -%}
    {%- set marks = [] -%}
    {%- for phase in timings[loop.index0] -%}
      {%- for moment in (phase.started_at, phase.completed_at) if moment -%}
        {%- set text = moment ~ '' -%}
        {%- set minute = text[:16] -%}
        {%- if minute not in minutes -%}
          {#- Not strptime: on dbt v2 it takes half a millisecond. -#}
          {%- set day = modules.datetime.datetime(text[:4] | int, text[5:7] | int, text[8:10] | int) -%}
          {%- set seconds = (day - epoch).total_seconds() | int + (text[11:13] | int) * 3600 + (text[14:16] | int) * 60 -%}
          {%- do minutes.update({minute: seconds * 1000 + offset_ms}) -%}
        {%- endif -%}
        {%- set fraction = text[20:23] | int if text[19:20] == '.' else 0 -%}
        {%- do marks.append(minutes[minute] + (text[17:19] | int) * 1000 + fraction) -%}
      {%- endfor -%}
    {%- endfor -%}
    {%- set first = marks[0] -%}
    {%- set last = marks[-1] -%}
    {%- set times = [] -%}
    {%- for mark in (first, last) -%}
      {%- set minute = mark // 60000 -%}
      {%- if minute not in labels -%}
        {%- do labels.update({minute: ((epoch + modules.datetime.timedelta(seconds=minute * 60)) ~ '')[:17]}) -%}
      {%- endif -%}
      {%- do times.append(labels[minute] ~ '%02d' % (mark // 1000 % 60) ~ '.' ~ '%03d' % (mark % 1000)) -%}
    {%- endfor -%}
    {#- dbt v2 gives the same span for both phases, so it says nothing about either. -#}
    {%- set is_split = marks | length == 4 and marks[2] >= marks[1] and marks[3] > marks[0] and marks[:2] != marks[2:] -%}
    {%- do step.update({
      'start_ms': first, 'start_time': times[0], 'end_time': times[1], 'duration_ms': last - first,
      'duration_seconds': (last - first) // 1000,
      'compile_ms': marks[1] - first if is_split else none, 'execute_ms': last - marks[2] if is_split else none,
    }) -%}
  {%- endfor -%}
{% endmacro %}
