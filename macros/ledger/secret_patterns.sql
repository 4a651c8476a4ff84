{#- [pattern, replacement] pairs for what must never be stored. Written for the regular expressions that Python and Rust
    share and run in linear time: no look-around, no back reference and no \b, for which dbt v2 takes an engine that gives up,
    and panics, on a long text; no repetition that would start over at every sign of one. -#}
{% macro secret_patterns() %}
  {#- A name counts when it ends in one of these: password_hash_algorithm and token_id are no secrets. -#}
  {%- set name = '(?:pass(?:word|wd|phrase|code)|secret|credentials?|(?:access|api|private|secret|account|master|encryption|signing)[-_ ]?key'
    ~ '|(?:access|auth|api|id|refresh|session|security|oauth|sas|bot|deploy|personal|secret)[-_ ]?token)'
    ~ '(?:_?[0-9]{1,3}|_(?:prod|production|dev|test|staging|old|new))?' -%}
  {%- set any_name = '(?:token|pwd|' ~ name ~ ')' -%}
  {%- set edge = '(^|[^A-Za-z0-9_])' -%}
  {%- set is = '\\s{0,9}(?:=>|:=|[:=])\\s{0,9}' -%}
  {%- set patterns = [
    ['-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:[\\s\\S]*?-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----|[A-Za-z0-9+/=\\s\\\\]*)', '***'],
    ['([A-Za-z][A-Za-z0-9+.-]{1,30}://[^:/?#@\\s"\']{0,128}):[^/\\s"\']{1,1024}@', '\\1:***@'],
    [edge ~ 'eyJ[A-Za-z0-9_-]{8,}[.][A-Za-z0-9_-]{4,}(?:[.][A-Za-z0-9_-]*)?', '\\1***'],
    [edge ~ 'A(?:KIA|SIA|BIA)[A-Z0-9]{16}', '\\1***'],
    [edge ~ '(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|gl(?:pat|dt|rt|cbt|ptt)-[A-Za-z0-9_.-]{16,}|x(?:ox[abeposr]|app)-[A-Za-z0-9-]{8,}'
     ~ '|npm_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{30,}|hf_[A-Za-z0-9]{20,}|dapi[0-9a-f]{32}|dckr_pat_[A-Za-z0-9_-]{20,}|AIza[A-Za-z0-9_-]{35}'
     ~ '|ya29[.][A-Za-z0-9_-]{20,}|SG[.][A-Za-z0-9_-]{16,}[.][A-Za-z0-9_-]{16,}|whsec_[A-Za-z0-9]{16,})', '\\1***'],
    [edge ~ '(?:[spr]k_(?:live|test)_[A-Za-z0-9]{10,}|sk-(?:proj|ant|svcacct|admin|or)-[A-Za-z0-9_-]{16,}|sk-[A-Za-z0-9]{20,})', '\\1***'],
    ['(hooks[.]slack[.]com/(?:services|workflows)/)[A-Za-z0-9_/-]+', '\\1***'],
    ['(?i)(authorization["\']?\\s{0,9}[:=]\\s{0,9}["\']?(?:(?:bearer|basic|token|digest|apikey)\\s{1,9})?)[^\\s"\',;]+', '\\1***'],
    ['(?i)(bearer|basic)(\\s{1,9})(?:[A-Za-z+/_.~-]*[0-9][A-Za-z0-9+/_.~-]{7,}=*|[A-Za-z0-9+/]{8,}={1,2})', '\\1\\2***'],
    ['(?i)([?&;](?:sig|X-Amz-(?:Signature|Credential|Security-Token)|X-Goog-(?:Signature|Credential))=)[A-Za-z0-9%+/=_.-]{8,}', '\\1***'],
    ['(?i)((?:SharedAccess|Account)Key(?:Value)?)=[A-Za-z0-9%+/=_-]{8,}', '\\1=***'],
    ['(?i)(--?' ~ any_name ~ '[ =])[^\\s"\']+', '\\1***'],
    ['(?i)((?:password|identified by)\\s{1,9})\'(?:[^\']|\'\')*\'', "\\1'***'"],
    ['(?i)(' ~ any_name ~ '["\']?' ~ is ~ ')(?:"(?:[^"\\\\]|\\\\.)*"|\'(?:[^\'\\\\]|\'\'|\\\\.)*\')', '\\1***'],
    ['(?i)(' ~ any_name ~ '\\\\{1,8}["\']' ~ is ~ '\\\\{1,8}["\'])[^"\'\\\\]+', '\\1***'],
    ['(?i)(' ~ name ~ '["\']?(?:=|:[ \\t]{0,9}))[^\\s"\',;&)}\\]]+', '\\1***'],
    ['(?i)((?:token|pwd)=)[^\\s"\',;&)}\\]/][^\\s"\',;&)}\\]]*', '\\1***'],
    ['(?i)(' ~ any_name ~ '["\']?' ~ is ~ ')[^\\s"\',;&)}\\]0-9]{0,64}[0-9][^\\s"\',;&)}\\]]{7,}', '\\1***'],
  ] -%}
  {%- for pattern in run_ledger.setting('run_ledger_redact_patterns') -%}
    {%- do patterns.append([pattern, '***']) -%}
  {%- endfor -%}
  {{- return(patterns) -}}
{% endmacro %}
