{{ config(severity='warn') }}
select id from {{ ref('good') }} where id <> 0
