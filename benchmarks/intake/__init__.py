"""How fast purchase orders are taken in: against the wall of Cin7's limit, and one order on a warm Airflow."""
