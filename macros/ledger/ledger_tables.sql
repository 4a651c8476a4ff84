{#- The tables of one ledger: [{suffix, columns, indexes}], from the subject's <word>_tables(). A table may also have
    primary_key (columns), checks (name to condition), foreign_keys ([{columns, references, to}]) month_column (cut into
    months by it), cluster_by (what Snowflake keeps it in order of), fill_percent (of a page of Postgres, where rows are updated), word (the word whose setting names it, if not the ledger's own) after (statements that follow its creation),
    create (statements in place of a plain create table; is_commented: whether what they make takes comments) and migration (the macro that
    makes statements which add columns to that); see table_constraints() for which warehouse gets which. -#}
{% macro ledger_tables(word) %}
  {{- return(run_ledger[word ~ '_tables']()) -}}
{% endmacro %}
