select
  order_id,
  customer_id,
  cast(ordered_on as date) as ordered_date,
  status,
  cast(amount_due as numeric(10, 2)) as amount_due
from {{ ref('raw_orders') }}
