select 1 as customer_id, 'Michael' as first_name
union all
select 2, 'Shawn'
