{#- The counts of a run after an event: {error, counts}. given: target, processed, success, failed, unprocessed, each optional;
    what is not given follows from the others. status: what the run becomes, none for progress, 'by counts' for what they say. -#}
{% macro ingestion_counts(state, given, status=none) %}
  {%- set now = {} -%}
  {%- for name, value in (given or {}).items() -%}
    {%- if name not in ('target', 'processed', 'success', 'failed', 'unprocessed') or value is not integer or value < 0 -%}
      {{- return({'error': 'expected target, processed, success, failed and unprocessed as whole numbers of at least 0, got ' ~ name ~ ' = ' ~ value
        ~ '. Correct the counts.'}) -}}
    {%- endif -%}
    {%- do now.update({name: value}) -%}
  {%- endfor -%}
  {%- set success = now.get('success', state.success_count) -%}
  {%- set failed = now.get('failed', state.failed_count) -%}
  {%- set has_outcome = 'success' in now or 'failed' in now or status is not none -%}
  {%- set processed = now.get('processed', success + failed if has_outcome else state.processed_count) -%}
  {%- set known_target = now.get('target', state.target_count) -%}
  {%- set unprocessed = now.get('unprocessed', [known_target - processed, 0] | max) -%}
  {%- set target = now.get('target', [known_target, processed + unprocessed] | max) -%}
  {%- set is_mixed = success > 0 and (failed > 0 or unprocessed > 0) -%}
  {%- set ends_as = status -%}
  {%- if status == 'by counts' -%}
    {%- set ends_as = 'partial' if is_mixed else ('failed' if failed or unprocessed else 'succeeded') -%}
  {%- endif -%}
  {%- set wrong = '' -%}
  {%- if target != processed + unprocessed -%}
    {%- set wrong = 'target = processed + unprocessed' -%}
  {%- elif success + failed > processed or (status is not none and success + failed != processed) -%}
    {%- set wrong = 'processed = success + failed' -%}
  {%- elif ends_as == 'succeeded' and (failed or unprocessed) -%}
    {%- set wrong = 'failed = unprocessed = 0 for a run that succeeded' -%}
  {%- elif ends_as in ('partial', 'failed') and is_mixed != (ends_as == 'partial') -%}
    {%- set wrong = 'partial exactly when some succeeded and some did not' -%}
  {%- endif -%}
  {%- set counts = {'target_count': target, 'processed_count': processed, 'success_count': success, 'failed_count': failed,
    'unprocessed_count': unprocessed} -%}
  {{- return({'status': ends_as, 'counts': counts, 'error': 'expected ' ~ wrong ~ ', got ' ~ counts ~ '. Correct the counts.' if wrong else ''}) -}}
{% endmacro %}
