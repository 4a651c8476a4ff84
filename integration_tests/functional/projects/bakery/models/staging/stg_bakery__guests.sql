select guest as guest_id, name as guest_name, cast(since as date) as guest_since
from {{ ref('raw_guests') }}
