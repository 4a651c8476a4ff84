{{ config(materialized='incremental', unique_key='order_id') }}

select
  orders.order_id,
  orders.customer_id,
  orders.ordered_date,
  orders.status,
  orders.amount_due,
  coalesce(payments.amount_paid, 0) as amount_paid
from {{ ref('stg_shop__orders') }} as orders
left join {{ ref('int_shop__order_payments') }} as payments
  on payments.order_id = orders.order_id
{% if is_incremental() %}
where orders.ordered_date >= (select max(ordered_date) from {{ this }})
{% endif %}
