select
  customers.customer_id,
  customers.customer_name,
  customers.country,
  count(orders.order_id) as number_of_orders,
  coalesce(sum(orders.amount_paid), 0) as amount_paid
from {{ ref('stg_shop__customers') }} as customers
left join {{ ref('orders') }} as orders
  on orders.customer_id = customers.customer_id
group by customers.customer_id, customers.customer_name, customers.country
