select ticket as ticket_id, sku, pieces
from {{ ref('raw_ticket_lines') }}
