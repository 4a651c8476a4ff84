select
  method,
  amount_paid / sum(amount_paid) over () as share_of_amount
from {{ ref('payments_by_method') }}
