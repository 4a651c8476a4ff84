select
  guests.guest_id,
  guests.guest_name,
  count(sales.ticket_id) as visits,
  coalesce(sum(sales.sale_total), 0) as spent
from {{ ref('stg_bakery__guests') }} as guests
left join {{ ref('sales') }} as sales on sales.guest_id = guests.guest_id
group by guests.guest_id, guests.guest_name
