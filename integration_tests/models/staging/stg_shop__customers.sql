select
  customer_id,
  customer_name,
  country,
  cast(signed_up_on as date) as signed_up_date
from {{ ref('raw_customers') }}
