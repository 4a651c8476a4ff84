select 10 as order_id, 1 as customer_id, 'completed' as status
union all
select 11, 1, 'returned'
