select ticket_id, guest_id, min(rung_up_at) as sold_at, sum(pieces) as pieces, sum(line_total) as sale_total
from {{ ref('int_paid_lines') }}
group by ticket_id, guest_id
