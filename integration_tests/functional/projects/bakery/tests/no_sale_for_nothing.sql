select ticket_id from {{ ref('sales') }} where sale_total <= 0
