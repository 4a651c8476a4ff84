select sku, title as product_name, kind as product_kind, {{ euros('cents') }} as price
from {{ ref('raw_products') }}
