{#- {git, ci}: what the environment of the first known CI system or orchestrator tells about this run. -#}
{% macro ci_facts() %}
  {%- set facts = {} -%}
  {%- for system in run_ledger.ci_systems() -%}
    {%- set signs = [] -%}
    {%- for name in system.sign.split('|') -%}
      {%- do signs.append(env_var(name, '')) -%}
    {%- endfor -%}
    {%- if not facts and signs | join('') -%}
      {%- for line in system.facts.split(', ') -%}
        {%- set fact = line.split(': ')[0] -%}
        {#- An "if" of the loop itself would be asked for all names before the first turn: dbt v2. -#}
        {%- for name in line.split(': ')[1].split('|') -%}
          {%- if fact not in facts and env_var(name, '') -%}
            {%- do facts.update({fact: run_ledger.redact(env_var(name))}) -%}
          {%- endif -%}
        {%- endfor -%}
      {%- endfor -%}
      {%- do facts.update({'system': system.name}) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- set ci = {} -%}
  {%- for fact in ['system', 'run_id', 'attempt', 'job', 'actor', 'reason'] -%}
    {%- do ci.update({fact: facts.get(fact)}) -%}
  {%- endfor -%}
  {{- return({'git': {'sha': facts.get('sha'), 'branch': facts.get('branch')}, 'ci': ci if facts else {}}) -}}
{% endmacro %}
