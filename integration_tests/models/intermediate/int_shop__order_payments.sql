select
  order_id,
  sum(amount) as amount_paid
from {{ ref('stg_shop__payments') }}
group by order_id
