"""Snowflake functions that fakesnow lacks: as DuckDB macros, and calls renamed to them."""

from __future__ import annotations

from sqlglot import Expr, exp

# Snowflake functions as DuckDB macros.
MACROS = """
create or replace macro {db}.rl_object_insert(o, k, v) as (
    select coalesce(json_group_object(f.name, f.value), '{{}}'::json) from (
        select name, json_extract(to_json(o), '$."' || name || '"') as value
        from (select unnest(json_keys(to_json(o))) as name) where name <> k
        union all select k, to_json(v) where v is not null) f);
create or replace macro {db}.rl_object_delete(o, k) as (
    select coalesce(json_group_object(name, json_extract(to_json(o), '$."' || name || '"')),
        '{{}}'::json)
    from (select unnest(json_keys(to_json(o))) as name) where name <> k);
create or replace macro {db}.rl_object_keys(o) as to_json(list_sort(json_keys(to_json(o))));
create or replace macro {db}.rl_array_append(a, v) as
    case when a is not null then to_json(list_append(to_json(a)::json[], to_json(v))) end;
create or replace macro {db}.rl_array_cat(a, b) as case when a is not null and b is not null
    then to_json(list_concat(to_json(a)::json[], to_json(b)::json[])) end;
create or replace macro {db}.rl_array_slice(a, first, last) as
    to_json(list_slice(to_json(a)::json[], first + 1, last));
create or replace macro {db}.rl_array_contains(v, a) as
    list_contains(to_json(a)::json[], to_json(v));
create or replace macro {db}.rl_typeof(v) as case json_type(to_json(v))
    when 'UBIGINT' then 'INTEGER' when 'BIGINT' then 'INTEGER' when 'HUGEINT' then 'INTEGER'
    when 'DOUBLE' then 'DECIMAL' when 'NULL' then 'NULL_VALUE' else json_type(to_json(v)) end;
create or replace macro {db}.is_object(v) as json_type(to_json(v)) = 'OBJECT';
create or replace macro {db}.rl_approx_top_k(x, k) as to_json(list_transform(list_slice(
    list_reverse_sort(list_transform(map_entries(histogram(x)),
        lambda e: {{'n': e.value, 'v': e.key}})), 1, k), lambda e: json_array(e.v, e.n)));
create or replace macro {db}.current_warehouse() as 'FAKE_WH';
create or replace macro {db}.current_session() as '1';
create or replace macro {db}.current_account() as 'FAKESNOW';
create or replace macro {db}.current_account_name() as 'FAKESNOW';
create or replace macro {db}.current_region() as 'LOCAL';
"""


def _call(name: str, *arguments: Expr | None) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=[each for each in arguments if each is not None])


def repaired_function(node: Expr) -> Expr:
    """The call that DuckDB understands; any other node as it is."""
    args = node.args
    if isinstance(node, exp.ObjectInsert):
        return _call("rl_object_insert", node.this, args["key"], args["value"])
    if isinstance(node, exp.JSONKeys):
        return _call("rl_object_keys", node.this)
    if isinstance(node, exp.Anonymous) and str(node.this).lower() == "object_delete":
        return _call("rl_object_delete", *node.expressions)
    if isinstance(node, exp.ArrayAppend):
        return _call("rl_array_append", node.this, node.expression)
    if isinstance(node, exp.ArrayConcat):
        return _call("rl_array_cat", node.this, *node.expressions)
    if isinstance(node, exp.ArraySlice):
        return _call("rl_array_slice", node.this, args["start"], args["end"])
    if isinstance(node, exp.ArrayContains):
        return _call("rl_array_contains", node.expression, node.this)
    if isinstance(node, exp.Typeof):
        return _call("rl_typeof", node.this)
    if isinstance(node, exp.ApproxTopK):
        return _call("rl_approx_top_k", node.this, node.expression)
    is_plain_cast = isinstance(node, exp.Cast) and not isinstance(node, exp.TryCast)
    if is_plain_cast and args["to"].is_type("variant") and not isinstance(node.this, exp.Null):
        return exp.ToVariant(this=node.this)
    return node
