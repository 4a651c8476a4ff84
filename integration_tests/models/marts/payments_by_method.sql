select
  method,
  count(*) as number_of_payments,
  {% if var('shop_trust_amounts') %}
  sum(cast(amount_text as numeric(10, 2))) as amount_paid
  {% else %}
  sum(amount) as amount_paid
  {% endif %}
from {{ ref('stg_shop__payments') }}
group by method
