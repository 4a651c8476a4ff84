select
  tickets.ticket_id,
  tickets.guest_id,
  tickets.rung_up_at,
  lines.sku,
  lines.pieces,
  lines.pieces * products.price as line_total
from {{ ref('stg_bakery__tickets') }} as tickets
join {{ ref('stg_bakery__ticket_lines') }} as lines on lines.ticket_id = tickets.ticket_id
join {{ ref('stg_bakery__products') }} as products on products.sku = lines.sku
where tickets.is_paid
