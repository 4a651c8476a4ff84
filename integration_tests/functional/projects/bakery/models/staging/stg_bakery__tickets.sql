select
  ticket as ticket_id,
  guest as guest_id,
  cast(rung_up_at as timestamp) as rung_up_at,
  state = 'paid' as is_paid
from {{ ref('raw_tickets') }}
