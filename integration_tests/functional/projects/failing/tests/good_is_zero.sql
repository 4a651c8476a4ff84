select id from {{ ref('good') }} where id <> 0
