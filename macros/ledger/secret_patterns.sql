{#- [pattern, replacement] pairs for what must never be stored. Written for the regular expressions that Python and Rust
    share: no look-around, no back references in the pattern. -#}
{% macro secret_patterns() %}
  {%- set patterns = [
    ['-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(-----END [A-Z ]*PRIVATE KEY-----)?', '***'],
    ['([A-Za-z][A-Za-z0-9+.-]*://[^:/?#@ \\s]*):[^@/ \\s]+@', '\\1:***@'],
    ['eyJ[A-Za-z0-9_-]{8,}[.][A-Za-z0-9_-]{4,}([.][A-Za-z0-9_-]*)?', '***'],
    ['\\b(AKIA|ASIA)[A-Z0-9]{16}\\b', '***'],
    ['\\b(gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,}|xox[abposr]-[A-Za-z0-9-]{8,})', '***'],
    ['\\b(sk|pk|rk)[-_](live_|test_|proj-|ant-)?[A-Za-z0-9_-]{16,}', '***'],
    ['(?i)\\b(bearer|basic)\\s+[A-Za-z0-9+/_.~=-]{12,}', '\\1 ***'],
    ['(?i)\\b(AccountKey|SharedAccessKey|sig|X-Amz-Signature)=[A-Za-z0-9%+/=_-]{8,}', '\\1=***'],
    ['(?i)(["\']?\\b[A-Z0-9_]*(password|passwd|pwd|secret|token|api_?key|access_?key|private_?key|passphrase)[A-Z0-9_]*["\']?\\s*[:=]\\s*)("[^"]*"|\'[^\']*\'|[^\\s,;&)}]+)', '\\1***'],
  ] -%}
  {%- for pattern in run_ledger.setting('run_ledger_redact_patterns') -%}
    {%- do patterns.append([pattern, '***']) -%}
  {%- endfor -%}
  {{- return(patterns) -}}
{% endmacro %}
