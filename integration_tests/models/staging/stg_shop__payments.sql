select
  payment_id,
  order_id,
  method,
  amount as amount_text,
  case when amount <> 'n/a' then cast(amount as numeric(10, 2)) end as amount
from {{ ref('raw_payments') }}
