-- A warning and no failure: orders that are only placed are paid later.
{{ config(severity='warn') }}

select order_id, amount_due, amount_paid
from {{ ref('orders') }}
where amount_paid < amount_due
