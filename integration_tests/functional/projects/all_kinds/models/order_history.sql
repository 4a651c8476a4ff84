{{ config(materialized='incremental') }}
select order_id, amount from {{ ref('raw_orders') }}
{% if is_incremental() %}where order_id > 11{% endif %}
