select products.product_kind, products.product_name, sum(lines.pieces) as pieces
from {{ ref('int_paid_lines') }} as lines
join {{ ref('stg_bakery__products') }} as products on products.sku = lines.sku
group by products.product_kind, products.product_name
