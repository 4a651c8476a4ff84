"""The warehouses behind one interface; each is one file here, and one test suite holds them all.

with warehouses.from_profile() as session:
    rows = session.warehouse.query(f"select * from {session.place.table('ingestion_runs')}")
"""

from dbt_run_ledger.warehouses.place import Place
from dbt_run_ledger.warehouses.session import Session, from_connection, from_profile
from dbt_run_ledger.warehouses.warehouse import Row, Warehouse

__all__ = ["Place", "Row", "Session", "Warehouse", "from_connection", "from_profile"]
