select * from {{ target.schema }}.nowhere
