select
    customers.customer_id,
    customers.first_name,
    count(orders.order_id) as number_of_orders
from {{ ref('stg_jaffle_shop__customers') }} as customers
left join {{ ref('stg_jaffle_shop__orders') }} as orders
    on orders.customer_id = customers.customer_id
group by customers.customer_id, customers.first_name
