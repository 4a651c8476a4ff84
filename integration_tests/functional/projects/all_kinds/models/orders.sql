select order_id, customer_id, amount from {{ ref('paid_orders') }}
